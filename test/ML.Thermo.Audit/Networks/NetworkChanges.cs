using ML.Thermo.Onnx.Comparison;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Transitions;

namespace ML.Thermo.Audit.Networks;

/// <summary>The error of a change of temperature between two networks on the same rows, redrawn with the same seed: twins, relatives and strangers; draws and
/// rows are new in every run.</summary>
internal static class NetworkChanges
{
    private static readonly double[] s_shares = [0.02, 0.3, 2];

    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int trials = isQuick ? 60 : 200;
        (int Depth, int Width, int Draws)[] cells = isQuick ? [(3, 16, 256)] : [(3, 16, 256), (3, 32, 1024), (6, 16, 512)];
        return cells.SelectMany(cell => s_shares.SelectMany(share => Of(cell, share, trials)));
    }

    private static IEnumerable<Finding> Of((int Depth, int Width, int Draws) cell, double share, int trials)
    {
        Estimate[][] changes = [.. Enumerable.Range(1, trials).Select(trial => Change(cell, share, (ulong)trial))];
        for (int layer = 0; layer < cell.Depth; layer++)
        {
            Estimate[] known = [.. changes.Select(run => run[layer]).Where(change => change.IsDefined && !double.IsNaN(change.StandardError))];
            string at = FormattableString.Invariant($"fc{layer + 1} of {cell.Depth} layers of {cell.Width}, moved by {share}, {cell.Draws} draws");
            if (known.Length > trials / 2)
            {
                yield return Spread.Ratio("error of a change of T, layer", at, known);
                yield return Spread.Coverage("change of T, layer, ± 1.96 errors", at, known, known.Average(change => change.Value), 0.9);
            }
        }
    }

    private static Estimate[] Change((int Depth, int Width, int Draws) cell, double share, ulong seed)
    {
        using var before = AuditedNetwork.Moved(cell.Depth, cell.Width, 0, seed);
        using var after = AuditedNetwork.Moved(cell.Depth, cell.Width, share, seed);
        NetworkThermodynamics first = Run(before, cell.Draws, seed), second = Run(after, cell.Draws, seed);
        NetworkComparison compared = NetworkComparison.Of(before.Energy.Network, after.Energy.Network, spectra: false).WithTemperatures(first, second);
        return [.. compared.Layers.OrderBy(layer => layer.Pair.First.Index).Select(layer => layer.DeltaTemperature)];
    }

    private static NetworkThermodynamics Run(AuditedNetwork network, int draws, ulong seed) => NetworkAnalysis.Run(network.Energy, new() { Draws = draws, Seed = seed });
}
