using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Transitions;

namespace ML.Thermo.Audit.Networks;

/// <summary>The errors of the temperatures and efficiencies of imported networks: their spread over seeds, where ΔS is not near zero.</summary>
internal static class NetworkErrors
{
    /// <summary>Share of runs that may state an error which the truth misses by more than 1.96 of it; 5 % for normal errors.</summary>
    private const double Missed = 0.07;

    private const string Stopped = "stopped at 5 %";

    public static IEnumerable<Finding> Run(bool isQuick)
    {
        (Func<AuditedNetwork> Open, int Seeds, int Draws)[] cells = isQuick
            ? [(() => AuditedNetwork.Rectified(3, 8), 60, 256), (() => AuditedNetwork.Rectified(6, 8), 60, 256), (() => AuditedNetwork.Rectified(10, 6), 60, 256)]
            : [(() => AuditedNetwork.Rectified(3, 32), 200, 1024), (() => AuditedNetwork.Rectified(6, 8), 200, 1024),
                (() => AuditedNetwork.Rectified(10, 6), 200, 1024)];
        return cells.SelectMany(cell => Of(cell.Open, cell.Seeds, new() { Draws = cell.Draws, ResidualVariance = 0.1 }, $"{cell.Draws} draws"));
    }

    /// <summary>Of the networks that are shipped, the convolutional one and the transformer with fewer seeds, because they cost more.</summary>
    public static IEnumerable<Finding> Shipped(bool isQuick)
    {
        (string Name, int Rows, int Seeds, int Draws)[] cells = isQuick ? [("digits-mlp", 64, 24, 128)]
            : [("digits-mlp", 64, 60, 256), ("digits-cnn", 32, 40, 256), ("digits-transformer", 16, 24, 128)];
        return cells.SelectMany(cell => Of(
            () => AuditedNetwork.Shipped(cell.Name, cell.Rows), cell.Seeds, new() { Draws = cell.Draws, ResidualVariance = 0.1 }, $"{cell.Draws} draws"));
    }

    /// <summary>The same where draws stop by themselves: at an error of T of 5 %.</summary>
    public static IEnumerable<Finding> Precision(bool isQuick)
    {
        const double precision = 0.05;
        (Func<AuditedNetwork> Open, int Seeds)[] cells = isQuick ? [(() => AuditedNetwork.Rectified(3, 8), 60)]
            : [(() => AuditedNetwork.Rectified(3, 32), 200), (() => AuditedNetwork.Rectified(6, 8), 200), (() => AuditedNetwork.Rectified(10, 6), 200),
                (() => AuditedNetwork.Shipped("digits-mlp", 64), 200)];
        return cells.SelectMany(cell => Of(cell.Open, cell.Seeds, new() { Draws = 4096, Precision = precision, ResidualVariance = 0.1 }, Stopped));
    }

    /// <summary>The same where rows are drawn anew with the seed, against the network's own outputs and against labels, so that the errors over rows count
    /// too. Energies and entropies of redrawn states have the errors of the draws at their rows: those are measured on fixed rows.</summary>
    public static IEnumerable<Finding> Rows(bool isQuick) => isQuick ? OfRows(128, 64, hasLabels: false)
        : [.. OfRows(128, 256, hasLabels: false), .. OfRows(128, 1024, hasLabels: false), .. OfRows(512, 64, hasLabels: true)];

    /// <summary>Against labels a few wrong answers carry the losses' variance. Where that is flagged no error is promised: the run does not
    /// count.</summary>
    internal static List<Finding> OfRows(int rows, int draws, bool hasLabels)
    {
        const int trials = 150;
        NetworkThermodynamics[] runs = [.. Enumerable.Range(1, trials).Select(trial =>
        {
            using var network = AuditedNetwork.Sampled("digits-mlp", rows, (ulong)trial, hasLabels);
            return NetworkAnalysis.Run(network.Energy, new() { Draws = draws, Seed = (ulong)trial });
        })];
        NetworkThermodynamics[] known = [.. runs.Where(run => !run.Trained.Status.HasFlag(Status.HeavyTail))];
        string at = $"digits-mlp, {rows} rows anew, {(hasLabels ? "labels" : "own outputs")}, {draws} draws";
        List<Finding> findings = Of(known, at, isOfRows: true);
        findings.Add(new("trained state flagged HeavyTail", $"{at} ({trials})", "any", 1 - ((double)known.Length / trials), 0, 0, 1));
        return findings;
    }

    private static List<Finding> Of(Func<AuditedNetwork> open, int seeds, NetworkAnalysisOptions options, string how)
    {
        using AuditedNetwork network = open();
        return Of([.. Enumerable.Range(1, seeds).Select(seed => NetworkAnalysis.Run(network.Energy, options with { Seed = (ulong)seed }))], $"{network.Name}, {how}");
    }

    private static List<Finding> Of(NetworkThermodynamics[] runs, string at, bool isOfRows = false)
    {
        List<Finding> findings = [];
        Transition[] whole = [.. runs.Select(run => run.Network.Transition)];
        Add(findings, "T, network", at, whole, [.. whole.Select(t => t.Temperature)]);
        if (!isOfRows)
        {
            Add(findings, "E, network", at, whole, [.. whole.Select(t => t.From.Energy)]);
            Add(findings, "S, network", at, whole, [.. whole.Select(t => new Estimate(t.From.Entropy.Differential, t.From.Entropy.StandardError))]);
        }

        Add(findings, "ΔS, network", at, whole, [.. whole.Select(t => t.DeltaEntropy)]);
        Add(findings, "T_fluct, network", at, whole, [.. whole.Select(t => t.FluctuationTemperature)]);
        Add(findings, "d_eff, network", at, whole, [.. whole.Select(t => t.EffectiveDegreesOfFreedom)]);
        Add(findings, "interaction energy", at, whole, [.. runs.Select(run => run.InteractionEnergy)]);
        for (int layer = 0; layer < runs[0].Layers.Count; layer++)
        {
            string name = $"{runs[0].Layers[layer].Layer.Name} of {at}";
            Transition[] own = [.. runs.Select(run => run.Layers[layer].Transition)];
            Add(findings, "T, layer", name, own, [.. own.Select(t => t.Temperature)]);
            Add(findings, "η, layer", name, [.. own.Zip(whole, (t, all) => IsFarFromPole(all) ? t : all)],
                [.. runs.Select(run => run.Layers[layer].Engine.Efficiency)]);
        }

        int exact = runs.Sum(run => run.Layers.Append(run.Network).Count(result => result.Transition.Temperature.StandardError == 0));
        findings.Add(new("temperatures with error 0", at, "0", exact, 0, 0, 0));
        return findings;
    }

    /// <summary>Where most runs state an error: their spread about the mean of all runs, over the median error. Always: how many of all runs state one
    /// that this mean misses; runs whose few largest draws dominate are to state none.</summary>
    private static void Add(List<Finding> findings, string subject, string name, Transition[] transitions, Estimate[] numbers)
    {
        Estimate[] far = [.. numbers.Where((number, i) => IsFarFromPole(transitions[i]) && number.IsDefined)];
        if (far.Length < Math.Max(20, transitions.Length / 2))
            return;
        double truth = far.Average(number => number.Value);
        Estimate[] stated = [.. far.Where(number => !double.IsNaN(number.StandardError))];
        if (stated.Length > far.Length / 2)
        {
            findings.Add(name.EndsWith(Stopped, StringComparison.Ordinal)
                ? Spread.Studentised($"error of {subject}", name, stated, truth) : Spread.Ratio($"error of {subject}", name, stated, truth));
        }

        int missed = stated.Count(number => Math.Abs(number.Value - truth) > Spread.Normal * number.StandardError);
        findings.Add(Finding.Rate($"{subject}: a stated error, and missed by 1.96 of it", $"{name} ({stated.Length} of {far.Length} state one)",
            missed, far.Length, Missed, exact: false));
    }

    private static bool IsFarFromPole(Transition transition) => (transition.Status & (Status.Undefined | Status.NearPole)) == Status.Defined;
}
