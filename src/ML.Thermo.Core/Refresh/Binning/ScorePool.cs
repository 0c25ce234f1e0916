using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using ML.Thermo.Refresh.Nulls;

namespace ML.Thermo.Refresh.Binning;

/// <summary>The scores of a window's and a reference's rows, in the panels of <see cref="RowSums"/>. Its memory is rented: dispose of it.</summary>
internal sealed class ScorePool : IDisposable
{
    private const int Panel = RowSums.Panel, Line = 8; // numbers

    private readonly RowScores _scores;
    private readonly int _rows, _width;
    private readonly double[] _table;
    private readonly int _start;

    /// <param name="scores">Scores of a row.</param>
    /// <param name="rows">How many rows.</param>
    public ScorePool(RowScores scores, int rows)
    {
        (_scores, _rows, _width) = (scores, rows, RowSums.Panels(scores.Count) * Panel);
        _table = ArrayPool<double>.Shared.Rent((rows * _width) + Line);
        _start = ToLine(ref _table[0]);
    }

    /// <summary>Fills rows from a place on.</summary>
    /// <param name="from">Where they come from.</param>
    /// <param name="order">Which of them.</param>
    /// <param name="at">The first row that is filled.</param>
    public void Fill(RowSample from, int[] order, int at)
    {
        double[] row = new double[_width]; // zeros behind the scores
        for (int i = 0; i < order.Length; i++)
        {
            _scores.Fill(from.Row(order[i]), row.AsSpan(0, _scores.Count));
            for (int column = 0; column < _width; column += Panel)
                row.AsSpan(column, Panel).CopyTo(_table.AsSpan(Place(at + i, column)));
        }
    }

    /// <summary>Gives every score mean zero and variance one; a missing value scores the mean. Each column's sums are in the order of the rows.</summary>
    public void Standardize()
    {
        for (int column = 0; column < _width; column += Vector<double>.Count)
        {
            Span<double> rows = _table.AsSpan(Place(0, column), ((_rows - 1) * Panel) + Vector<double>.Count); // of these columns, and others between
            Vector<double> sum = default, known = default, squares = default;
            for (int at = 0; at < rows.Length; at += Panel)
            {
                var value = new Vector<double>(rows[at..]);
                Vector<long> isKnown = Vector.Equals(value, value);
                sum += Vector.ConditionalSelect(isKnown, value, Vector<double>.Zero);
                known += Vector.ConditionalSelect(isKnown, Vector<double>.One, Vector<double>.Zero);
            }

            Vector<double> mean = sum / known;
            for (int at = 0; at < rows.Length; at += Panel)
            {
                var value = new Vector<double>(rows[at..]);
                value = Vector.ConditionalSelect(Vector.Equals(value, value), value - mean, Vector<double>.Zero);
                squares += value * value;
                value.CopyTo(rows[at..]);
            }

            Vector<long> varies = Vector.GreaterThan(squares, new Vector<double>(1e-20 * (_rows * _scores.Count)));
            Vector<double> deviation = Vector.SquareRoot(squares / new Vector<double>((double)_rows));
            Vector<double> scale = Vector.ConditionalSelect(varies, Vector<double>.One / deviation, Vector<double>.Zero);
            for (int at = 0; at < rows.Length; at += Panel)
                (new Vector<double>(rows[at..]) * scale).CopyTo(rows[at..]);
        }
    }

    /// <summary>Sums of the first rows, times a factor.</summary>
    public double[] SumsOfFirst(int chosen, double factor)
    {
        double[] sums = new double[_width];
        RowSums.Of(_table, _start, _rows, [[.. Enumerable.Range(0, chosen).Select(row => (ushort)row)]], [sums]);
        return [.. sums.Take(_scores.Count).Select(sum => sum * factor)];
    }

    /// <summary>Sums of chosen rows, times a factor: a score each, and then zeros. They hold until the next is taken.</summary>
    public IEnumerable<double[]> Sums(RowChoices choices, double factor)
    {
        double[][] sums = [.. Enumerable.Range(0, RowChoices.Together).Select(_ => new double[_width])];
        foreach (ushort[][] batch in choices.Batches())
        {
            RowSums.Of(_table, _start, _rows, batch, sums);
            foreach (double[] of in sums)
            {
                TensorPrimitives.Multiply(of, factor, of);
                yield return of;
            }
        }
    }

    /// <summary>The scores row after row.</summary>
    public double[] ToRows()
    {
        double[] numbers = new double[_rows * _scores.Count];
        for (int row = 0; row < _rows; row++)
        {
            for (int j = 0; j < _scores.Count; j++)
                numbers[(row * _scores.Count) + j] = _table[Place(row, j)];
        }

        return numbers;
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<double>.Shared.Return(_table);

    private int Place(int row, int column) => _start + RowSums.Place(row, column, _rows);

    /// <summary>
    /// How many numbers on the next line of the processor's memory begins: a vector that lies in two takes twice the time. A matter of speed alone, so the
    /// table may be moved meanwhile.
    /// </summary>
    private static int ToLine(ref double start) =>
        (int)(-Unsafe.ByteOffset(ref Unsafe.NullRef<double>(), ref start) & ((Line * sizeof(double)) - 1)) / sizeof(double);
}
