#:property PublishAot=false
#:project ../src/ML.Thermo.Core/ML.Thermo.Core.csproj
#:project ../src/ML.Thermo.Report/ML.Thermo.Report.csproj

// %% [markdown]
// # How many fresh rows keep a loop alive?
//
// A model is trained again and again on what the model before it produced. Each generation draws a little too coldly (temperature 0.8), so frequent categories
// grow and rare ones die. A share of fresh rows from the world works against it. How large must the share be?

// %%
using ML.Thermo;
using ML.Thermo.Loops;
using ML.Thermo.Loops.Simulation;
using ML.Thermo.Report.Figures;

System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.InvariantCulture;

// %% [markdown]
// ## Two thresholds
//
// `CriticalShare` asks for a kept diversity, here 95 % of the entropy. Below the share of coexistence a loop that has collapsed never comes back.

// %%
double[] world = LoopSimulationOptions.Zipf(classes: 50, exponent: 1);
const double Temperature = 0.8;
double critical = CriticalShare.Of(world, Temperature, retention: 0.95);
Console.WriteLine($"entropy of the world {CategoricalLoop.Entropy(world):F3} nats");
Console.WriteLine($"share that keeps 95 % of it: {critical:F3}; of 10,000 rows a generation {Math.Ceiling(critical * 10_000):F0} must be fresh");
Console.WriteLine($"without fresh rows half of the entropy is gone after {CategoricalLoop.HalfLife(world, Temperature):F1} generations");

// %% [markdown]
// ## The loops themselves
//
// The lines are the law of infinitely many rows; the points are loops of 2,000 rows, averaged over twenty runs.

// %%
var figure = new Figure("Diversity of a closed loop", "generation", "entropy of the training data (nats)");
foreach (double share in new[] { 0, 0.1, critical })
{
    var loop = new CategoricalLoop(world, Temperature, share);
    figure.Line($"{share:P0} fresh rows, infinitely many", Enumerable.Range(0, 31).Select(t => ((double)t, CategoricalLoop.Entropy(loop.After(world, t)))));
}

var options = new LoopSimulationOptions { Fresh = world, Rows = 2000, Temperature = Temperature, FreshShare = 0.1, Generations = 30, Runs = 20 };
figure.Points("10 % fresh rows, 2,000 rows", LoopSimulation.Run(options).Generations.Select((g, t) => ((double)t, g.Entropy.Value)))
    .Horizontal("95 % of the world's entropy", 0.95 * CategoricalLoop.Entropy(world)).Display();

// %% [markdown]
// Measure your own loop with `thermo collapse guard`: it estimates the temperature and the share from counts of categories, generation by generation.
