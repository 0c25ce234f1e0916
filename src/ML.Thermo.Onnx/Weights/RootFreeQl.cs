using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace ML.Thermo.Onnx.Weights;

/// <summary>Eigenvalues alone of a symmetric tridiagonal matrix, by the QL iteration on squares, which takes no square root a rotation.</summary>
/// <remarks>Source: Pal, Walker and Kahan's variant, as in LAPACK's sterf. Its backward error is that of QL with roots.</remarks>
internal static class RootFreeQl
{
    private const int MostSweepsAnEigenvalue = 60;
    private const double Rounding = 1.1102230246251565e-16; // 2⁻⁵³

    /// <summary>Replaces the diagonal by the eigenvalues, unordered.</summary>
    /// <param name="diagonal">n ≥ 1 entries.</param>
    /// <param name="off">off[i] couples i and i + 1; n entries, the last is ignored; destroyed.</param>
    /// <exception cref="ThermoException">The iteration did not converge: an entry is not finite.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Diagonalise(Span<double> diagonal, Span<double> off)
    {
        int n = diagonal.Length;
        off[n - 1] = 0;
        double nothing = Negligible(diagonal, off);
        TensorPrimitives.Multiply<double>(off, off, off);
        for (int l = 0; l < n; l++)
        {
            for (int sweep = 0; ; sweep++)
            {
                int end = l;
                while (end < n - 1 && !IsSmall(off[end], diagonal[end], diagonal[end + 1], nothing))
                    end++;
                if (end == l)
                    break;
                if (sweep == MostSweepsAnEigenvalue)
                    throw new ThermoException($"Eigenvalue {l} of {n} did not converge in {MostSweepsAnEigenvalue} sweeps of QL: expected a finite "
                        + "symmetric matrix.");
                off[end] = 0;
                Sweep(diagonal, off, l, end);
            }
        }
    }

    /// <summary>Far below the backward error: without it a matrix of low rank leaves blocks of nothing but rounding, which never converge.</summary>
    public static double Negligible(ReadOnlySpan<double> diagonal, ReadOnlySpan<double> off) => Math.ScaleB(
        Math.Max(Math.Abs(TensorPrimitives.MaxMagnitude(diagonal)), Math.Abs(TensorPrimitives.MaxMagnitude(off))), -106);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsSmall(double square, double here, double next, double nothing)
    {
        double limit = nothing + (Rounding * (Math.Abs(here) + Math.Abs(next)));
        return square <= limit * limit;
    }

    /// <summary>One QL step with Wilkinson's shift on the unreduced part start … end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sweep(Span<double> diagonal, Span<double> squares, int start, int end)
    {
        double root = Math.Sqrt(squares[start]), ratio = (diagonal[start + 1] - diagonal[start]) / (2 * root);
        double shift = diagonal[start] - (root / (ratio + Math.CopySign(Math.Sqrt((ratio * ratio) + 1), ratio)));
        double cosine = 1, sine = 0, gamma = diagonal[end] - shift, p = gamma * gamma; // squares of cosine and sine
        for (int i = end - 1; i >= start; i--)
        {
            double square = squares[i], r = p + square;
            squares[i + 1] = sine * r; // sine is zero at first: what lies behind the end stays cut off
            double before = cosine, last = gamma, entry = diagonal[i];
            (cosine, sine) = (p / r, square / r);
            gamma = (cosine * (entry - shift)) - (sine * last);
            diagonal[i + 1] = last + (entry - gamma);
            p = cosine != 0 ? gamma * gamma / cosine : before * square;
        }

        squares[start] = sine * p;
        diagonal[start] = shift + gamma;
    }
}
