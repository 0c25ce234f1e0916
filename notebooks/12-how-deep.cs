#:property PublishAot=false
#:project ../src/ML.Thermo.Core/ML.Thermo.Core.csproj
#:project ../src/ML.Thermo.Report/ML.Thermo.Report.csproj

// %% [markdown]
// # How deep can a plain network be before it forgets its input?
//
// Give a network of random weights two inputs that differ a little. Each layer multiplies the square of the difference by χ. Below one it fades, and the
// last layer sees the same whatever came in; above one it grows to noise. Which variance of the weights keeps it?

// %%
using ML.Thermo.Activations;
using ML.Thermo.Initialization;
using ML.Thermo.Report.Figures;

System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.InvariantCulture;

// %%
Activation gelu = Activation.Parse("gelu");
CriticalInitialization critical = CriticalInitialization.Of(gelu);
Console.WriteLine($"critical for gelu: weights of variance {critical.WeightVariance:F3}/fan-in, biases of {critical.BiasVariance:F4}");

(string Name, double Weights, double Biases)[] laws =
    [("critical", critical.WeightVariance, critical.BiasVariance), ("He", 2, 0), ("the common default", 1.0 / 3, 0)];
foreach ((string name, double weights, double biases) in laws)
{
    SignalDepth depth = SignalDepth.Of(gelu, weights, biases);
    Console.WriteLine($"{name}: χ = {depth.GradientGain:F3}, {(double.IsNaN(depth.Layers) ? "keeps a difference at any depth" : $"a difference fades by e in {depth.Layers:F2} layers")}");
}

// %% [markdown]
// ## The same in networks
//
// Sixteen layers of three hundred units, one network a law. Theory is a line, the network its points. (It starts where the signal has settled, or, where it
// fades to nothing, as faint as one in a thousand.)

// %%
double[] Forget(double weights, double biases, ulong stream)
{
    const int Width = 300, Depth = 16;
    var random = new RandomStream(1, stream);
    double settled = Math.Max(SignalDepth.Of(gelu, weights, biases).Variance, 1e-6);
    double[] z = new double[Width], other = new double[Width];
    for (int i = 0; i < Width; i++)
    {
        z[i] = Math.Sqrt(settled) * random.NextNormal();
        other[i] = z[i] + (1e-5 * Math.Sqrt(settled) * random.NextNormal());
    }

    double Difference() => z.Zip(other, (u, v) => (u - v) * (u - v)).Sum();
    double before = Difference();
    double[] left = new double[Depth + 1];
    left[0] = 1;
    for (int layer = 1; layer <= Depth; layer++)
    {
        double[] x = [.. z.Select(gelu.Value)], y = [.. other.Select(gelu.Value)];
        for (int i = 0; i < Width; i++)
        {
            z[i] = other[i] = Math.Sqrt(biases) * random.NextNormal();
            for (int j = 0; j < Width; j++)
            {
                double weight = Math.Sqrt(weights / Width) * random.NextNormal();
                z[i] += weight * x[j];
                other[i] += weight * y[j];
            }
        }

        left[layer] = Difference() / before;
    }

    return left;
}

var figure = new Figure("What is left of a difference", "layer", "squared difference, of the first") { LogarithmicUp = true };
foreach (((string name, double weights, double biases), int i) in laws.Select((law, i) => (law, i)))
{
    double gain = SignalDepth.Of(gelu, weights, biases).GradientGain;
    double[] left = Forget(weights, biases, (ulong)i);
    figure = figure.Line($"{name}, theory", Enumerable.Range(0, left.Length).Select(layer => ((double)layer, Math.Pow(gain, layer))))
        .Points($"{name}, a network", left.Select((share, layer) => ((double)layer, share)));
    Console.WriteLine($"{name}: after 16 layers {left[^1]:0.0e-0} of a difference, theory {Math.Pow(gain, 16):0.0e-0}");
}

figure.Display();
