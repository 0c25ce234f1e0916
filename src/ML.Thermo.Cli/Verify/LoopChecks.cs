using ML.Thermo.Loops;
using ML.Thermo.Loops.Diversity;
using ML.Thermo.Loops.Guard;

namespace ML.Thermo.Cli.Verify;

/// <summary>Models retrained on their own output.</summary>
internal static class LoopChecks
{
    private static readonly double[] s_data = [0.5, 0.25, 0.15, 0.1];

    public static IEnumerable<CheckGroup> Groups =>
    [
        new(
            "Closed loops: exact map, thresholds, resampling, weights, estimators, fit",
            "closed forms, iteration and Monte Carlo independent of this library",
            [.. Rows()]),
    ];

    private static IEnumerable<Check> Rows()
    {
        yield return new("S after 10 generations, T = 0.8", 0.0118718402, 1e-9, () =>
            CategoricalLoop.Entropy(new CategoricalLoop(s_data, 0.8, 0).After(s_data, 10)));
        (int, double, double)[] thresholds = [(3, 0.8, 0.2079386729), (10, 0.8, 0.2740032184), (1000, 0.5, 0.9405444933), (50_000, 0.9, 0.5575701465)];
        foreach ((int classes, double temperature, double expected) in thresholds)
            yield return new($"λ_s, K = {classes}, T = {temperature}", expected, 1e-9, () => LoopThresholds.Coexistence(classes, temperature));
        yield return new("S*/S(q), T = 0.8, λ = 0.3", 0.7504913679, 1e-9, () => new CategoricalLoop(s_data, 0.8, 0.3).FixedPointFrom(s_data).Retention);
        yield return new("share for 95 %, T = 0.8", 0.60716895, 1e-6, () => CriticalShare.Of(s_data, 0.8, 0.95));
        yield return new("R, 1 fresh row of 50", 0.6621621622, 1e-9, () => ResamplingLaw.Stationary(50, 1));
        yield return new("R, growing by 100 rows", 0.9836316431, 1e-9, () => ResamplingLaw.AccumulateLimit(100));
        yield return new("E ln σ², n = 20, t = 10", -1.0484721659, 1e-9, () => new GaussianLoop(20).ExpectedLogVariance(10));
        yield return new("regression, n = 60, d = 10, t → ∞", 0.3182472743, 1e-9, () => new RegressionLoop(60, 10).AccumulateLimit);
        yield return new("w*, as many fresh as generated", 0.6180339887, 1e-9, () => FreshWeight.OfRatio(1));
        yield return new("Chao–Shen of 10, 5, 3, 1, 1", 1.446832132544, 1e-11, () => new CategoryDiversity([10, 5, 3, 1, 1]).ChaoShen);
        yield return new("T̂ of four generations, λ = 0", 0.775820160, 1e-7, () => LoopGuard.Judge(
            CategoryTable.OfCounts([[80, 50, 40, 20, 10], [95, 52, 34, 13, 6], [108, 53, 28, 8, 3], [121, 50, 22, 5, 2]]),
            new LoopGuardOptions { FreshShare = 0, Draws = 99, Runs = 8 }).Fit!.Temperature.Value);
    }
}
