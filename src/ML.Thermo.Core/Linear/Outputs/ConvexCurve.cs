using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Numerics;

namespace ML.Thermo.Linear.Outputs;

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

    /// <summary>E(w) and dE/dw.</summary>
    public abstract (double Energy, double Slope) At(double w);

    /// <summary>The parameter on the other side of the minimum with the same energy; only where the minimum is finite.</summary>
    /// <param name="w">A parameter.</param>
    /// <param name="energy">E(w).</param>
    public abstract double Partner(double w, double energy);

    /// <summary>⟨E⟩ and Var E by adaptive quadrature.</summary>
    public (double Mean, double Variance) Moments(InitializationLaw law)
    {
        double mean = Expect(law, w => At(w).Energy, Knots);
        return (mean, Expect(law, w => Math.Pow(At(w).Energy - mean, 2), Knots));
    }

    /// <summary>
    /// S = −∫ f(w) ln p(E(w)) dw, where p(E) adds f/|E′| over the two parameters of energy E. A flat bottom with positive
    /// probability is an atom: S = −∞.
    /// </summary>
    public EntropyEstimate Entropy(InitializationLaw law, CancellationToken cancellation)
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
            breaks.AddRange(Knots.Append(low).Append(high).Select(w => Partner(w, At(w).Energy)).ToList());
        (double value, double error) = Quadrature.Integrate(Integrand, low, high, breaks.Where(double.IsFinite).ToArray(), 1e-9);
        return new EntropyEstimate(value, error < 1e-6 ? 0 : error, EntropyMethod.Exact);

        double Integrand(double w)
        {
            cancellation.ThrowIfCancellationRequested();
            (double energy, double slope) = At(w);
            double density = Density(law, w);
            if (density == 0 || slope == 0)
                return 0;
            double partner = paired ? Partner(w, energy) : double.NaN, other = paired ? Density(law, partner) : 0;
            return -density * Math.Log((density / Math.Abs(slope)) + (other == 0 ? 0 : other / Math.Abs(At(partner).Slope)));
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
