using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Numerics;

namespace ML.Thermo.Linear;

/// <summary>A convex energy E(w) of one random parameter, with what its distribution needs: the other parameter of the same energy.</summary>
internal abstract class ConvexCurve
{
    /// <summary>Beyond this many standard deviations a normal law has no weight in double precision.</summary>
    private const double Tail = 10;

    /// <summary>Where E is least; ±∞ where E falls for ever, NaN where E is constant.</summary>
    public abstract double Minimizer { get; }

    /// <summary>The interval on which E keeps its least value; a point where the minimum is sharp.</summary>
    public virtual (double Low, double High) Bottom => (Minimizer, Minimizer);

    /// <summary>Points at which E has a kink.</summary>
    public virtual IReadOnlyList<double> Knots => [];

    /// <summary>E(w).</summary>
    public abstract double Energy(double w);

    /// <summary>dE/dw.</summary>
    public abstract double Slope(double w);

    /// <summary>The parameter on the other side of the minimum with the energy of w; only where the minimum is finite.</summary>
    public abstract double Partner(double w);

    /// <summary>⟨E⟩ and Var E by adaptive quadrature.</summary>
    public (double Mean, double Variance) Moments(InitializationLaw law)
    {
        double mean = Expect(law, Energy, Knots);
        return (mean, Expect(law, w => Math.Pow(Energy(w) - mean, 2), Knots));
    }

    /// <summary>
    /// S = −∫ f(w) ln p(E(w)) dw, where p(E) adds f/|E′| over the two parameters of energy E. A flat bottom with positive
    /// probability is an atom: S = −∞.
    /// </summary>
    public EntropyEstimate Entropy(InitializationLaw law)
    {
        (double low, double high) = Support(law);
        (double left, double right) = Bottom;
        if (double.IsNaN(Minimizer))
            return Unbounded(Status.PointState);
        if (left < right && left < high && right > low)
            return Unbounded(Status.Atoms);

        bool paired = double.IsFinite(Minimizer);
        var breaks = new List<double>(Knots) { Minimizer };
        if (paired)
            breaks.AddRange(Knots.Append(low).Append(high).Select(Partner).ToList());
        (double value, double error) = Quadrature.Integrate(Integrand, low, high, breaks.Where(double.IsFinite).ToArray(), 1e-10);
        return new EntropyEstimate(value, error < 1e-7 * (1 + Math.Abs(value)) ? 0 : error, EntropyMethod.Exact);

        double Integrand(double w)
        {
            double density = Density(law, w), slope = Math.Abs(Slope(w));
            if (density == 0 || slope == 0)
                return 0;
            double partner = paired ? Partner(w) : double.NaN, other = paired ? Density(law, partner) : 0;
            return -density * Math.Log((density / slope) + (other == 0 ? 0 : other / Math.Abs(Slope(partner))));
        }
    }

    /// <summary>The entropy of a distribution that is not a density.</summary>
    public static EntropyEstimate Unbounded(Status status) => new(double.NegativeInfinity, 0, EntropyMethod.Exact, status);

    private static (double Low, double High) Support(InitializationLaw law)
    {
        double reach = law is UniformLaw uniform ? uniform.HalfWidth : Tail * law.StandardDeviation;
        return (law.Mean - reach, law.Mean + reach);
    }

    private static double Density(InitializationLaw law, double w) => law is UniformLaw uniform
        ? Math.Abs(w - law.Mean) <= uniform.HalfWidth ? 0.5 / uniform.HalfWidth : 0
        : SpecialFunctions.NormalDensity((w - law.Mean) / law.StandardDeviation) / law.StandardDeviation;

    private static double Expect(InitializationLaw law, Func<double, double> f, IReadOnlyList<double> kinks)
    {
        (double low, double high) = Support(law);
        double[] breaks = [.. kinks, .. Enumerable.Range(-4, 9).Select(k => law.Mean + (2 * k * law.StandardDeviation))];
        return Quadrature.Integrate(w => Density(law, w) * f(w), low, high, breaks, 1e-13).Value;
    }
}
