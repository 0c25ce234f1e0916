#:property PublishAot=false
#:project ../src/ML.Thermo.Core/ML.Thermo.Core.csproj
#:project ../src/ML.Thermo.Report/ML.Thermo.Report.csproj

// %% [markdown]
// # A model that eats its own output
//
// A model is trained, its output becomes training data, a model is trained on that. Two things eat at the data: **chance**, because what a finite
// sample does not draw is
// gone for good, and **temperature**, because a sampler that prefers what is likely does so again in every generation. How many fresh rows keep the
// data alive, and how
// does one see in time that they are dying?

// %%
using System.Globalization;
using ML.Thermo;
using ML.Thermo.Initialization;
using ML.Thermo.Loops;
using ML.Thermo.Loops.Guard;
using ML.Thermo.Loops.Simulation;
using ML.Thermo.Report.Figures;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
void Check(string what, double value, double expected, double tolerance) =>
    Console.WriteLine(Math.Abs(value - expected) <= tolerance
        ? $"{what}: {value:F6}"
        : throw new InvalidOperationException($"{what} is {value}: expected {expected} ± {tolerance}"));

// %% [markdown]
// ## Temperature alone
//
// With endless data and no fresh row a sampler at temperature T maps shares p to p^(1/T), normalised. After t generations that is p to the power
// T⁻ᵗ: with energies −ln p,
// a canonical ensemble at temperature Tᵗ. Below 1 the data freeze to their most frequent category, above 1 they boil to equal shares.

// %%
double[] shares = [0.5, 0.25, 0.15, 0.1];
IEnumerable<(double, double)> Entropies(double temperature) => Enumerable.Range(0, 13).Select(t =>
    ((double)t, CategoricalLoop.Entropy(CategoricalLoop.Power(shares, Math.Pow(temperature, -t)))));
Check("entropy at the start", CategoricalLoop.Entropy(shares), 1.2079736876, 1e-9);
Check("after ten generations at T = 0.8", Entropies(0.8).ElementAt(10).Item2, 0.0118718402, 1e-9);
Check("after ten generations at T = 1.25", Entropies(1.25).ElementAt(10).Item2, 1.3841869714, 1e-9);
Check("generations until half of it is gone at T = 0.9", CategoricalLoop.HalfLife(shares, 0.9), 9.1227545145, 1e-6);

new Figure("Entropy by generation, no fresh rows", "generation", "entropy (nats)")
    .Line("T = 0.8", Entropies(0.8)).Line("T = 0.9", Entropies(0.9)).Line("T = 1", Entropies(1)).Line("T = 1.25", Entropies(1.25))
    .Horizontal("four equal categories", Math.Log(4))
    .ToSvg().DisplayAs("image/svg+xml");

// %% [markdown]
// ## A collapse that does not heal
//
// Ten equal categories at T = 0.8. An exactly equal state lives as soon as the fresh share exceeds 1 − T = 0.2. But a collapsed state lives up to
// λ_s = 0.274, so between
// the two a loop that has collapsed stays collapsed: what keeps a loop alive does not revive it.

// %%
double[] equal = [.. Enumerable.Repeat(0.1, 10)], collapsed = [0.991, .. Enumerable.Repeat(0.001, 9)];
double Rest(double share, double[] start) => new CategoricalLoop(equal, 0.8, share).FixedPointFrom(start) is var point ? CategoricalLoop.Entropy(point.Law) : 0;
Check("a collapsed state lives below the fresh share", LoopThresholds.Coexistence(10, 0.8), 0.2740032184, 1e-9);
Check("at 0.21 from equal shares", Rest(0.21, equal), 2.302585093, 1e-8);
Check("at 0.21 from a collapse", Rest(0.21, collapsed), 1.470035912, 1e-8);
Check("at 0.275 from a collapse", Rest(0.275, collapsed), 2.302585093, 1e-6);

double[] grid = [.. Enumerable.Range(1, 35).Select(i => 0.01 * i)];
new Figure("Where ten equal categories come to rest at T = 0.8", "fresh share", "entropy (nats)")
    .Line("from a collapse", grid.Select(share => (share, Rest(share, collapsed))))
    .Points("from equal shares", grid.Where(share => share > 0.2).Select(share => (share, Rest(share, equal))))
    .Vertical("1 − T", 0.2).Vertical("λ_s", LoopThresholds.Coexistence(10, 0.8))
    .ToSvg().DisplayAs("image/svg+xml");

// %% [markdown]
// ## Chance alone
//
// At T = 1 only resampling acts. With k fresh rows among n a generation, the chance that two rows differ comes to rest at a share of its first value
// that hardly depends on
// n: one fresh row keeps two thirds, 4.5 keep 90 %, 9.5 keep 95 %. Simulated loops agree within four standard errors.

// %%
double[] law = LoopSimulationOptions.Zipf(30, 1);
double first = 1 - law.Sum(share => share * share);
var kept = new List<(double Fresh, double Share)>();
foreach (double fresh in new[] { 1.0, 2, 5, 10, 20 })
{
    SimulatedGeneration last = LoopSimulation.Run(new LoopSimulationOptions
    {
        Fresh = law,
        Rows = 100,
        FreshShare = fresh / 100,
        Generations = (int)(400 / fresh) + 40,
        Runs = 200,
    }).Generations[^1];
    double share = last.GiniSimpson.Value / first, error = last.GiniSimpson.StandardError / first, expected = ResamplingLaw.Stationary(100, fresh);
    if (Math.Abs(share - expected) > 4 * error)
        throw new InvalidOperationException($"{fresh} fresh rows keep {share} ± {error}: expected {expected}");
    Console.WriteLine($"{fresh,2} fresh rows of 100: {share:F3} ± {error:F3} of the diversity stays, exact {expected:F3}");
    kept.Add((fresh, share));
}

new Figure("What fresh rows keep against chance", "fresh rows a generation", "share of the diversity") { LogarithmicAcross = true }
    .Line("exact, 100 rows", Enumerable.Range(0, 41).Select(i => Math.Pow(10, -0.5 + (0.05 * i))).Select(k => (k, ResamplingLaw.Stationary(100, k))))
    .Line("exact, 10,000 rows", Enumerable.Range(0, 41).Select(i => Math.Pow(10, -0.5 + (0.05 * i))).Select(k => (k, ResamplingLaw.Stationary(10_000, k))))
    .Points("simulated, 100 rows", kept.Select(point => (point.Fresh, point.Share)))
    .ToSvg().DisplayAs("image/svg+xml");

// %% [markdown]
// ## Is this loop dying?
//
// Six generations of 2,000 rows come from a loop with T = 0.9 and no fresh rows, which the guard is not told. It tests chance alone (exactly), fits
// temperature and fresh
// share, and runs the fitted loop on.

// %%
double[] start = LoopSimulationOptions.Zipf(50, 1.1), next = new double[50], work = new double[50];
var loop = new CategoricalLoop(start, temperature: 0.9, freshShare: 0);
var draws = new RandomStream(7, 0);
var generations = new List<long[]>();
start.CopyTo(next, 0);
for (int t = 0; t < 6; t++)
{
    long[] counts = new long[50];
    for (int row = 0; row < 2000; row++)
    {
        double at = draws.NextDouble();
        int category = 0;
        while (category < 49 && (at -= next[category]) >= 0)
            category++;
        counts[category]++;
    }

    generations.Add(counts);
    loop.Next([.. counts.Select(count => count / 2000.0)], next);
}

GuardFinding found = LoopGuard.Judge(CategoryTable.OfCounts(generations), new LoopGuardOptions { FreshShare = 0 });
Console.WriteLine($"verdict: {found.Verdict}, p of chance alone {found.Drift.PValue:F3}");
Console.WriteLine($"fitted temperature {found.Fit!.Temperature.Value:F3} ± {found.Fit.Temperature.StandardError:F3}, in truth 0.9");
Console.WriteLine($"to keep 90 % of the entropy: {found.Forecast!.CriticalRows} fresh rows in every generation of {found.Forecast.Rows}");
if (found.Verdict != LoopVerdict.Freezing || !(found.Fit.TemperatureInterval.Low < 0.9 && found.Fit.TemperatureInterval.High > 0.9))
    throw new InvalidOperationException("expected a freezing loop whose interval holds its temperature");

new Figure("Diversity by generation, and what chance alone allows", "generation", "chance that two rows differ")
    .Points("observed", found.Generations.Select((generation, t) => ((double)t, generation.GiniSimpson.Value)))
    .Line("least by chance (95 %)", found.Drift.Band.Select((band, t) => (t + 1.0, band.Low)))
    .Line("most by chance (95 %)", found.Drift.Band.Select((band, t) => (t + 1.0, band.High)))
    .ToSvg().DisplayAs("image/svg+xml");

// %% [markdown]
// ## A plan
//
// Before a loop exists, `Plan` gives the larger of both needs. Without a reference of real rows it takes λ_s, never 1 − T.

// %%
LoopPlan chance = ClosedLoop.Plan(new LoopPlanOptions { Rows = 10_000, Retain = 0.95 });
Console.WriteLine($"against chance: {chance.CriticalRows} fresh rows in 10,000 keep 95 %");
double share95 = CriticalShare.Of(shares, temperature: 0.8, retention: 0.95);
Check("fresh share that keeps 95 % of these four categories at T = 0.8", share95, 0.60716895, 1e-6);
FreshWeight weight = FreshWeight.Of(1000, 10_000);
Console.WriteLine($"1,000 fresh and 10,000 generated rows: the fresh ones together should weigh {weight.Total:F3}, not {1000 / 11000.0:F3}");
