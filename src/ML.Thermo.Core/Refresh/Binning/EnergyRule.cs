using System.Collections.Concurrent;
using ML.Thermo.Initialization;

namespace ML.Thermo.Refresh.Binning;

/// <summary>
/// Has the law of the energy changed? The largest of three standardised shifts of the window's bin counts (energy, entropy density, rank),
/// ranked among draws from the urn that the reference leaves.
/// </summary>
/// <remarks>Exact for every window and reference size up to <see cref="LargestDrawn"/> rows a window; above, the three shifts are normal.</remarks>
internal sealed class EnergyRule(ScoreShifts shifts, int draws, ulong seed)
{
    /// <summary>Windows up to this size are drawn ball by ball.</summary>
    public const int LargestDrawn = 2048;

    private readonly ConcurrentDictionary<long, NullDistribution> _laws = new();

    /// <summary>The p-value of a window.</summary>
    public double PValue(ReadOnlySpan<long> counts)
    {
        long rows = ScoreShifts.Rows(counts);
        return _laws.GetOrAdd(rows > LargestDrawn ? long.MaxValue : rows, Law).PValue(Largest(shifts.Shifts(counts)));
    }

    private NullDistribution Law(long rows) => new(rows > LargestDrawn ? Normal() : Drawn((int)rows));

    private double[] Drawn(int n)
    {
        double[] values = new double[draws];
        long[] counts = new long[shifts.Bins.Count];
        for (int i = 0; i < draws; i++)
        {
            shifts.Urn.Draw(n, new RandomStream(seed, (ulong)i), counts);
            values[i] = Largest(shifts.Shifts(counts));
        }

        return values;
    }

    private double[] Normal()
    {
        int p = shifts.Bins.Scores.Count;
        double[,] correlation = new double[p, p];
        for (int a = 0; a < p; a++)
        {
            for (int b = 0; b < p; b++)
                correlation[a, b] = shifts.Correlation(a, b);
        }

        return [.. NullDistribution.Normals(correlation, draws, seed).Select(Largest)];
    }

    private static double Largest(double[] values) => values.Max(Math.Abs);
}
