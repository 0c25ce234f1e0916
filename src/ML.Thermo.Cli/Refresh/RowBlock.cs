using System.Runtime.ExceptionServices;

namespace ML.Thermo.Cli.Refresh;

/// <summary>Rows as they come out of a file, and what stopped the reading after them.</summary>
/// <param name="predictions">Predictions a row.</param>
/// <param name="inputs">Inputs a row.</param>
internal sealed class RowBlock(int predictions, int inputs)
{
    /// <summary>Rows that a block has room for.</summary>
    public const int MostRows = 2048;

    private readonly double[] _cells = new double[MostRows * (2 + predictions + inputs)];
    private readonly (long Row, long Line, string? Time)[] _places = new (long, long, string?)[MostRows];

    /// <summary>Rows in it.</summary>
    public int Rows { get; private set; }

    /// <summary>The file ends with it.</summary>
    public bool IsLast { get; set; }

    /// <summary>What was wrong with the row after its last one; null where nothing was.</summary>
    public ExceptionDispatchInfo? Fault { get; set; }

    /// <summary>Share of the file read when it was full.</summary>
    public double Share { get; set; }

    /// <summary>Forgets its rows.</summary>
    public void Clear() => (Rows, IsLast, Fault) = (0, false, null);

    /// <summary>Cells of a row, or of the next one, which is not counted yet: label, time, predictions, inputs.</summary>
    public Span<double> Cells(int row) => _cells.AsSpan(row * (2 + predictions + inputs), 2 + predictions + inputs);

    /// <summary>Predictions of a row.</summary>
    public Span<double> Predictions(int row) => Cells(row).Slice(2, predictions);

    /// <summary>Predictions and inputs of a row.</summary>
    public Span<double> Watched(int row) => Cells(row)[2..];

    /// <summary>Where a row is in its file, and the text of its time.</summary>
    public (long Row, long Line, string? Time) Place(int row) => _places[row];

    /// <summary>Counts the next row, whose cells are filled.</summary>
    public void Add(long row, long line, string? time) => _places[Rows++] = (row, line, time);
}
