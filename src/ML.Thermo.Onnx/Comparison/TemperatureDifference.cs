using MathNet.Numerics.Statistics;
using ML.Thermo.Entropies;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Transitions;

namespace ML.Thermo.Onnx.Comparison;

/// <summary>The change of a temperature between two networks that met the same draws and the same rows.</summary>
/// <remarks>
/// Squared error: D₁ + D₂ − 2ρ√(D₁D₂) of the draws, and the same of the rows; each network's D is that of its own temperature. ρ of the rows is the
/// correlation of what each row does to ΔE − TΔS of either network. ρ of the draws is that of E − T ln ρᵢ (ρᵢ: distance of an energy to its neighbour) over
/// draws of equal numbers, where the covariance between neighbours counts as far as the distances, less their running means, go together:
/// two ensembles of almost equal energies have other neighbours.</remarks>
internal static class TemperatureDifference
{
    /// <summary>Of the running mean of the distances, ranks to either side.</summary>
    private const int Window = 16;

    private static readonly KozachenkoLeonenko s_entropy = new();

    /// <summary>T of the second minus that of the first; undefined where either has none. No error (NaN) where either has none or is near its pole.</summary>
    /// <param name="first">A layer of the first network.</param>
    /// <param name="second">Its partner, redrawn with the same seed.</param>
    public static Estimate Of(EnsembleResult first, EnsembleResult second)
    {
        Transition a = first.Transition, b = second.Transition;
        if (!a.Temperature.IsDefined || !b.Temperature.IsDefined)
            return Estimate.Undefined;
        double change = b.Temperature.Value - a.Temperature.Value;
        if ((a.Status | b.Status).HasFlag(Status.NearPole))
            return new(change, double.NaN);
        (double drawnBefore, double rowsBefore) = Parts(a);
        (double drawnAfter, double rowsAfter) = Parts(b);
        double variance = Joint(drawnBefore, drawnAfter, OfDraws(first, second)) + Joint(rowsBefore, rowsAfter, OfRows(a, b));
        return new(change, Math.Sqrt(variance));
    }

    private static double Joint(double first, double second, double correlation) =>
        Math.Max(first + second - (2 * correlation * Math.Sqrt(first * second)), 0);

    /// <summary>The squared error of T that more draws would shrink, and the rest of it.</summary>
    private static (double Drawn, double Rows) Parts(Transition transition)
    {
        State from = transition.From;
        double t = transition.Temperature.Value, all = Math.Pow(transition.Temperature.StandardError, 2);
        double drawn = Math.Pow(from.Energy.StandardError, 2) + Math.Pow(t * from.Entropy.StandardError, 2) - (2 * t * from.EnergyEntropyCovariance);
        drawn = Math.Min(drawn / Math.Pow(transition.DeltaEntropy.Value, 2), all); // NaN where there is no error
        return (drawn, all - drawn);
    }

    /// <summary>Zero, as if the draws were independent, where the entropies are not those of neighbours.</summary>
    private static double OfDraws(EnsembleResult first, EnsembleResult second)
    {
        int fewer = Math.Min(first.Energies.Length, second.Energies.Length), more = Math.Max(first.Energies.Length, second.Energies.Length);
        if (new[] { first, second }.Any(result => result.Transition.From.Entropy.Method != EntropyMethod.KozachenkoLeonenko))
            return 0;
        double t = first.Transition.Temperature.Value, u = second.Transition.Temperature.Value, neighbours = s_entropy.NeighbourCovariance;
        double[] energies = first.Energies[..fewer], others = second.Energies[..fewer];
        double[] distances = s_entropy.LogDistances(energies), otherDistances = s_entropy.LogDistances(others);
        double[] moves = Moves(energies, distances, t), otherMoves = Moves(others, otherDistances, u);
        double local = OrNone(Correlation.Pearson(Local(energies, distances), Local(others, otherDistances)));
        double variance = ArrayStatistics.Variance(moves) + (t * t * neighbours), otherVariance = ArrayStatistics.Variance(otherMoves) + (u * u * neighbours);
        double covariance = ArrayStatistics.Covariance(moves, otherMoves) + (t * u * local * neighbours);
        return OrNone(covariance / Math.Sqrt(variance * otherVariance)) * Math.Sqrt((double)fewer / more);
    }

    private static double[] Moves(double[] energies, double[] distances, double temperature) =>
        [.. energies.Zip(distances, (energy, distance) => energy - (temperature * distance))];

    /// <summary>Distances less their running means over the ranks of the energies, in the order of the draws.</summary>
    private static double[] Local(double[] energies, double[] distances)
    {
        int[] order = [.. Enumerable.Range(0, energies.Length)];
        Array.Sort([.. energies], order);
        double[] found = new double[energies.Length];
        for (int rank = 0; rank < order.Length; rank++)
        {
            ReadOnlySpan<int> near = order.AsSpan(Math.Max(0, rank - Window)..Math.Min(order.Length, rank + Window + 1));
            double sum = 0;
            foreach (int draw in near)
                sum += distances[draw];
            found[order[rank]] = distances[order[rank]] - (sum / near.Length);
        }

        return found;
    }

    private static double OfRows(Transition first, Transition second)
    {
        if (first.Rows is not { } rows || second.Rows is not { } others || rows.Count != others.Count)
            return 0;
        double t = first.Temperature.Value, u = second.Temperature.Value;
        return OrNone(rows.Covariance(t, others, u) / Math.Sqrt(rows.Covariance(t, rows, t) * others.Covariance(u, others, u)));
    }

    /// <summary>Zero where something does not vary, or where equal energies have no distance.</summary>
    private static double OrNone(double correlation) => double.IsFinite(correlation) ? correlation : 0;
}
