using MathNet.Numerics.Distributions;
using ML.Thermo.Numerics;

namespace ML.Thermo.Scans;

/// <summary>Peaks of a curve that its errors do not explain.</summary>
/// <remarks>
/// <para>The band D ± c·SE covers all m splits together with probability at least 1 − α whatever their correlation, for normal errors (Šidák 1967). A local
/// maximum is a peak if on both sides, before anything higher, some value lies below it by c(SE + SE): where the band covers, every such peak is one of the
/// true curve.</para>
/// <para>Without errors every local maximum is real, and those whose prominence is a given share of their height are reported.</para>
/// </remarks>
[Maturity(Maturity.Estimator, "its rate of false peaks is measured in the audit")]
public static class PeakTest
{
    /// <summary>c = t_ν⁻¹((1 + (1 − α)^(1/m))/2).</summary>
    /// <param name="splits">m ≥ 1.</param>
    /// <param name="freedom">ν, degrees of freedom of the errors; +∞ for a normal law.</param>
    /// <param name="falseAlarms">α.</param>
    public static double CriticalValue(int splits, double freedom, double falseAlarms)
    {
        double level = (1 + Math.Exp(Math.Log(1 - falseAlarms) / splits)) / 2;
        return double.IsInfinity(freedom) ? Normal.InvCDF(0, 1, level) : StudentT.InvCDF(0, 1, freedom, level);
    }

    /// <summary>Finds the peaks.</summary>
    /// <param name="curve">Values with their errors; all errors 0 for an exact curve.</param>
    /// <param name="freedom">ν, degrees of freedom of the errors.</param>
    /// <param name="options">α and the least prominence.</param>
    /// <returns>The highest first.</returns>
    public static IReadOnlyList<Peak> Find(IReadOnlyList<Estimate> curve, double freedom, ScanOptions options)
    {
        ArgumentNullException.ThrowIfNull(curve);
        ArgumentNullException.ThrowIfNull(options);
        bool isExact = curve.All(value => value.StandardError == 0);
        double critical = isExact ? 0 : CriticalValue(curve.Count, freedom, options.FalseAlarms);
        List<Peak> accepted = [];
        IEnumerable<int> candidates = Enumerable.Range(1, Math.Max(0, curve.Count - 2))
            .Where(s => curve[s].Value >= curve[s - 1].Value && curve[s].Value >= curve[s + 1].Value)
            .OrderByDescending(s => curve[s].Value);
        foreach (int s in candidates)
        {
            double least = isExact ? options.LeastProminence * Math.Abs(curve[s].Value) : critical;
            (double zl, int l) = Flank(curve, s, -1, isExact, least);
            (double zr, int r) = Flank(curve, s, 1, isExact, least);
            if (l < 0 || r < 0 || accepted.Any(peak => l < peak.To && peak.From < r))
                continue;
            double z = Math.Min(zl, zr);
            accepted.Add(new Peak(s, l, r, z, isExact ? 0 : PValue(z, curve.Count, freedom)));
        }

        return accepted;
    }

    /// <summary>The end at which the curve is largest, if it stands out there as a peak would have to: −1 left, 1 right, 0 neither.</summary>
    internal static int Edge(IReadOnlyList<Estimate> curve, double freedom, ScanOptions options)
    {
        bool isExact = curve.All(value => value.StandardError == 0);
        int best = 0;
        for (int s = 1; s < curve.Count; s++)
        {
            if (curve[s].Value > curve[best].Value)
                best = s;
        }

        if (curve.Count < 2 || (best != 0 && best != curve.Count - 1))
            return 0;
        double least = isExact ? options.LeastProminence * Math.Abs(curve[best].Value) : CriticalValue(curve.Count, freedom, options.FalseAlarms);
        int side = best == 0 ? 1 : -1;
        return Flank(curve, best, side, isExact, least).Nearest < 0 ? 0 : -side;
    }

    /// <summary>How far the curve falls to one side before it is higher than at s, and where it first lies below beyond doubt (−1: nowhere).</summary>
    private static (double Most, int Nearest) Flank(IReadOnlyList<Estimate> curve, int s, int side, bool isExact, double least)
    {
        double most = 0;
        int nearest = -1;
        for (int i = s + side; i >= 0 && i < curve.Count && curve[i].Value <= curve[s].Value; i += side)
        {
            double fall = curve[s].Value - curve[i].Value, error = curve[s].StandardError + curve[i].StandardError;
            double ratio = isExact || fall == 0 ? fall : fall / error;
            most = Math.Max(most, ratio);
            if (nearest < 0 && fall > 0 && (isExact ? ratio >= least : ratio > least))
                nearest = i;
        }

        return (most, nearest);
    }

    private static double PValue(double z, int splits, double freedom)
    {
        double tail = 2 * (double.IsInfinity(freedom) ? Normal.CDF(0, 1, -z) : StudentT.CDF(0, 1, freedom, -z));
        double log = splits * SpecialFunctions.LogOnePlus(-Math.Min(tail, 1));
        return log > -1e-5 ? -log * (1 + (log / 2)) : 1 - Math.Exp(log);
    }
}

/// <summary>A peak: indices of the curve.</summary>
/// <param name="Summit">Its highest value.</param>
/// <param name="From">The nearest value to the left that lies below it beyond doubt.</param>
/// <param name="To">The same to the right.</param>
/// <param name="Prominence">z: the lesser of both sides' largest falls, in sums of two errors; of an exact curve the fall itself.</param>
/// <param name="PValue">1 − (1 − 2P(t_ν &gt; z))^m; 0 of an exact curve.</param>
[Maturity(Maturity.Estimator)]
public sealed record Peak(int Summit, int From, int To, double Prominence, double PValue);
