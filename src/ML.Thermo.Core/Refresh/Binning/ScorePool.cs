using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace ML.Thermo.Refresh.Binning;

/// <summary>The scores of a window's and a reference's rows, row after row. Its memory is rented: dispose of it.</summary>
/// <param name="scores">Scores of a row.</param>
/// <param name="rows">How many rows.</param>
internal sealed class ScorePool(RowScores scores, int rows) : IDisposable
{
    private const int Line = 8; // numbers

    private static readonly int s_one = Vector<double>.Count;

    private readonly int _stride = RowSums.Stride(scores.Count);
    private readonly double[] _rented = ArrayPool<double>.Shared.Rent((rows * RowSums.Stride(scores.Count)) + Line);
    private int? _start; // of the rows, where a line of the processor's memory begins: a vector that lies in two takes twice the time

    private Span<double> Table => _rented.AsSpan(_start ??= ToLine(ref _rented[0]), rows * _stride);

    /// <summary>Fills rows from a place on.</summary>
    /// <param name="from">Where they come from.</param>
    /// <param name="order">Which of them.</param>
    /// <param name="at">The first row that is filled.</param>
    public void Fill(RowSample from, int[] order, int at)
    {
        Span<double> table = Table;
        for (int i = 0; i < order.Length; i++)
        {
            Span<double> row = table.Slice((at + i) * _stride, _stride);
            scores.Fill(from.Row(order[i]), row);
            row[scores.Count..].Clear();
        }
    }

    /// <summary>Gives every score mean zero and variance one; a missing value scores the mean. Each column's sums are in the order of the rows.</summary>
    public void Standardize()
    {
        Span<double> table = Table;
        for (int column = 0; column < _stride; column += s_one)
        {
            Vector<double> sum = default, known = default, squares = default;
            for (int at = column; at < table.Length; at += _stride)
            {
                var value = new Vector<double>(table[at..]);
                Vector<long> isKnown = Vector.Equals(value, value);
                sum += Vector.ConditionalSelect(isKnown, value, Vector<double>.Zero);
                known += Vector.ConditionalSelect(isKnown, Vector<double>.One, Vector<double>.Zero);
            }

            Vector<double> mean = sum / known;
            for (int at = column; at < table.Length; at += _stride)
            {
                var value = new Vector<double>(table[at..]);
                value = Vector.ConditionalSelect(Vector.Equals(value, value), value - mean, Vector<double>.Zero);
                squares += value * value;
                value.CopyTo(table[at..]);
            }

            Vector<long> varies = Vector.GreaterThan(squares, new Vector<double>(1e-20 * (rows * scores.Count)));
            Vector<double> deviation = Vector.SquareRoot(squares / new Vector<double>((double)rows));
            Vector<double> scale = Vector.ConditionalSelect(varies, Vector<double>.One / deviation, Vector<double>.Zero);
            for (int at = column; at < table.Length; at += _stride)
                (new Vector<double>(table[at..]) * scale).CopyTo(table[at..]);
        }
    }

    /// <summary>Sums of the first rows, times a factor.</summary>
    public double[] SumsOfFirst(int chosen, double factor)
    {
        double[] sums = new double[_stride];
        RowSums.Of(_rented, _start!.Value, [[.. Enumerable.Range(0, chosen).Select(row => (ushort)row)]], [sums]);
        return [.. sums.Take(scores.Count).Select(sum => sum * factor)];
    }

    /// <summary>Sums of chosen rows, times a factor: a score each, and then zeros. They hold until the next is taken.</summary>
    public IEnumerable<double[]> Sums(RowChoices choices, double factor)
    {
        double[][] sums = [.. Enumerable.Range(0, RowChoices.Together).Select(_ => new double[_stride])];
        foreach (ushort[][] batch in choices.Batches())
        {
            RowSums.Of(_rented, _start!.Value, batch, sums);
            foreach (double[] of in sums)
            {
                TensorPrimitives.Multiply(of, factor, of);
                yield return of;
            }
        }
    }

    /// <summary>The rows without what fills their blocks up.</summary>
    public double[] Rows()
    {
        double[] numbers = new double[rows * scores.Count];
        for (int row = 0; row < rows; row++)
            Table.Slice(row * _stride, scores.Count).CopyTo(numbers.AsSpan(row * scores.Count));
        return numbers;
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<double>.Shared.Return(_rented);

    /// <summary>How many numbers on the next line begins. It is a matter of speed alone, so the table may be moved meanwhile.</summary>
    private static int ToLine(ref double start) =>
        (int)(-Unsafe.ByteOffset(ref Unsafe.NullRef<double>(), ref start) & ((Line * sizeof(double)) - 1)) / sizeof(double);
}
