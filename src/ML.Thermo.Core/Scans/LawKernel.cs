using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ML.Thermo.Scans;

/// <summary>Sums over the outcomes of two laws, several at a time.</summary>
/// <remarks>
/// With t = p + q, r = (p − q)/t an outcome adds half of t r² to the linear distance, t r²/(1 + √(1 − r²)) to Hellinger's and
/// t [(1 + r) ln(1 + r) + (1 − r) ln(1 − r)]/2 to the information: forms without cancellation where both laws are nearly the same. The information is
/// t r² times a polynomial in r² up to r = 0.6; beyond, with s ≥ l the larger and the smaller of p and q and x = l/s, it is s [(1 + x) ln(2/(1 + x)) + x ln x].
/// </remarks>
internal static class LawKernel
{
    private const double LogTwo = 0.693147180559945309;

    /// <summary>√½ as the bits of a double.</summary>
    private const long RootOfHalf = 0x3FE6A09E667F3BCD;

    private static Vector256<double> Least => Vector256.Create(double.Epsilon * (1L << 52));

    /// <summary>½ Σ (P − Q)²/(P + Q).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Linear(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        ref double a = ref MemoryMarshal.GetReference(left), b = ref MemoryMarshal.GetReference(right);
        Vector512<double> first = default, second = default;
        int i = 0;
        for (; i <= left.Length - (2 * Vector512<double>.Count); i += 2 * Vector512<double>.Count)
        {
            first += Square(Vector512.LoadUnsafe(ref a, (nuint)i), Vector512.LoadUnsafe(ref b, (nuint)i));
            second += Square(Vector512.LoadUnsafe(ref a, (nuint)(i + 8)), Vector512.LoadUnsafe(ref b, (nuint)(i + 8)));
        }

        double sum = Vector512.Sum(first + second);
        for (; i < left.Length; i++)
        {
            double difference = left[i] - right[i], total = left[i] + right[i];
            sum += total > 0 ? difference * difference / total : 0;
        }

        return sum / 2;

        static Vector512<double> Square(Vector512<double> p, Vector512<double> q)
        {
            Vector512<double> difference = p - q;
            return difference * difference / Vector512.Max(p + q, Vector512.Create(double.Epsilon * (1L << 52)));
        }
    }

    /// <summary>All four distances.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Distances All(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        ref double a = ref MemoryMarshal.GetReference(left), b = ref MemoryMarshal.GetReference(right);
        var sums = default(Sums);
        int width = Vector256<double>.Count, i = 0;
        for (; i <= left.Length - width; i += width)
            sums.Add(Vector256.LoadUnsafe(ref a, (nuint)i), Vector256.LoadUnsafe(ref b, (nuint)i));
        if (i < left.Length)
        {
            // Outcomes that neither law knows add nothing.
            Span<double> rest = stackalloc double[2 * width];
            rest.Clear();
            left[i..].CopyTo(rest);
            right[i..].CopyTo(rest[width..]);
            sums.Add(Vector256.Create<double>(rest), Vector256.Create<double>(rest[width..]));
        }

        return sums.Halved;
    }

    /// <summary>−Σ P ln P, nats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Entropy(ReadOnlySpan<double> law)
    {
        ref double first = ref MemoryMarshal.GetReference(law);
        Vector256<double> sums = default;
        int i = 0;
        for (; i <= law.Length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            Vector256<double> p = Vector256.LoadUnsafe(ref first, (nuint)i);
            sums -= p * Log(Vector256.Max(p, Least));
        }

        double sum = Vector256.Sum(sums);
        for (; i < law.Length; i++)
            sum -= law[i] > 0 ? law[i] * Math.Log(law[i]) : 0;
        return sum;
    }

    /// <summary>Twice what one outcome of weights P and Q adds to each distance; the weights need not be normalised.</summary>
    public static Distances Outcome(double p, double q)
    {
        double total = p + q, difference = p - q, root = Math.Sqrt(p) - Math.Sqrt(q);
        if (total <= 0)
            return default;
        double information = (p > 0 ? p * Math.Log(2 * p / total) : 0) + (q > 0 ? q * Math.Log(2 * q / total) : 0);
        return new(difference * difference / total, Math.Abs(difference), information, root * root);
    }

    /// <summary>s [(1 + x) ln(2/(1 + x)) + x ln x] with x = l/s ≤ 1/4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Apart(Vector256<double> p, Vector256<double> q)
    {
        Vector256<double> larger = Vector256.Max(Vector256.Max(p, q), Least), x = Vector256.Min(p, q) / larger;
        return larger * (Mixed(x) + (x * Log(Vector256.Max(x, Least))));
    }

    /// <summary>ln x of normal numbers x: x = 2^k m with m around 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Log(Vector256<double> x)
    {
        // The exponent is read as the last bits of a number that begins at 2^52.
        Vector256<long> bits = x.AsInt64(), one = Vector256.Create(1023L << 52);
        Vector256<long> exponent = Vector256.ShiftRightLogical(bits - Vector256.Create(RootOfHalf) + one, 52);
        Vector256<double> m = (bits - Vector256.ShiftLeft(exponent, 52) + one).AsDouble();
        Vector256<double> k = (exponent | Vector256.Create(0x4330L << 48)).AsDouble() - Vector256.Create((double)(1L << 52) + 1023);
        Vector256<double> s = (m - Vector256<double>.One) / (m + Vector256<double>.One), square = s * s;
        return (k * LogTwo) + (s * Vector256.FusedMultiplyAdd(square, Mantissa(square), Vector256.Create(2.0)));
    }

    /// <summary>(ln((1 + s)/(1 − s)) − 2s)/s³ in powers of s² for the mantissa of a logarithm: fdlibm's e_log.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Mantissa(Vector256<double> x)
    {
        Vector256<double> y = x * x, even = Vector256.Create(0.1479819860511658591), odd = Vector256.Create(0.1531383769920937332);
        even = Next(Next(Next(even, y, 0.1818357216161805012), y, 0.2857142874366239149), y, 0.6666666666666735130);
        odd = Next(Next(odd, y, 0.2222219843214978396), y, 0.3999999999940941908);
        return Vector256.FusedMultiplyAdd(odd, x, even);
    }

    /// <summary>[(1 + r) ln(1 + r) + (1 − r) ln(1 − r)]/(2 r²) in powers of x = r² ≤ 0.36: Chebyshev's interpolation, wrong by 3e-17 at most.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Near(Vector256<double> x)
    {
        Vector256<double> y = x * x, even = Vector256.Create(0.018160989944508744), odd = Vector256.Create(-0.028799477541929304);
        even = Next(Next(Next(even, y, 0.027809779689682047), y, 0.007253688162910227), y, 0.00349781614297384);
        even = Next(Next(Next(Next(even, y, 0.005497119139589202), y, 0.011111117413175086), y, 0.03333333333519215), y, 0.5);
        odd = Next(Next(Next(odd, y, -0.012297776973604242), y, 0.001348468348494301), y, 0.004137402254737149);
        odd = Next(Next(Next(odd, y, 0.00757559838456689), y, 0.01785714270738744), y, 0.08333333333332425);
        return Vector256.FusedMultiplyAdd(odd, x, even);
    }

    /// <summary>(1 + x) ln(2/(1 + x)) in powers of x ≤ 1/4: likewise, wrong by 4e-17 at most.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Mixed(Vector256<double> x)
    {
        Vector256<double> y = x * x, even = Vector256.Create(-0.002140025095784055), odd = Vector256.Create(0.006090242034390122);
        even = Next(Next(Next(even, y, -0.010015074483748783), y, -0.017810033626761694), y, -0.033332861411326305);
        even = Next(Next(Next(even, y, -0.08333333237636963), y, -0.49999999999976796), y, 0.6931471805599453);
        odd = Next(Next(odd, y, 0.013616113438725557), y, 0.023803851335209344);
        odd = Next(Next(Next(odd, y, 0.04999997353027582), y, 0.1666666666460156), y, -0.3068528194400557);
        return Vector256.FusedMultiplyAdd(odd, x, even);
    }

    /// <summary>A step of Horner's rule.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Next(Vector256<double> sum, Vector256<double> x, double coefficient) =>
        Vector256.FusedMultiplyAdd(sum, x, Vector256.Create(coefficient));

    private struct Sums
    {
        private Vector256<double> _linear, _variation, _information, _hellinger;

        public readonly Distances Halved => new(
            Vector256.Sum(_linear) / 2, Vector256.Sum(_variation) / 2, Vector256.Sum(_information) / 2, Vector256.Sum(_hellinger) / 2);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector256<double> p, Vector256<double> q)
        {
            Vector256<double> difference = p - q, total = Vector256.Max(p + q, Least), r = difference / total, square = r * r, linear = difference * r;
            _linear += linear;
            _variation += Vector256.Abs(difference);
            _hellinger += difference * difference / (total + (2 * Vector256.Sqrt(p * q)));
            Vector256<double> apart = Vector256.GreaterThan(square, Vector256.Create(0.36)), information = default;
            if (apart != Vector256<double>.AllBitsSet)
                information = linear * Near(square);
            if (apart != default)
                information = Vector256.ConditionalSelect(apart, Apart(p, q), information);
            _information += information;
        }
    }
}
