using ML.Thermo.Data;
using ML.Thermo.Initialization;
using ML.Thermo.Refresh;
using ML.Thermo.Transitions;

namespace ML.Thermo.Audit.Refresh;

/// <summary>The errors of ΔE, ΔS and T of a window against its reference: their spread over references and windows of one law each.</summary>
internal static class DriftNumbers
{
    private const int Rows = 300;

    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int trials = isQuick ? 150 : 600;
        foreach (LossLaw law in LossLaw.All.Where(law => law.Name is "half-normal" or "chi-square 1" or "calibrated cross-entropy"))
        {
            LossLaw shifted = law with { Draw = random => 2 * law.Draw(random) };
            var runs = new Transition[trials];
            Parallel.For(0, trials, i =>
            {
                var random = new RandomStream(103, (ulong)i);
                DriftReference state = law.Reference(Rows, new() { Draws = 99, Seed = (ulong)i }, random);
                runs[i] = state.Measure(shifted.Window(state, Rows, random)).Energy!.Transition!;
            });
            string at = $"{law.Name} against twice of it, {Rows} rows each";
            yield return Spread.Ratio("error of ΔE, window", at, [.. runs.Select(run => run.DeltaEnergy)]);
            yield return Spread.Ratio("error of ΔS, window", at, [.. runs.Select(run => run.DeltaEntropy)]);
            Estimate[] far = [.. runs.Where(run => (run.Status & (Status.Undefined | Status.NearPole)) == Status.Defined).Select(run => run.Temperature)];
            if (far.Length > trials / 2)
                yield return Spread.Ratio("error of T, window", at, far);
        }
    }

    /// <summary>Shares of ΔE by permutation, over moved rows of one law against one reference.</summary>
    public static IEnumerable<Finding> Shares(bool isQuick)
    {
        int trials = isQuick ? 100 : 600;
        LabelledData reference = Moved(new RandomStream(107, 0), 400, 0);
        var runs = new IReadOnlyList<Attribution>[trials];
        Parallel.For(0, trials, i => runs[i] = PermutationAttribution.Of(
            reference, Moved(new RandomStream(107, (ulong)i + 1), Rows, 1), (x, y) => Math.Pow(x[0] - (0.5 * x[1]) - y, 2), seed: (ulong)i));
        foreach (string name in new[] { "x1", "x2" })
            yield return Spread.Ratio("error of a share of ΔE", $"{name} of 2, {Rows} rows", [.. runs.Select(run => run.Single(share => share.Name == name).DeltaEnergy)]);
    }

    private static LabelledData Moved(RandomStream random, int rows, double by)
    {
        double[] features = [.. Enumerable.Range(0, 2 * rows).Select(_ => random.NextNormal())];
        double[] targets = [.. Enumerable.Range(0, rows).Select(row => features[2 * row] - (0.5 * features[(2 * row) + 1]) + random.NextNormal())];
        for (int row = 0; row < rows; row++)
            features[2 * row] += by;
        return new LabelledData(features, targets, ["x1", "x2"]);
    }
}
