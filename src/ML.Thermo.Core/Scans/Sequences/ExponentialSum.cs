using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ML.Thermo.Scans.Sequences;

/// <summary>Σ exp(βx) in one pass without a store: what a partition function costs at each of many temperatures.</summary>
internal static class ExponentialSum
{
    private const double HighLogTwo = 6.93147180369123816490e-01, LowLogTwo = 1.90821492927058770002e-10, InverseLogTwo = 1.44269504088896338700;

    /// <summary>1.5 · 2⁵²: a number added to it is rounded to a whole one, which then stands in its last bits.</summary>
    private const double Rounding = 6755399441055744;

    /// <summary>Below it an exponential is no normal number; beside the 1 of the largest term it is nothing.</summary>
    private const double Least = -708;

    /// <summary>Σ exp(βx).</summary>
    /// <param name="numbers">x ≤ 0, −∞ among them.</param>
    /// <param name="inverse">β &gt; 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Of(ReadOnlySpan<double> numbers, double inverse)
    {
        ref double x = ref MemoryMarshal.GetReference(numbers);
        Vector256<double> beta = Vector256.Create(inverse), first = default, second = default;
        int width = Vector256<double>.Count, i = 0;
        for (; i <= numbers.Length - (2 * width); i += 2 * width)
        {
            first += Exp(Vector256.LoadUnsafe(ref x, (nuint)i) * beta);
            second += Exp(Vector256.LoadUnsafe(ref x, (nuint)(i + width)) * beta);
        }

        double sum = Vector256.Sum(first + second);
        for (; i < numbers.Length; i++)
            sum += Math.Exp(numbers[i] * inverse);
        return sum;
    }

    /// <summary>2^k e^r with |r| ≤ ln 2/2 and the Taylor polynomial of e^r, whose rest is below 2e-16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Exp(Vector256<double> x)
    {
        x = Vector256.Max(x, Vector256.Create(Least));
        Vector256<double> shifted = Vector256.FusedMultiplyAdd(x, Vector256.Create(InverseLogTwo), Vector256.Create(Rounding));
        Vector256<double> k = shifted - Vector256.Create(Rounding);
        Vector256<double> r = Vector256.FusedMultiplyAdd(k, Vector256.Create(-HighLogTwo), x);
        r = Vector256.FusedMultiplyAdd(k, Vector256.Create(-LowLogTwo), r);
        Vector256<double> square = r * r, even = Vector256.Create(1 / 479001600.0), odd = Vector256.Create(1 / 39916800.0);
        even = Next(Next(Next(even, square, 1 / 3628800.0), square, 1 / 40320.0), square, 1 / 720.0);
        even = Next(Next(Next(even, square, 1 / 24.0), square, 0.5), square, 1);
        odd = Next(Next(Next(odd, square, 1 / 362880.0), square, 1 / 5040.0), square, 1 / 120.0);
        odd = Next(Next(odd, square, 1 / 6.0), square, 1);
        Vector256<double> value = Vector256.FusedMultiplyAdd(odd, r, even);
        return (value.AsInt64() + Vector256.ShiftLeft(shifted.AsInt64(), 52)).AsDouble();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Next(Vector256<double> sum, Vector256<double> x, double coefficient) =>
        Vector256.FusedMultiplyAdd(sum, x, Vector256.Create(coefficient));
}
