using ML.Thermo.Numerics;

namespace ML.Thermo.Tests.Numerics;

/// <summary>The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 − P(a, x): distribution of the gamma and chi-square laws.</summary>
internal static class IncompleteGamma
{
    private const int MostTerms = 1_000_000; // about 10 √a are needed where x is near a

    /// <summary>P(a, x), x ≥ 0, a ≥ 0.05.</summary>
    public static double Lower(double a, double x) => x < a + 1 ? Series(a, x) : 1 - Fraction(a, x);

    /// <summary>Q(a, x), x ≥ 0, a ≥ 0.05 (for smaller a and x below one, Q loses the digits by which P nears one).</summary>
    public static double Upper(double a, double x) => x < a + 1 ? 1 - Series(a, x) : Fraction(a, x);

    /// <summary>x^a e^(−x)/Γ(a + 1), without overflow or cancellation for large a.</summary>
    public static double Term(double a, double x) => a < 12
        ? Math.Exp((a * Math.Log(x)) - x - SpecialFunctions.LogGamma(a + 1))
        : Math.Exp((a * SpecialFunctions.LogOnePlusMinus((x - a) / a)) - SpecialFunctions.StirlingTail(a)) / Math.Sqrt(2 * Math.PI * a);

    private static double Series(double a, double x)
    {
        if (x == 0)
            return 0;
        double term = 1, sum = 1;
        for (int n = 1; n < MostTerms; n++)
        {
            term *= x / (a + n);
            sum += term;
            if (term <= 1e-17 * sum)
                return sum * Term(a, x);
        }

        return double.NaN;
    }

    // Legendre's continued fraction by Lentz's method.
    private static double Fraction(double a, double x)
    {
        if (double.IsPositiveInfinity(x))
            return 0;
        double b = x + 1 - a, c = double.MaxValue, d = 1 / b, value = d;
        for (int n = 1; n < MostTerms; n++)
        {
            double numerator = -n * (n - a);
            b += 2;
            d = 1 / Guard((numerator * d) + b);
            c = Guard(b + (numerator / c));
            double step = c * d;
            value *= step;
            if (Math.Abs(step - 1) <= 4e-16)
                return value * a * Term(a, x);
        }

        return double.NaN;
    }

    private static double Guard(double x) => x == 0 ? 1e-300 : x;
}
