#:property PublishAot=false
#:package Microsoft.ML.OnnxRuntime
#:project ../src/ML.Thermo.Onnx/ML.Thermo.Onnx.csproj
#:project ../src/ML.Thermo.Report/ML.Thermo.Report.csproj

// %% [markdown]
// # A network as a heat engine
//
// A small convolutional network reads handwritten digits: two convolutions with ReLU and a linear head, trained elsewhere and imported as
// ONNX. Three questions, from the cheapest to the dearest: what do its weights look like, what does it do to its signals, and how hot is
// each layer?

// %%
using ML.Thermo;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Onnx.Weights;
using ML.Thermo.Report.Figures;
using ML.Thermo.Transitions;

System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.InvariantCulture;

// %% [markdown]
// ## Layers and weights
//
// Layers are found by the structure of the graph. Nothing has to run for the weights: the tail exponent α of their spectrum, its entropy and
// how many directions matter.

// %%
OnnxModel model = OnnxModel.Open("../test/data/networks/digits-cnn.onnx");
LayerGraph graph = LayerGraph.Of(model);
graph.Display();

// %% [markdown]
// ## Signals
//
// Held-out digits flow through. The variance before an activation is the heat that it receives, the variance behind it what it passes on.
// The efficiency of an activation is the share that it does not pass on. For a ReLU on a centred Gaussian that is 65.9 %, whatever the
// variance; these pre-activations are not centred, and the column beside it is what a Gaussian of their mean and variance would give.

// %%
NetworkInputs digits = NetworkInputs.Read("../test/data/networks/digits.npz", model);
var signals = new SignalAnalysis(graph);
NetworkSignals report = signals.Run(digits.Batches(64));
Console.WriteLine($"{"layer",-10}{"q before",12}{"after",12}{"efficiency",12}{"Gaussian",10}{"dead",8}");
foreach (LayerSignal layer in report.Layers)
    Console.WriteLine($"{layer.Layer.Name,-10}{layer.InputVariance,12:F4}{layer.OutputVariance,12:F4}{layer.ActivationEfficiency.Value,12:F4}{layer.GaussianPrediction,10:F4}{layer.DeadFraction,8:P0}");

// %% [markdown]
// ## Temperatures
//
// Redraw one layer's parameters from the law they started from and leave the others trained: the loss rises and becomes uncertain. Energy per
// nat is that layer's temperature. Redraw everything: the network's. The initialisation of an imported network is not in its file; it is
// assumed (He or Glorot by activation) and printed.

// %%
NetworkBatch[] batches = [.. digits.Batches(256)];
long[] labels = [.. NumpyArray.ReadFile("../test/data/networks/digits-labels.npy")[0].ToDoubles().Select(label => (long)label)];
NetworkEnergy energy = NetworkEnergy.Of(graph, [.. batches.Select(batch => batch.Inputs)], new EnergyOptions { Labels = labels });
NetworkThermodynamics network = NetworkAnalysis.Run(energy, new() { Draws = 1000 });

network.Display();

// %% [markdown]
// A layer hotter than the network works as an engine: it turns loss into order. A colder one is pumped by the others. Bars would do; the
// distribution of the redrawn losses shows more.

// %%
var figure = new Figure("What the loss becomes when one layer forgets", "cross-entropy of the held-out digits", "share of redraws below");
foreach (LayerResult layer in network.Layers)
    figure.Line($"{layer.Layer.Name} redrawn", Distribution(layer.Energies));
figure.Line("everything redrawn", Distribution(network.Network.Energies)).Vertical("trained", network.Trained.Energy.Value).Display();

static IEnumerable<(double X, double Y)> Distribution(double[] energies)
{
    double[] ordered = [.. energies.Order()];
    return Enumerable.Range(1, 99).Select(percent => (ordered[ordered.Length * percent / 100], percent / 100.0));
}

// %%
foreach (NetworkBatch batch in batches)
    batch.Dispose();
signals.Dispose();
model.Dispose();
