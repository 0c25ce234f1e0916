using System.Globalization;
using ML.Thermo.Compression;
using ML.Thermo.Onnx.Compression;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Compression;

/// <summary>A compression in plain sentences.</summary>
internal static class CompressionSummary
{
    private const double Dear = 10;

    public static IEnumerable<string> Of(CompressionFindings findings)
    {
        CompressedNetwork network = findings.Network;
        CompressionPlan plan = network.Plan;
        string unit = Unit(plan), size = $"{Size(findings.Bytes ?? network.Bytes)} instead of {Size(plan.BytesBefore)}";
        yield return findings.Bytes is null
            ? $"The network fits into {size} and would lose {network.Forecast} {unit}, by forecast. "
                + "Nothing was written: --out does that, and measures."
            : $"The network fits into {size} and loses {findings.Measured} {unit}, where {network.Forecast} was forecast.";
        if (findings.IsSynthetic)
            yield return "The rows were noise, because no data were given: loss on real rows may be another. Give --data.";
        if (Curve(plan) is { } curve)
            yield return curve;
        if (network.Passes > 0)
        {
            string exchanges = network.Exchanges == 1 ? "exchange" : "exchanges";
            yield return $"In the bath {network.Exchanges} {exchanges} of bits between layers lowered the loss ({network.Passes} passes over {plan.Rows} "
                + $"rows); the layers' own losses sum to {Numbers.Brief(network.SelfEnergy)}.";
        }

        if (findings.Costs is { } costs)
            yield return Costs(costs);
        if (plan.Kept.Count > 0)
            yield return $"As they were: {string.Join("; ", plan.Kept.GroupBy(kept => kept.Reason).Select(group => Kept(group)))}.";
    }

    /// <summary>What loss is counted in.</summary>
    public static string Unit(CompressionPlan plan) => plan.IsDivergence ? "nats a row" : "of the outputs' variance";

    /// <summary>Bytes as people read them.</summary>
    public static string Size(double bytes) => bytes switch
    {
        >= 1e6 => $"{Numbers.Significant(bytes / 1e6, 3)} MB",
        >= 1e3 => $"{Numbers.Significant(bytes / 1e3, 3)} kB",
        _ => $"{bytes.ToString("0", CultureInfo.InvariantCulture)} bytes",
    };

    /// <summary>Where the curve gets steep: the size below which a byte costs ten times what it costs at a hundredth of loss.</summary>
    private static string? Curve(CompressionPlan plan)
    {
        Equilibrium? cheap = plan.Curve.FirstOrDefault(point => point.Allocation.Loss <= 0.01);
        if (cheap is null || cheap.Price <= 0)
            return null;
        Equilibrium? steep = plan.Curve.LastOrDefault(point => point.Price >= Dear * cheap.Price);
        string shrink = $"By the layers' own losses this network can shrink to {Percent(cheap.Allocation.Size / plan.BytesBefore)} for 0.01 {Unit(plan)}";
        return steep is null ? $"{shrink}."
            : $"{shrink}; below {Percent(steep.Allocation.Size / plan.BytesBefore)} each kilobyte costs over ten times as much.";
    }

    private static string Costs(CompressionCosts costs) =>
        $"Loading took {Milliseconds(costs.After.LoadSeconds)} instead of {Milliseconds(costs.Before.LoadSeconds)}, a run of {costs.BatchRows} rows "
        + $"{Milliseconds(costs.After.RunSeconds)} instead of {Milliseconds(costs.Before.RunSeconds)}{Memory(costs)}. With session.disable_quant_qdq=1 weights "
        + $"become floats when they are loaded: {Milliseconds(costs.AfterAsFloats.LoadSeconds)} and {Milliseconds(costs.AfterAsFloats.RunSeconds)}.";

    private static string Memory(CompressionCosts costs) => costs.Before.PeakBytes is { } before && costs.After.PeakBytes is { } after
        ? $", memory grew by {Size(after)} instead of {Size(before)}" : "";

    private static string Kept(IGrouping<string, KeptLayer> group)
    {
        string[] names = [.. group.Select(kept => kept.Name)];
        return $"{string.Join(", ", names.Take(3))}{(names.Length > 3 ? $" and {names.Length - 3} more" : "")} ({group.Key})";
    }

    private static string Milliseconds(double seconds) => $"{Numbers.Significant(1000 * seconds, 2)} ms";

    private static string Percent(double share) => $"{Numbers.Significant(100 * share, 2)} %";
}
