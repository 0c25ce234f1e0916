namespace ML.Thermo.Numerics;

/// <summary>The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 − P(a, x): distribution of the gamma and chi-square laws.</summary>
internal static class IncompleteGamma
{
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
        for (double n = 1; term > 1e-17 * sum; n++)
        {
            term *= x / (a + n);
            sum += term;
        }

        return sum * Term(a, x);
    }

    // Legendre's continued fraction by Lentz's method.
    private static double Fraction(double a, double x)
    {
        if (double.IsPositiveInfinity(x))
            return 0;
        double b = x + 1 - a, c = double.MaxValue, d = 1 / b, value = d, step = 0;
        for (double n = 1; Math.Abs(step - 1) > 1e-16; n++)
        {
            double numerator = -n * (n - a);
            b += 2;
            d = 1 / Guard((numerator * d) + b);
            c = Guard(b + (numerator / c));
            step = c * d;
            value *= step;
        }

        return value * a * Term(a, x);
    }

    private static double Guard(double x) => Math.Abs(x) < double.MinValue ? double.Epsilon : x;
}
