using MathNet.Numerics.Distributions;

namespace ML.Thermo.Dynamics.Audit;

/// <summary>
/// The exact law of the drawdown, max over i &lt; j of y(i) − y(j), of n independent standard normal numbers: the null law of "this series does not
/// fall".</summary>
/// <remarks>
/// <para>Recursion on the running maximum m: g₁ = φ, g(k+1)(m) = g(k)(m)[Φ(m) − Φ(m − x)] + φ(m) ∫ g(k) up to m, and P(drawdown ≤ x) = ∫ g(n). Trapezium on
/// [−8.5, 8.5] with 3,401 points, good to 1e-9; points that no longer count are left out, and a law that has become certain ends early.</para>
/// <para>Flat is least favourable: adding a series that does not fall lowers every y(i) − y(j), i &lt; j. So the survival function bounds the p-value of every
/// lawful series from above.</para></remarks>
[Maturity(Maturity.Theorem, "a recursion without approximation but the quadrature")]
public static class DrawdownLaw
{
    /// <summary>What the quadrature resolves.</summary>
    public const double Resolution = 1e-9;

    private const int Points = 3401;
    private const double Edge = 8.5, Step = 2 * Edge / (Points - 1);

    private static readonly double[] Density = [.. Enumerable.Range(0, Points).Select(i => Normal.PDF(0, 1, At(i)))];
    private static readonly double[] Below = [.. Enumerable.Range(0, Points).Select(i => Normal.CDF(0, 1, At(i)))];

    /// <summary>P(drawdown ≤ x).</summary>
    /// <param name="count">n ≥ 1 numbers.</param>
    /// <param name="drawdown">x, in standard deviations.</param>
    public static double Distribution(long count, double drawdown)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (double.IsNaN(drawdown))
            return double.NaN;
        if (drawdown < 0)
            return count == 1 ? 1 : 0;
        if (count == 1 || double.IsPositiveInfinity(drawdown))
            return 1;
        double[] stays = [.. Enumerable.Range(0, Points).Select(i => Below[i] - Normal.CDF(0, 1, At(i) - drawdown))];
        double[] density = [.. Density];
        double mass = 1;
        int low = 0;
        for (long row = 1; row < count && mass > 0.1 * Resolution; row++)
            mass *= Advance(density, stays, ref low);
        return mass > 0.1 * Resolution ? mass : 0;
    }

    /// <summary>P(drawdown ≥ x), good to <see cref="Resolution"/>.</summary>
    /// <param name="count">n ≥ 1 numbers.</param>
    /// <param name="drawdown">x, in standard deviations.</param>
    public static double Survival(long count, double drawdown) => Math.Max(0, 1 - Distribution(count, drawdown));

    /// <summary>The drawdown that is exceeded with probability 1 − p.</summary>
    /// <param name="count">n ≥ 2 numbers.</param>
    /// <param name="probability">p in (0, 1).</param>
    public static double Quantile(long count, double probability)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        if (!(probability is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "Expected a probability between 0 and 1.");
        return MathNet.Numerics.RootFinding.Brent.FindRoot(x => Distribution(count, x) - probability, 0, 2 * Edge, 1e-9, 200);
    }

    private static double At(int i) => (i * Step) - Edge;

    /// <summary>One row more; the density is scaled back to mass one, and the mass it had is given. The maximum only rises, so its lowest places
    /// empty.</summary>
    private static double Advance(double[] density, double[] stays, ref int low)
    {
        while (low < Points && density[low] < 1e-18)
            low++;
        double below = 0, last = 0, mass = 0;
        for (int i = low; i < Points; i++)
        {
            double here = density[i];
            below += 0.5 * Step * (last + here);
            last = here;
            double next = (here * stays[i]) + (Density[i] * below);
            density[i] = next;
            mass += next;
        }

        mass *= Step;
        System.Numerics.Tensors.TensorPrimitives.Divide(density.AsSpan(low), mass, density.AsSpan(low));
        return mass;
    }
}
