namespace ML.Thermo.Loops;

/// <summary>Fresh shares at which a loop over equally frequent categories changes its state.</summary>
/// <remarks>
/// <para>Cold sampling (T &lt; 1) of three or more categories loses the uniform state by a first-order transition: it stays alive above
/// <see cref="Stability"/> if it has never collapsed, but comes back from a collapse only above <see cref="Coexistence"/>. Where data are not
/// exactly uniform a favourite starts the collapse, so the second share is the one to keep; the first is never a safe default.</para></remarks>
[Maturity(Maturity.Theorem, "uniform q")]
public static class LoopThresholds
{
    /// <summary>1 − T for T &lt; 1, else 0: above this fresh share the exactly uniform state is stable, whatever K.</summary>
    /// <param name="temperature">T &gt; 0.</param>
    public static double Stability(double temperature)
    {
        LoopArguments.Temperature(temperature);
        return Math.Max(1 - temperature, 0);
    }

    /// <summary>
    /// λ_s = max over r ≥ 1 of K (r^(1/T) − r)/((r^(1/T) − 1)(r + K − 1)): above this fresh share there is no collapsed state. 1 − T for two
    /// categories, K/(1 + √(K − 1))² at T = ½, zero for T ≥ 1.
    /// </summary>
    /// <param name="classes">K ≥ 2. States with m favourites obey the same law with K/m.</param>
    /// <param name="temperature">T &gt; 0.</param>
    public static double Coexistence(double classes, double temperature)
    {
        Check(classes, temperature);
        if (temperature >= 1)
            return 0;
        if (classes == 2)
            return 1 - temperature;
        // d ln λ/dx = a/(e^(ax) − 1) − c/(e^(cx) − 1) − e^x/(K + e^x − 1), x = ln r, a = 1/T − 1, c = 1/T: ½ − 1/K at 0, −1 far out, one zero between.
        double c = 1 / temperature, a = c - 1, low = 0, high = 1;
        while (Slope(high) > 0)
            (low, high) = (high, 2 * high);
        for (int i = 0; i < 60 && high - low > 1e-9 * high; i++)
        {
            double x = (low + high) / 2;
            (low, high) = Slope(x) > 0 ? (x, high) : (low, x);
        }

        return Share(classes, temperature, (low + high) / 2);

        double Slope(double x)
        {
            double e = Math.Exp(x), pole = a * x < 1e-2 && c * x < 1e-2
                ? 0.5 + ((a - c) * (a + c) * x / 12) // a/(e^(ax) − 1) = 1/x − a/2 + a²x/12 − …
                : (a / ExpMinusOne(a * x)) - (c / ExpMinusOne(c * x));
            return pole - (e / (classes + e - 1));
        }
    }

    /// <summary>λ(r): the fresh share at which one category has odds r against each other one.</summary>
    /// <param name="classes">K ≥ 2.</param>
    /// <param name="temperature">T &gt; 0.</param>
    /// <param name="odds">r ≥ 1; the limit at 1 is 1 − T.</param>
    public static double CollapsedShare(double classes, double temperature, double odds)
    {
        Check(classes, temperature);
        return odds >= 1
            ? Share(classes, temperature, Math.Log(odds))
            : throw new ArgumentOutOfRangeException(nameof(odds), odds, $"The odds are {odds}: expected at least 1.");
    }

    /// <summary>λ(r) by ln r ≥ 0; arguments are not checked.</summary>
    internal static double Share(double classes, double temperature, double logOdds)
    {
        double c = 1 / temperature, x = logOdds;
        return x == 0 ? 1 - temperature : classes * ExpMinusOne((1 - c) * x) / (ExpMinusOne(-c * x) * (classes + ExpMinusOne(x)));
    }

    private static void Check(double classes, double temperature)
    {
        if (!(classes >= 2) || double.IsInfinity(classes))
            throw new ArgumentOutOfRangeException(nameof(classes), classes, $"There are {classes} categories: expected at least 2.");
        LoopArguments.Temperature(temperature);
    }

    private static double ExpMinusOne(double x) => Math.Abs(x) < 1 ? 2 * Math.Exp(x / 2) * Math.Sinh(x / 2) : Math.Exp(x) - 1;
}
