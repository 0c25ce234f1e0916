#:property PublishAot=false
#:project ../src/ML.Thermo.Core/ML.Thermo.Core.csproj
#:project ../src/ML.Thermo.Report/ML.Thermo.Report.csproj

// %% [markdown]
// # The first temperature
//
// A straight line is fitted to five points. Before training its slope is random; after training the slope is fixed and what moves is the
// data it will meet. Both are *states*: each has an **energy** (the mean loss) and an **entropy** (how uncertain that loss is, in nats).
// Training is the transition from one to the other, and its **temperature** is the loss removed for each nat of certainty gained:
//
// $$T = \frac{\Delta E}{\Delta S}$$

// %%
using ML.Thermo;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;
using ML.Thermo.Linear.Squared;
using ML.Thermo.Report.Figures;
using ML.Thermo.Transitions;

System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.InvariantCulture;

// %% [markdown]
// ## Five points, one slope
//
// The system is: data, a loss (mean squared error), and the law from which the slope is drawn before training, here N(0, 1).

// %%
double[] x = [-2, -1, 0.5, 1, 2.5], y = [-3, -1, 1, 1.5, 4];
var data = new LabelledData(x, y);
var system = new LinearSystem(data, Energy.MeanSquared, ParameterLaw.Same(InitializationLaw.Normal(0, 1), data.Columns));
Transition training = system.Train();

Console.WriteLine($"trained slope {system.GroundState.Parameters[0]:F2}");
training.Display();

// %% [markdown]
// The energy of the untrained state is exact (its error is missing, not zero by luck): for a linear model and a normal slope the whole
// distribution of the loss is known. Here it is, and draws from it that lie on it.

// %%
EnergyEnsemble untrained = system.Ensemble;
double[] draws = new double[100_000];
untrained.Draw(seed: 1, first: 0, draws);
Array.Sort(draws);
const double BinWidth = 0.5;
var measured = draws.GroupBy(e => Math.Floor(e / BinWidth)).OrderBy(bin => bin.Key).Where(bin => bin.Key < 60)
    .Select(bin => ((bin.Key + 0.5) * BinWidth, bin.Count() / (draws.Length * BinWidth)));
var law = new QuadraticForm([2.5], noncentralities: [1.52 * 1.52], floor: 0.074);
Console.WriteLine($"mean of the draws {draws.Average():F3}, exact {law.Mean:F3}");
new Figure("The loss of a random slope", "energy E (mean squared error)", "probability density")
    .Line("exact density", Enumerable.Range(1, 300).Select(i => (0.074 + (i * 0.1), law.Density(0.074 + (i * 0.1)))))
    .Points("100,000 random slopes", measured)
    .Vertical("trained", 0.074)
    .Display();

// %% [markdown]
// ## Where the two states weigh the same
//
// Each state has a free energy F = E − T·S. The random state has the higher energy and the higher entropy, so it is the stable one at
// high temperature. The lines cross at the temperature of the transition.

// %%
double[] temperatures = [.. Enumerable.Range(0, 61).Select(i => i * 0.06)];
new Figure("Free energy of both states", "temperature (loss per nat)", "free energy E − T·S")
    .Line("untrained", temperatures.Select(t => (t, training.From.FreeEnergy(t))))
    .Line("trained", temperatures.Select(t => (t, training.To.FreeEnergy(t))))
    .Vertical("T of the transition", training.Temperature.Value)
    .Display();

// %% [markdown]
// ## T depends on where you start
//
// A temperature without its initialisation law means nothing. Narrow laws make the untrained state as certain as the trained one: ΔS goes
// through zero, and T through a pole. Wide laws make T grow with their variance.

// %%
double[] scales = [.. Enumerable.Range(0, 121).Select(i => Math.Pow(10, -4 + (i / 24.0)))];
Transition At(double sd) => new LinearSystem(data, Energy.MeanSquared, ParameterLaw.Same(InitializationLaw.Normal(0, sd), 1)).Train();
var byScale = scales.Select(sd => (Scale: sd, Training: At(sd))).ToArray();
new Figure("Temperature against the width of the initialisation", "standard deviation of the slope before training", "temperature (loss per nat)") { LogarithmicAcross = true }
    .Line("T where ΔS > 0 by four errors", byScale.Select(p => (p.Scale, (p.Training.Status & ~Status.SmallSample) == Status.Defined && p.Training.Temperature.Value is > 0 and < 60 ? p.Training.Temperature.Value : double.NaN)))
    .Line("T at the resolution of the trained loss, which has no pole", byScale.Select(p => (p.Scale, p.Training.ResolvedTemperature.Value is < 60 and var t ? t : double.NaN)))
    .Display();
foreach (double sd in new[] { 0.001, 0.01, 0.1, 1, 10 })
{
    Transition t = At(sd);
    Console.WriteLine($"sd {sd,6}: ΔS = {t.DeltaEntropy.Value,7:F3} nats, T = {t.Temperature}, {string.Join(", ", t.Status.Names())}");
}

// %% [markdown]
// Near the pole the temperature is not a number but a direction: look at β = 1/T there, which passes through zero smoothly. A status of
// `NearPole` or `Undefined` says so; nothing is clamped.

