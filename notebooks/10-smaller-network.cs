#:property PublishAot=false
#:package Microsoft.ML.OnnxRuntime
#:project ../src/ML.Thermo.Onnx/ML.Thermo.Onnx.csproj
#:project ../src/ML.Thermo.Report/ML.Thermo.Report.csproj

// %% [markdown]
// # How small can a network get before its answers change?
//
// Each layer may store its weights in two to eight bits. Rounding one layer costs a little loss, its self-energy. The best choice of bits is the one at which
// no layer would trade its last bit with another: all layers have the same temperature. What does the loss look like against the size of the file?

// %%
using ML.Thermo;
using ML.Thermo.Onnx.Compression;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Report.Figures;

System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.InvariantCulture;

// %%
OnnxModel model = OnnxModel.Open("../test/data/networks/digits-cnn.onnx");
NetworkBatch[] batches = [.. NetworkInputs.Read("../test/data/networks/digits.npz", model).Batches(64)];
CompressionPlan plan = NetworkCompression.Plan(LayerGraph.Of(model), [.. batches[..2].Select(batch => batch.Inputs)], CompressionMenu.Fine);
plan.Display();

// %% [markdown]
// ## The smallest file that loses no more than 0.01 nats a row
//
// The forecast is for rows like those that the plan was measured on.

// %%
CompressedNetwork small = plan.UpTo(0.01);
small.Display();

// %%
var sizes = Enumerable.Range(0, 12).Select(i => plan.SmallestBytes + (i * 500L)).ToArray();
CompressedNetwork[] choices = [.. sizes.Select(bytes => plan.At(bytes))];
new Figure("Loss against size", "bytes of the file", "loss (nats a row)") { LogarithmicUp = true }
    .Line("forecast: all layers rounded together", choices.Select(choice => ((double)choice.Bytes, choice.Forecast.Value)))
    .Line("sum of the layers' self-energies", choices.Select(choice => ((double)choice.Bytes, choice.SelfEnergy)))
    .Horizontal("0.01 nats a row", 0.01)
    .Display();

// %% [markdown]
// Self-energies add up where layers do not disturb each other. Where the two lines part, they do: the plan looks at both.

// %%
foreach (NetworkBatch batch in batches)
    batch.Dispose();
model.Dispose();
