using ML.Thermo.Numerics;

namespace ML.Thermo.Activations;

/// <summary>Moments of φ(z), z ~ N(μ, q), by adaptive quadrature split where the shape of φ changes.</summary>
internal static class GaussianQuadrature
{
    /// <summary>Standard deviations beyond which the normal density underflows.</summary>
    private const double Reach = 38;

    /// <summary>Relative error above which a moment counts as not found; quadrature aims at 10⁻¹³.</summary>
    private const double Tolerance = 1e-9;

    /// <summary>Five-point Gauss–Legendre rule on [0, 1].</summary>
    internal static readonly (double Node, double Weight)[] Legendre =
    [
        (0.046910077030668004, 0.11846344252809454),
        (0.23076534494715845, 0.23931433524968324),
        (0.5, 0.28444444444444444),
        (0.76923465505284155, 0.23931433524968324),
        (0.953089922969332, 0.11846344252809454),
    ];

    public static OutputMoments Moments(Activation activation, double mean, double variance)
    {
        double sd = Math.Sqrt(variance), centre = activation.Value(mean);
        double[] bends = [.. Bends(activation, Math.Abs(mean) + (Reach * sd)).Select(z => z - mean)];
        (double Value, double Error) Expect(Func<double, double> f) => NormalExpectation.Of(f, 0, variance, bends);

        (double first, double firstError) = Expect(delta => Rise(activation, mean, delta, centre));
        (double second, double secondError) = Expect(delta => Square(Rise(activation, mean, delta, centre)));
        (double gain, double gainError) = Expect(delta => activation.Derivative(mean + delta));
        (double squaredGain, double squaredGainError) = Expect(delta => Square(activation.Derivative(mean + delta)));
        bool converged = secondError <= Tolerance * second && firstError <= Tolerance * Math.Sqrt(second)
            && squaredGainError <= Tolerance * squaredGain && gainError <= Tolerance * Math.Sqrt(squaredGain);
        if (activation.Jump is (double position, double height))
        {
            gain += height * SpecialFunctions.NormalDensity((position - mean) / sd) / sd;
            squaredGain = double.PositiveInfinity;
        }

        return new OutputMoments(centre + first, second - (first * first), gain, squaredGain)
        {
            Status = converged ? Status.Defined : Status.NotConverged,
        };
    }

    /// <summary>
    /// φ(μ + δ) − φ(μ). Where the difference would cancel it is the integral of φ′ instead, provided that the two agree to the
    /// rounding of the difference: so neither a kink in between nor a return of φ to its first value is taken for smoothness.
    /// </summary>
    private static double Rise(Activation activation, double mean, double delta, double centre)
    {
        double direct = activation.Value(mean + delta) - centre;
        if (Math.Abs(direct) > 0.01 * Math.Abs(centre) && Math.Abs(delta) > 0.01 * Math.Abs(mean))
            return direct;
        double slope = 0;
        foreach ((double node, double weight) in Legendre)
            slope += weight * activation.Derivative(mean + (node * delta));
        double rounding = 1e-15 * (Math.Abs(centre) + Math.Abs(slope * mean));
        return Math.Abs((slope * delta) - direct) <= rounding ? slope * delta : direct;
    }

    /// <summary>
    /// Where quadrature is split: the kinks, and powers of four about z = 0, so that a bend of any width is seen at any q.
    /// </summary>
    private static IEnumerable<double> Bends(Activation activation, double reach)
    {
        IEnumerable<double> bends = activation.Kinks.Append(0);
        for (double z = 1.0 / 256; z < reach; z *= 4)
            bends = bends.Append(z).Append(-z);
        return bends;
    }

    private static double Square(double x) => x * x;
}
