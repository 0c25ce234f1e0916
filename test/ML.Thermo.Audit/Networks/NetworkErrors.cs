using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Transitions;

namespace ML.Thermo.Audit.Networks;

/// <summary>The errors of the temperatures and efficiencies of imported networks: their spread over seeds, where ΔS is not near zero.</summary>
internal static class NetworkErrors
{
    public static IEnumerable<Finding> Run(bool isQuick)
    {
        (Func<AuditedNetwork> Open, int Seeds, int Draws)[] cells = isQuick
            ? [(() => AuditedNetwork.Rectified(3, 8), 60, 256), (() => AuditedNetwork.Rectified(6, 8), 60, 256), (() => AuditedNetwork.Rectified(10, 6), 60, 256)]
            : [(() => AuditedNetwork.Rectified(3, 32), 200, 1024), (() => AuditedNetwork.Rectified(6, 8), 200, 1024),
                (() => AuditedNetwork.Rectified(10, 6), 200, 1024), (() => AuditedNetwork.Shipped("digits-mlp", 64), 60, 256),
                (() => AuditedNetwork.Shipped("digits-cnn", 32), 40, 256), (() => AuditedNetwork.Shipped("digits-transformer", 16), 24, 128)];
        return cells.SelectMany(cell => Of(cell.Open, cell.Seeds, cell.Draws));
    }

    private static List<Finding> Of(Func<AuditedNetwork> open, int seeds, int draws)
    {
        using AuditedNetwork network = open();
        NetworkThermodynamics[] runs = [.. Enumerable.Range(1, seeds).Select(seed =>
            NetworkAnalysis.Run(network.Energy, new() { Draws = draws, Seed = (ulong)seed, ResidualVariance = 0.1 }))];
        List<Finding> findings = [];
        string at = $"{network.Name}, {draws} draws";
        Add(findings, "error of T, network", at, [.. runs.Select(run => run.Network.Transition)], t => t.Temperature);
        Add(findings, "error of E, network", at, [.. runs.Select(run => run.Network.Transition)], t => t.From.Energy);
        Add(findings, "error of S, network", at, [.. runs.Select(run => run.Network.Transition)], t => new(t.From.Entropy.Differential, t.From.Entropy.StandardError));
        for (int layer = 0; layer < runs[0].Layers.Count; layer++)
        {
            string name = $"{runs[0].Layers[layer].Layer.Name} of {at}";
            Add(findings, "error of T, layer", name, [.. runs.Select(run => run.Layers[layer].Transition)], t => t.Temperature);
            Estimate[] efficiencies = [.. runs.Where(run => IsFarFromPole(run.Network.Transition) && IsFarFromPole(run.Layers[layer].Transition))
                .Select(run => run.Layers[layer].Engine.Efficiency).Where(efficiency => efficiency.IsDefined)];
            if (efficiencies.Length >= seeds / 2)
                findings.Add(Spread.Ratio("error of η, layer", name, efficiencies));
        }

        int exact = runs.Sum(run => run.Layers.Append(run.Network).Count(result => result.Transition.Temperature.StandardError == 0));
        findings.Add(new("temperatures with error 0", at, "0", exact, 0, 0, 0));
        return findings;
    }

    private static void Add(List<Finding> findings, string subject, string name, IReadOnlyCollection<Transition> transitions, Func<Transition, Estimate> number)
    {
        Estimate[] far = [.. transitions.Where(IsFarFromPole).Select(number)];
        if (far.Length < 20)
            return;
        bool isHeavy = transitions.Count(transition => transition.Status.HasFlag(Status.HeavyTail)) > far.Length / 2;
        Finding found = Spread.Ratio(subject, name, far);
        findings.Add(isHeavy ? found with { Stated = "none (HeavyTail)", Least = 0, Most = double.PositiveInfinity } : found);
    }

    private static bool IsFarFromPole(Transition transition) => (transition.Status & (Status.Undefined | Status.NearPole)) == Status.Defined;
}
