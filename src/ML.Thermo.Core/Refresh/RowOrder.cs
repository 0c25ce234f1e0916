using ML.Thermo.Refresh.Binning;
using ML.Thermo.Refresh.Dependence;

namespace ML.Thermo.Refresh;

/// <summary>Reads the rows of a reference in their order: the scores of losses, of what needs no label, and which cells are empty.</summary>
internal sealed class RowOrder
{
    /// <summary>Rows that are read, the first: they tell of windows of up to an eighth of them.</summary>
    private const int MostRows = 1 << 17;

    private readonly ScoreSeries _energy, _inputs;
    private readonly Lazy<(bool Energy, bool Inputs)> _isDependent;
    private readonly DriftLayout _layout;
    private readonly RowScores _scores;
    private readonly double[] _row, _loss = new double[PooledLosses.Scores];

    public RowOrder(DriftLayout layout, RowScores scores)
        : this(layout, scores, new ScoreSeries(PooledLosses.Scores), new ScoreSeries(scores.Count + layout.Inputs.Count))
    {
    }

    private RowOrder(DriftLayout layout, RowScores scores, ScoreSeries energy, ScoreSeries inputs)
    {
        (_layout, _scores, _energy, _inputs) = (layout, scores, energy, inputs);
        _row = new double[inputs.Width];
        _isDependent = new(() => (layout.Energy is { } bins && _energy.IsDependent([.. bins.Scores.Select(table => (table.Min(), table.Max()))]),
            _inputs.IsDependent([.. _scores.Ranges(), .. Enumerable.Repeat((0.0, 1.0), layout.Inputs.Count)])));
    }

    /// <summary>Takes the next row.</summary>
    /// <param name="energy">Its loss; NaN where it is not known.</param>
    /// <param name="cells">The bins of self-energy and inputs.</param>
    public void Add(double energy, ReadOnlySpan<byte> cells)
    {
        if (_inputs.Rows == MostRows)
            return;
        if (!double.IsNaN(energy) && _layout.Energy is { } bins)
        {
            int bin = bins.Find(energy);
            for (int j = 0; j < _loss.Length; j++)
                _loss[j] = bins.Scores[j][bin];
            _energy.Add(_loss);
        }

        _scores.Fill(cells, _row);
        int first = cells.Length - _layout.Inputs.Count;
        for (int j = 0; j < _layout.Inputs.Count; j++)
            _row[_scores.Count + j] = cells[first + j] == RowSample.Missing ? 1 : 0;
        _inputs.Add(_row);
    }

    /// <summary>Design effects of the losses' scores in windows of so many; null where the reference's losses cannot be told from independent ones.</summary>
    public DesignEffects? OfLosses(long rows) => _isDependent.Value.Energy ? DesignEffects.Of(_energy, rows) : null;

    /// <summary>The same of all that needs no label; behind the scores come the empty cells of each input.</summary>
    public DesignEffects? OfInputs(long rows) => _isDependent.Value.Inputs ? DesignEffects.Of(_inputs, rows) : null;

    /// <summary>What differences of mean losses are multiplied by in window after window.</summary>
    public double SequentialShrink(long rows) =>
        _isDependent.Value.Energy && rows > 0 ? 1 / Math.Sqrt(Math.Max(_energy.Largest(rows, 0), _energy.Largest(rows, PooledLosses.Scores - 1))) : 1;

    /// <summary>For how much of a row each row counts in bets on the losses, window after window: 1 where rows are independent.</summary>
    public double LossWeight(long rows) => SequentialShrink(rows) * SequentialShrink(rows);

    /// <summary>The same in bets on self-energy or an input.</summary>
    /// <param name="channel">Self-energy first where there is one, then the inputs.</param>
    /// <param name="rows">Rows of a window.</param>
    public double InputWeight(int channel, long rows) => _isDependent.Value.Inputs && rows > 0
        ? 1 / _scores.Of(channel).Select(score => _inputs.Largest(rows, score)).DefaultIfEmpty(1).Max() : 1;

    public void Write(BinaryWriter to)
    {
        _energy.Write(to);
        _inputs.Write(to);
    }

    public static RowOrder Read(BinaryReader from, DriftLayout layout, RowScores scores) =>
        new(layout, scores, ScoreSeries.Read(from, PooledLosses.Scores), ScoreSeries.Read(from, scores.Count + layout.Inputs.Count));
}
