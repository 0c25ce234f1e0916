namespace ML.Thermo.Explanations;

/// <summary>A row to be explained as numbers that a model takes: what its features are, and how a move of them changes the numbers.</summary>
public abstract class ExplainedRow
{
    /// <summary>What may move.</summary>
    public abstract IReadOnlyList<ExplainedFeature> Features { get; }

    /// <summary>Names of what stays as it is, because it is constant in the background or stands for nothing.</summary>
    public virtual IReadOnlyList<string> NotVaried => [];

    /// <summary>How many numbers the row has.</summary>
    public abstract int Width { get; }

    /// <summary>Writes a row of a neighbourhood.</summary>
    /// <param name="moves">What it changes.</param>
    /// <param name="row">Takes all <see cref="Width"/> numbers.</param>
    public abstract void Fill(ReadOnlySpan<Move> moves, Span<double> row);

    /// <summary>Writes some rows of a neighbourhood, row by row.</summary>
    /// <param name="neighbourhood">Of this row's features.</param>
    /// <param name="first">The first row.</param>
    /// <param name="rows">Takes them: a multiple of <see cref="Width"/>.</param>
    public void Fill(Neighbourhood neighbourhood, int first, Span<double> rows)
    {
        ArgumentNullException.ThrowIfNull(neighbourhood);
        var moves = new Move[neighbourhood.MostMoves];
        for (int at = 0; at < rows.Length; at += Width)
        {
            int count = neighbourhood.Moves(first++, moves);
            Fill(moves.AsSpan(0, count), rows.Slice(at, Width));
        }
    }
}

/// <summary>A row of numbers in columns.</summary>
public sealed class NumberRow : ExplainedRow
{
    private readonly double[] _row;
    private readonly IReadOnlyList<int> _columns;

    internal NumberRow(double[] row, IReadOnlyList<ExplainedFeature> features, IReadOnlyList<int> columns, IReadOnlyList<string> notVaried) =>
        (_row, Features, _columns, NotVaried) = (row, features, columns, notVaried);

    /// <summary>The columns that vary, as features.</summary>
    public override IReadOnlyList<ExplainedFeature> Features { get; }

    /// <summary>Columns that are constant in the background and stay as they are.</summary>
    public override IReadOnlyList<string> NotVaried { get; }

    /// <inheritdoc/>
    public override int Width => _row.Length;

    /// <inheritdoc/>
    public override void Fill(ReadOnlySpan<Move> moves, Span<double> row)
    {
        _row.CopyTo(row);
        foreach (Move move in moves)
        {
            ExplainedFeature feature = Features[move.Feature];
            row[_columns[move.Feature]] = feature.Kind == FeatureKind.Switch ? feature.Other : feature.Number + (move.Shift * feature.Deviation);
        }
    }
}
