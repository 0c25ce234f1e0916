using System.Numerics.Tensors;
using ML.Thermo.Initialization;
using ML.Thermo.Refresh.Binning;
using ML.Thermo.Refresh.Nulls;

namespace ML.Thermo.Novelty;

/// <summary>How rare a window of rows is among windows that are drawn from it and from rows in order together.</summary>
/// <remarks>
/// <para>The statistic is |z̄|², the squared length of the window's mean reading in units of the reference's fluctuations
/// (<see cref="FluctuationLaw.Whiten"/>): rows that are all a little on one side are seen where none of them is strange. Each z is cut to a radius, so that
/// one wild row does not stand for a window.</para>
/// <para>It is ranked among relabellings: as many rows chosen at random of window and calibration rows together, again and again. For a window whose rows are
/// exchangeable with the calibration rows P(p ≤ α) ≤ α, whatever their law. Rows that follow each other and resemble one another (a film) are not
/// exchangeable: such windows alarm too often.</para>
/// </remarks>
[Maturity(Maturity.Theorem, "the level, for rows that are exchangeable with the calibration rows")]
public sealed class WindowCalibration
{
    /// <summary>Relabellings of a window, unless it is plain before that it is not strange.</summary>
    public const int Draws = 999;

    private readonly double[][] _rows;

    /// <summary>Keeps the rows.</summary>
    /// <param name="rows">Whitened rows that the law has not seen, at least one, finite and of equal length.</param>
    /// <param name="radius">Above 0: the length to which longer rows are cut.</param>
    /// <exception cref="UnusableDataException">There is no row.</exception>
    public WindowCalibration(IReadOnlyList<double[]> rows, double radius)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0 || !(radius > 0))
            throw new UnusableDataException($"There are {rows.Count} calibration rows and a radius of {radius}: expected at least one, and a positive radius.");
        Radius = radius;
        _rows = [.. rows.Select(row => Cut(row, row.Length, radius))];
    }

    /// <summary>The length to which longer rows are cut.</summary>
    public double Radius { get; }

    /// <summary>The p-value of a window.</summary>
    /// <param name="window">Its whitened rows, at least one; NaN and infinite numbers count as the radius.</param>
    /// <param name="seed">Chooses the relabellings.</param>
    /// <param name="draws">Most relabellings, ≥ 1: no p-value is below 1/(1 + draws).</param>
    public double PValue(IReadOnlyList<double[]> window, ulong seed, int draws = Draws)
    {
        ArgumentNullException.ThrowIfNull(window);
        ArgumentOutOfRangeException.ThrowIfZero(window.Count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(draws);
        int columns = _rows[0].Length;
        double[][] pool = [.. window.Select(row => Cut(row, columns, Radius)), .. _rows];
        int[] order = [.. Enumerable.Range(0, pool.Length)];
        double[] sum = new double[columns];
        var random = new RandomStream(seed, (ulong)window.Count);
        var exceedance = new Relabelling.Exceedance(Statistic());
        for (int draw = 1; draw <= draws && !exceedance.IsKnown; draw++)
        {
            Relabelling.Choose(order, window.Count, random);
            exceedance.Add(Statistic(), draw);
        }

        return exceedance.PValue(draws);

        double Statistic()
        {
            Array.Clear(sum);
            for (int i = 0; i < window.Count; i++)
                TensorPrimitives.Add(sum, pool[order[i]], sum);

            return TensorPrimitives.SumOfSquares<double>(sum) / ((double)window.Count * window.Count);
        }
    }

    /// <summary>A row that is no longer than a radius; one that is not finite becomes one of that length.</summary>
    internal static double[] Cut(double[] row, int columns, double radius)
    {
        double length = Math.Sqrt(row.Sum(z => z * z));
        if (length <= radius)
            return row;
        return double.IsFinite(length) ? [.. row.Select(z => z * radius / length)]
            : [.. Enumerable.Repeat(radius / Math.Sqrt(columns), columns)];
    }
}
