using System.Diagnostics;

namespace ML.Thermo.Loops;

/// <summary>A law that a closed loop maps onto itself: what is left of the data in the long run.</summary>
[Maturity(Maturity.Theorem, "for the map of CategoricalLoop")]
[DebuggerDisplay("S = {Entropy}, retention {Retention}, rho {SpectralRadius}")]
public sealed class FixedPoint
{
    private readonly CategoricalLoop _loop;
    private readonly double[] _law;
    private double _radius = double.NaN;

    internal FixedPoint(CategoricalLoop loop, double[] law, int generations, Status status)
    {
        _loop = loop;
        _law = law;
        Generations = generations;
        Status = status;
        Entropy = CategoricalLoop.Entropy(law);
    }

    /// <summary>p*, K shares.</summary>
    public ReadOnlyMemory<double> Law => _law;

    /// <summary>S*, nats.</summary>
    public double Entropy { get; }

    /// <summary>S*/S(q); NaN where q is a single category.</summary>
    public double Retention => _loop.FreshEntropy > 0 ? Entropy / _loop.FreshEntropy : double.NaN;

    /// <summary>KL(q‖p*) = Σ q ln(q/p*), nats; +∞ where a category of q is lost.</summary>
    public double Divergence
    {
        get
        {
            double sum = 0;
            ReadOnlySpan<double> q = _loop.Fresh.Span;
            for (int i = 0; i < q.Length; i++)
                sum += q[i] > 0 ? q[i] * Math.Log(q[i] / _law[i]) : 0;
            return sum;
        }
    }

    /// <summary>
    /// ρ, the largest eigenvalue of the map's derivative (1 − λ)/T · (diag P − P Pᵀ) diag(1/p*): the point is stable where ρ &lt; 1, and a small
    /// disturbance shrinks by ρ a generation. The eigenvalues are real and ≥ 0.
    /// </summary>
    public double SpectralRadius => double.IsNaN(_radius) ? _radius = RadiusAt(_loop, _law) : _radius;

    /// <summary>How many generations were iterated to reach it.</summary>
    public int Generations { get; }

    /// <summary><see cref="Status.NotConverged"/> where the iteration was stopped.</summary>
    public Status Status { get; }

    /// <summary>
    /// The derivative is similar to (1 − λ)/T · (diag(d) − u uᵀ), d = P/p, u = P/√p. Its largest eigenvalue is the largest root of
    /// Σ u²/(d − x) = 1, between the two largest d; a d that occurs twice is a root itself.
    /// </summary>
    private static double RadiusAt(CategoricalLoop loop, double[] law)
    {
        if (loop.FreshShare == 1)
            return 0;
        double[] sampled = CategoricalLoop.Power(law, 1 / loop.Temperature), d = new double[law.Length];
        for (int i = 0; i < law.Length; i++)
            d[i] = law[i] > 0 ? sampled[i] / law[i] : loop.Temperature < 1 ? 0 : loop.Temperature > 1 ? double.PositiveInfinity : 1;
        double factor = (1 - loop.FreshShare) / loop.Temperature, high = double.NegativeInfinity, low = double.NegativeInfinity;
        foreach (double value in d)
            (high, low) = value > high ? (value, high) : (high, Math.Max(low, value));
        if (double.IsInfinity(high) || high - low < 1e-14 * high)
            return factor * high;
        for (int i = 0; i < 100 && high - low > 1e-16 * high; i++)
        {
            double x = (low + high) / 2, sum = 0;
            for (int k = 0; k < d.Length; k++)
                sum += d[k] == x ? 0 : sampled[k] * d[k] / (d[k] - x); // u² = P²/p = P d
            (low, high) = sum > 1 ? (low, x) : (x, high);
        }

        return factor * high;
    }
}
