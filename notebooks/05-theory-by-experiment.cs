#:property PublishAot=false
#:project ../src/ML.Thermo.Core/ML.Thermo.Core.csproj
#:project ../src/ML.Thermo.Report/ML.Thermo.Report.csproj

// %% [markdown]
// # The theory by experiment
//
// Every closed form in this library can be put to the test by drawing random numbers. This notebook does so: each row below compares an exact
// number with the mean of independent draws and gives the distance in standard errors. If the theory and the code are right, these
// distances are themselves standard normal: about two thirds within ±1, one in twenty outside ±2.

// %%
using ML.Thermo;
using ML.Thermo.Activations;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;
using ML.Thermo.Report.Figures;
using ML.Thermo.Transitions;

System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.InvariantCulture;

// %% [markdown]
// ## How to compare
//
// A comparison prints the exact number, the mean of the draws, and how many standard errors lie between them.

// %%
const int Draws = 40_000;
var distances = new List<(string What, double Exact, double Measured, double Distance)>();

void Compare(string what, double exact, IReadOnlyCollection<double> draws)
{
    double mean = draws.Average(), variance = draws.Sum(d => (d - mean) * (d - mean)) / (draws.Count - 1);
    double distance = (mean - exact) / Math.Sqrt(variance / draws.Count);
    distances.Add((what, exact, mean, distance));
    Console.WriteLine($"{what,-52}{exact,12:F6}{mean,12:F6}{distance,8:F2}");
}

Console.WriteLine($"{"",-52}{"exact",12}{"measured",12}{"errors",8}");

// %% [markdown]
// ## Linear models before training
//
// Six rows of two features, three losses, three initialisation laws. Means are exact for every law; for the squared error the variance is,
// too: here it is compared through (E − ⟨E⟩)². No two rows share a draw, so that their distances are independent.

// %%
double[] features = [1, 0, 0, 1, 1, 1, -1, 1, 2, 1, 1, -1];
var regression = new LabelledData(features, new[] { 1, 2, 2.5, 1.5, 3.5, -1 });
var classes = new LabelledData(features, new double[] { 1, 1, 0, 1, 1, 0 });
(string Name, InitializationLaw Law)[] laws =
    [("N(0, 1)", InitializationLaw.Normal(0, 1)), ("N(1, 0.5²)", InitializationLaw.Normal(1, 0.5)), ("U(−3, 3)", InitializationLaw.Uniform(-3, 3))];
foreach ((Energy energy, LabelledData data) in new[] { (Energy.MeanSquared, regression), (Energy.MeanAbsolute, regression), (Energy.CrossEntropy, classes) })
{
    foreach ((string name, InitializationLaw law) in laws)
    {
        EnergyEnsemble ensemble = new LinearSystem(data, energy, ParameterLaw.Same(law, 2)).Ensemble;
        double[] energies = new double[2 * Draws];
        ensemble.Draw(seed: (ulong)distances.Count + 1, first: 0, energies);
        Compare($"mean of {energy}, {name}", ensemble.Mean.Value, energies[..Draws]);
        if (energy == Energy.MeanSquared)
            Compare($"variance of {energy}, {name}", ensemble.Moments.Variance.Value, [.. energies[Draws..].Select(e => Math.Pow(e - ensemble.Mean.Value, 2))]);
    }
}

// %% [markdown]
// ## Their entropies
//
// The exact entropy integrates the density −p ln p; the Kozachenko–Leonenko estimator sees nothing but distances between draws. Twenty
// independent samples of 4,000 draws each give its mean and its error.

// %%
foreach ((string name, InitializationLaw law) in laws.Take(2))
{
    EnergyEnsemble ensemble = new LinearSystem(regression, Energy.MeanSquared, ParameterLaw.Same(law, 2)).Ensemble;
    var estimates = new double[20];
    for (int i = 0; i < estimates.Length; i++)
    {
        double[] energies = new double[4000];
        ensemble.Draw(seed: 77, first: i * 4000, energies);
        estimates[i] = new KozachenkoLeonenko().Estimate(EnergyMoments.FromSample(energies), energies).Value;
    }

    Compare($"entropy of mse, {name}", ensemble.ExactEntropy()!.Value.Value, estimates);
}

// %% [markdown]
// ## Activations as heat engines
//
// A pre-activation z ~ N(0, q) carries q, what leaves is Var φ(z), and the efficiency is one minus their ratio. Closed forms or quadrature
// against draws of z.

// %%
double[] normals = new double[200_000];
foreach (string name in new[] { "relu", "leaky-relu:0.1", "abs", "tanh", "sigmoid", "gelu", "silu", "elu", "softplus", "sin" })
{
    new RandomStream(seed: 5, index: (ulong)distances.Count).FillNormal(normals);
    Activation phi = Activation.Parse(name);
    ActivationMoments exact = new ActivationEngine(phi).At(variance: 2);
    double[] squares = [.. normals.Select(z => Math.Pow(phi.Value(Math.Sqrt(2) * z) - exact.Mean, 2) / 2)];
    Compare($"transmission of {name} at q = 2", exact.Transmission, squares);
}

// %% [markdown]
// ## A trained model whose data move
//
// With Gaussian residuals of variance v the loss over m points is Gamma distributed, and the temperature of a drift from v to v′ is the
// logarithmic mean of the two, for every m. The exact entropies say so to all digits:

// %%
foreach (long m in new long[] { 1, 6, 50, 5000 })
{
    var drift = new Transition(TypeIIState.GaussianResiduals(0.16, m), TypeIIState.GaussianResiduals(0.04, m));
    Console.WriteLine($"m = {m,4}: T = {drift.Temperature.Value:F12}, logarithmic mean {LogarithmicMean.Of(0.04, 0.16):F12}");
}

// %% [markdown]
// ## All distances together

// %%
double[] ordered = [.. distances.Select(d => d.Distance).Order()];
Console.WriteLine($"{ordered.Length} comparisons: {ordered.Count(z => Math.Abs(z) < 1)} within one standard error, {ordered.Count(z => Math.Abs(z) < 2)} within two, the farthest at {ordered.Max(Math.Abs):F2}");
Console.WriteLine($"sum of squares {ordered.Sum(z => z * z):F1}, expected {ordered.Length} ± {Math.Sqrt(2 * ordered.Length):F1}");
new Figure("Distance of every experiment from its closed form", "rank", "standard errors")
    .Points("experiments", ordered.Select((z, i) => (i + 1.0, z)))
    .Horizontal("one error", 1).Horizontal("minus one error", -1)
    .Display();
if (ordered.Max(Math.Abs) > 4.5)
    throw new InvalidOperationException("A closed form and its experiment disagree.");
