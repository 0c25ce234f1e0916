namespace ML.Thermo.Onnx.Guards;

/// <summary>What a guard saw of rows of its own reference that were damaged on purpose.</summary>
/// <param name="Corruption">How they were damaged.</param>
/// <param name="Strength">How much, in the unit of the damage.</param>
/// <param name="Score">By which score.</param>
/// <param name="Rows">1 for single rows, else the length of the windows.</param>
/// <param name="Tried">Rows, or windows, that were damaged.</param>
/// <param name="Seen">Those whose p-value was at most the wanted rate of false alarms.</param>
public sealed record GuardPower(string Corruption, double Strength, GuardScore Score, int Rows, int Tried, int Seen)
{
    /// <summary>The share that was seen.</summary>
    public double Power => (double)Seen / Tried;
}

/// <summary>The parts of a reference.</summary>
/// <param name="Fit">Rows that gave the law.</param>
/// <param name="Choose">Rows that chose the score and the layers, and were damaged.</param>
/// <param name="Calibrate">Rows that the others are ranked among, and that nothing else has seen.</param>
public sealed record GuardRows(int Fit, int Choose, int Calibrate)
{
    private const int Fewest = 20;

    /// <summary>A half, a quarter and a quarter; more to calibrate with where the rate of false alarms demands it.</summary>
    /// <exception cref="UnusableDataException">Too few are left for the other parts.</exception>
    internal static GuardRows Of(int rows, double falseAlarms)
    {
        int needed = Novelty.ConformalCalibration.RowsNeeded(falseAlarms), calibrate = Math.Max(rows / 4, needed), choose = (rows - calibrate) / 3;
        return choose >= Fewest
            ? new(rows - calibrate - choose, choose, calibrate)
            : throw new UnusableDataException(
                $"There are {rows} reference rows: for a rate of {falseAlarms} false alarms {needed} are needed to calibrate with, and {3 * Fewest} to fit "
                + $"and to choose. Expected at least {needed + (3 * Fewest)} rows, or a higher rate.");
    }
}

/// <summary>What a guard says of a row.</summary>
/// <param name="PValue">How often a row of the reference's kind is at least as strange, in the long run; 1/(m + 1) at least, m the calibration rows.</param>
/// <param name="Strangeness">½ dᵀC⁻¹d, nats, ≥ 0; NaN for a row in which a number or a reading is not finite, whose p-value is the least.</param>
/// <param name="HottestLayer">The layer that has the largest part of the strangeness; null where the statistics of the input have it.</param>
[Maturity(Maturity.Theorem, "the level, for rows that are exchangeable with the reference")]
public sealed record GuardedRow(double PValue, double Strangeness, string? HottestLayer);

/// <summary>What a guard says of rows that came one after the other.</summary>
/// <param name="First">Number of the first row, from 0.</param>
/// <param name="Rows">How many.</param>
/// <param name="PValue">The rank of their mean reading among relabellings with the calibration rows.</param>
[Maturity(Maturity.Theorem, "the level, for rows that are exchangeable with the reference")]
public sealed record GuardedWindow(int First, int Rows, double PValue);

/// <summary>What a guard says of data.</summary>
/// <param name="Rows">A verdict a row.</param>
/// <param name="Windows">A verdict for each full window of rows; one shorter window where there is no full one.</param>
public sealed record GuardVerdict(IReadOnlyList<GuardedRow> Rows, IReadOnlyList<GuardedWindow> Windows);
