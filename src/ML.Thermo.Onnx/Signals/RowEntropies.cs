using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ML.Thermo.Onnx.Signals;

/// <summary>
/// Vasicek's entropy of sixteen rows at a time, one in each lane of a vector. A sorting network puts them in order: which of its values are
/// compared depends on their number alone, so all lanes go the same way, without a branch.
/// </summary>
/// <remarks>
/// Source: Batcher 1968 (odd-even merge sort); Vasicek 1976. The value is that of <see cref="Entropies.VasicekEntropy"/> up to single precision.
/// One thread at a time.
/// </remarks>
internal sealed unsafe class RowEntropies : IDisposable
{
    /// <summary>Rows that are worked on together.</summary>
    private const int Lanes = 16;

    /// <summary>Most values of a row that are wanted; of longer ones every k-th enters, k odd.</summary>
    private const int Wanted = 1024;

    /// <summary>Of single precision; smaller spacings than normal numbers count as none.</summary>
    private const int MantissaBits = 23, ExponentBias = 127;
    private const float LeastSpacing = 1.17549435e-38f;

    /// <summary>Mantissas of which the product is below 2¹²⁷.</summary>
    private const int Factors = 64;

    private readonly Vector512<float>* _values;
    private readonly int _stride, _count;
    private int _rows;

    /// <param name="length">Values of one row.</param>
    public RowEntropies(int length)
    {
        _stride = length <= Wanted ? 1 : (length / Wanted) | 1;
        _count = (length + _stride - 1) / _stride;
        _values = (Vector512<float>*)NativeMemory.AlignedAlloc((nuint)(_count * sizeof(Vector512<float>)), (nuint)sizeof(Vector512<float>));
    }

    /// <summary>Whether as many rows are in as fit.</summary>
    public bool IsFull => _rows == Lanes;

    /// <summary>Puts a row into the next lane, where one is free.</summary>
    /// <param name="row">As many values as were promised.</param>
    public void Add(ReadOnlySpan<float> row)
    {
        float* lane = (float*)_values + _rows++;
        for (int i = 0; i < _count; i++)
            lane[i * Lanes] = row[i * _stride];
    }

    /// <summary>The entropies of the rows added since the last call, nats: −∞ where m-th neighbours coincide, NaN of fewer than four values or one
    /// that is not finite.</summary>
    /// <param name="entropies">Receives one number a row.</param>
    /// <returns>How many.</returns>
    public int Take(Span<double> entropies)
    {
        int rows = _rows;
        _rows = 0;
        if (_count < 4)
        {
            entropies[..rows].Fill(double.NaN);
            return rows;
        }

        Vector512<float>* x = _values; // lanes without a row hold what they held before, which touches no other
        int n = _count, m = Math.Min((int)(Math.Sqrt(n) + 0.5), (n - 1) / 2);
        Vector512<float> zeroOrNaN = default;
        for (int i = 0; i < n; i++)
            zeroOrNaN += x[i] * Vector512<float>.Zero;
        Sort(x, n, (int)BitOperations.RoundUpToPowerOf2((uint)n));

        // The logarithms of the spacings: their exponents are added, their mantissas, from 1 to 2, multiplied as long as the product fits.
        Vector512<int> exponents = default;
        Vector512<float> product = Vector512<float>.One, least = Vector512.Create(float.MaxValue);
        Vector512<double> lower = default, upper = default;
        for (int i = 0; i < n; i++)
        {
            Vector512<float> spacing = x[Math.Min(i + m, n - 1)] - x[Math.Max(i - m, 0)];
            least = Vector512.MinNative(least, spacing);
            exponents += Vector512.ShiftRightLogical(spacing.AsInt32(), MantissaBits);
            product *= ((spacing.AsInt32() & Vector512.Create((1 << MantissaBits) - 1)) | Vector512<float>.One.AsInt32()).AsSingle();
            if (i % Factors == 0 || i == n - 1)
            {
                Vector512<float> log = Vector512.Log(product);
                lower += Vector512.WidenLower(log);
                upper += Vector512.WidenUpper(log);
                product = Vector512<float>.One;
            }
        }

        for (int row = 0; row < rows; row++)
        {
            double mantissas = row < Lanes / 2 ? lower[row] : upper[row - (Lanes / 2)];
            double logs = least[row] < LeastSpacing ? double.NegativeInfinity : mantissas + (Math.Log(2) * (exponents[row] - (ExponentBias * n)));
            entropies[row] = (logs / n) + Math.Log(n / (2.0 * m)) + zeroOrNaN[row];
        }

        return rows;
    }

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.AlignedFree(_values);

    /// <summary>Sorts two halves and merges them.</summary>
    /// <param name="x">The first vector of a block.</param>
    /// <param name="count">Vectors that are there.</param>
    /// <param name="size">Vectors of the whole block, a power of two; those that are not there count as larger than any.</param>
    private static void Sort(Vector512<float>* x, int count, int size)
    {
        if (count < 2)
            return;
        int half = size / 2;
        Sort(x, Math.Min(count, half), half);
        Sort(x + half, count - half, half);
        for (int gap = half, start = 0; gap > 0; gap = start = gap / 2)
        {
            for (int first = start; first + gap < count; first += 2 * gap)
            {
                int end = Math.Min(first + gap, count - gap);
                for (int i = first; i < end; i++)
                {
                    Vector512<float> a = x[i], b = x[i + gap];
                    x[i] = Vector512.MinNative(a, b);
                    x[i + gap] = Vector512.MaxNative(a, b);
                }
            }
        }
    }
}
