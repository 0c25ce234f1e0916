using ML.Thermo.Numerics;

namespace ML.Thermo.Entropies;

/// <summary>Entropy S = −∫ p ln p dE, nats, of a known density by adaptive quadrature.</summary>
/// <remarks>
/// <para>The origin of energy does not matter: where the spread is far below |E₀|, give the density and the mean of E − E₀, with floor zero,
/// so that no digits are lost near the edge. With a floor, E = E₀ + v² removes the (E − E₀)^(−1/2) edge of quadratic energies. The moments tell where the mass
/// lies. Standard
/// error zero; bias: the error that the quadrature states. A density whose integral differs from one by more than 1e-6 gives
/// <see cref="Status.NotConverged"/>.</para></remarks>
[Maturity(Maturity.Theorem, "definition of the differential entropy, integrated numerically")]
public sealed class DensityQuadrature : IEntropyEstimator
{
    private const double MassTolerance = 1e-6;
    private readonly Func<double, double> _density;
    private readonly double _floor, _ceiling;
    private readonly double[] _breaks;

    /// <summary>Takes the density.</summary>
    /// <param name="density">p(E), one over loss units; ≥ 0, asked only inside (floor, ceiling).</param>
    /// <param name="floor">Lowest energy, loss units; −∞ if there is none.</param>
    /// <param name="ceiling">Highest energy, loss units; +∞ if there is none.</param>
    /// <param name="breaks">Energies at which the density jumps or is singular.</param>
    /// <exception cref="ArgumentException">The range is empty.</exception>
    public DensityQuadrature(
        Func<double, double> density, double floor = double.NegativeInfinity, double ceiling = double.PositiveInfinity, params IReadOnlyList<double> breaks)
    {
        ArgumentNullException.ThrowIfNull(density);
        ArgumentNullException.ThrowIfNull(breaks);
        if (!(floor < ceiling))
            throw new ArgumentException($"Expected a floor below the ceiling, got [{floor}, {ceiling}].", nameof(ceiling));
        (_density, _floor, _ceiling, _breaks) = (density, floor, ceiling, [.. breaks]);
    }

    /// <inheritdoc/>
    public EntropyMethod Method => EntropyMethod.Exact;

    /// <inheritdoc/>
    public bool NeedsSample => false;

    /// <inheritdoc/>
    /// <param name="moments">Mean and variance: position and scale of the mass.</param>
    /// <param name="sample">Not used.</param>
    public EntropyEstimate Estimate(EnergyMoments moments, ReadOnlySpan<double> sample)
    {
        double scale = Math.Sqrt(moments.Variance.Value), mean = moments.Mean.Value;
        if (!double.IsFinite(mean) || !double.IsFinite(scale))
            return new(double.NaN, double.NaN, Method, Status.Undefined) { Bias = double.NaN };
        if (scale == 0)
            return new(double.NegativeInfinity, 0, Method, Status.PointState);

        // In units of the standard deviation from the mean, or from the floor and by its square root v.
        bool floored = double.IsFinite(_floor);
        double origin = floored ? _floor : mean;
        double Map(double energy) => floored ? Math.Sqrt(Math.Max(energy - origin, 0) / scale) : (energy - origin) / scale;
        double Density(double x) => scale * _density(floored ? origin + (scale * x * x) : origin + (scale * x));
        double Jacobian(double x) => floored ? 2 * x : 1;
        double[] breaks = [.. _breaks.Select(Map), .. new double[] { -12, -6, -3, -1, 0, 1, 3, 6, 12, 24 }.Select(z => Map(mean + (z * scale)))];

        double low = floored ? 0 : (_floor - origin) / scale, high = Map(_ceiling);
        (double entropy, double error) = Quadrature.Integrate(x => Information(Density(x)) * Jacobian(x), low, high, breaks);
        double mass = Quadrature.Integrate(x => Density(x) * Jacobian(x), low, high, breaks).Value;
        return new(entropy + Math.Log(scale), 0, Method, Math.Abs(mass - 1) < MassTolerance ? Status.Defined : Status.NotConverged)
        {
            Bias = error + (Math.Abs(mass - 1) * Math.Max(1, Math.Abs(entropy))),
        };
    }

    private static double Information(double density) => density > 0 ? -density * Math.Log(density) : density;
}
