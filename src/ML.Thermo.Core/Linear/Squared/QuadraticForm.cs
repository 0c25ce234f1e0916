using ML.Thermo.Entropies;
using ML.Thermo.Numerics;

namespace ML.Thermo.Linear.Squared;

/// <summary>
/// Q = floor + Σ λⱼ χ²(νⱼ, δⱼ), the generalised non-central chi-square law: the energy of a linear model under squared error and
/// normal initialisation, with its density, distribution, cumulants and entropy.</summary>
/// <remarks>
/// <para>Density and distribution are inverted from the moment generating function along a contour of steepest descent, and the entropy
/// integrates −p ln p over the saddlepoint itself, in the variable in which p is nearly normal. Both converge geometrically: relative
/// errors are near 10⁻¹² for every number of terms, ratio of weights and non-centrality, in the tails too.</para>
/// <para>Source: inversion by steepest descent, Rice 1980, Helstrom 1983;
/// checked against Imhof's table (Biometrika 1961), Ruben's mixture (1962) and closed forms.</para></remarks>
[Maturity(Maturity.Theorem, "generalised non-central chi-square")]
public sealed class QuadraticForm : IDistribution
{
    private const double FurthestDeviation = 9; // of the signed root r = ±√2ψ, nearly a standard normal variable
    private const double EntropyChange = 1e-10; // nats, on halving the step
    private const double MassError = 1e-8;
    private const int MostIterations = 200;
    private const int MostPoints = 8000;

    private readonly double[] _weights, _degrees, _noncentralities; // by falling weight
    private readonly double _size;

    /// <summary>Creates the law of Σ λⱼ χ²(νⱼ, δⱼ) + floor.</summary>
    /// <param name="weights">λⱼ ≥ 0, at least one positive; unit of Q. Zero weights are left out.</param>
    /// <param name="degreesOfFreedom">νⱼ &gt; 0, or null for 1 each.</param>
    /// <param name="noncentralities">δⱼ = (mean/sd)² summed over the term's squares, ≥ 0, or null for 0 each.</param>
    /// <param name="floor">Lowest value of Q.</param>
    /// <exception cref="ArgumentException">The lengths differ, no weight is positive, or a number is outside its range.</exception>
    public QuadraticForm(
        IReadOnlyList<double> weights, IReadOnlyList<double>? degreesOfFreedom = null, IReadOnlyList<double>? noncentralities = null, double floor = 0)
    {
        ArgumentNullException.ThrowIfNull(weights);
        degreesOfFreedom ??= [.. weights.Select(_ => 1.0)];
        noncentralities ??= [.. weights.Select(_ => 0.0)];
        if (degreesOfFreedom.Count != weights.Count || noncentralities.Count != weights.Count)
            throw new ArgumentException($"{weights.Count} weights, {degreesOfFreedom.Count} degrees of freedom and {noncentralities.Count} "
                + "non-centralities: expected as many of each.");
        for (int j = 0; j < weights.Count; j++)
        {
            if (!(weights[j] >= 0 && degreesOfFreedom[j] > 0 && noncentralities[j] >= 0
                && double.IsFinite(weights[j] + degreesOfFreedom[j] + noncentralities[j])))
                throw new ArgumentException($"Term {j + 1} has weight {weights[j]}, {degreesOfFreedom[j]} degrees of freedom and non-centrality "
                    + $"{noncentralities[j]}: expected λ ≥ 0, ν > 0, δ ≥ 0, all finite.");
        }

        var terms = Enumerable.Range(0, weights.Count).Where(j => weights[j] > 0).GroupBy(j => weights[j]).OrderByDescending(term => term.Key).ToList();
        if (terms.Count == 0)
            throw new ArgumentException("No weight is positive: Q is a constant and has no density.", nameof(weights));
        _weights = [.. terms.Select(term => term.Key)];
        _degrees = [.. terms.Select(term => term.Sum(j => degreesOfFreedom[j]))];
        _noncentralities = [.. terms.Select(term => term.Sum(j => noncentralities[j]))];
        _size = _degrees.Sum() + _noncentralities.Sum();
        Floor = floor;
    }

    /// <summary>The lowest value of Q.</summary>
    public double Floor { get; }

    /// <summary>⟨Q⟩ = floor + Σ λ(ν + δ).</summary>
    public double Mean => Floor + Cumulant(1);

    /// <summary>Var Q = 2 Σ λ²(ν + 2δ).</summary>
    public double Variance => Cumulant(2);

    /// <summary>K_r = 2^(r−1) (r−1)! Σ λʳ(ν + rδ), measured from the floor for r = 1.</summary>
    /// <param name="order">r ≥ 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="order"/> is not positive.</exception>
    public double Cumulant(int order)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(order);
        double factor = 1, sum = 0;
        for (int k = 1; k < order; k++)
            factor *= 2 * k;
        for (int j = 0; j < _weights.Length; j++)
            sum += Math.Pow(_weights[j], order) * (_degrees[j] + (order * _noncentralities[j]));
        return factor * sum;
    }

    /// <summary>p(x), per unit of Q; 0 at and below the floor (where p may be infinite for ν ≤ 2 in all, and the set has no weight).</summary>
    /// <param name="x">Any number.</param>
    public double Density(double x)
    {
        if (double.IsNaN(x))
            return double.NaN;
        double v = x - Floor;
        if (v <= 0 || double.IsInfinity(v))
            return 0;
        SaddlepointContour contour = Contour();
        return contour.Density(Saddlepoint(contour, v));
    }

    /// <summary>P(Q ≤ x), with full relative accuracy in the lower tail.</summary>
    /// <param name="x">Any number.</param>
    public double Distribution(double x) => x > Mean ? 1 - Exceedance(x) : double.IsNaN(x) ? double.NaN : x <= Floor ? 0 : Tail(x - Floor, upper: false);

    /// <summary>P(Q &gt; x), with full relative accuracy in the upper tail.</summary>
    /// <param name="x">Any number.</param>
    public double Exceedance(double x) => x > Mean ? Tail(x - Floor, upper: true) : 1 - Distribution(x);

    /// <summary>
    /// S = −∫ p ln p dQ, nats. The integral runs over the signed root r = ±√(2ψ) of the saddlepoint by the trapezoidal rule, halved
    /// until S changes by less than 10⁻¹⁰; the integral of p by the same rule must come out as 1.
    /// </summary>
    /// <param name="cancellation">Stops between points of the quadrature.</param>
    /// <returns>The exact entropy; NaN with <see cref="Status.NotConverged"/> should either test fail.</returns>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public EntropyEstimate Entropy(CancellationToken cancellation = default)
    {
        if (_weights.Length == 1 && _noncentralities[0] == 0)
            return new EntropyEstimate(SpecialFunctions.GammaEntropy(_degrees[0] / 2, 2 * _weights[0]), 0, EntropyMethod.Exact);
        double unit = _weights[0];
        if (unit is < 1e-60 or > 1e60) // squares of densities and weights would leave the range of numbers
        {
            EntropyEstimate ofUnit = new QuadraticForm([.. _weights.Select(weight => weight / unit)], _degrees, _noncentralities).Entropy(cancellation);
            return ofUnit with { Value = ofUnit.Value + Math.Log(unit) };
        }

        SaddlepointContour contour = Contour();
        double step = FurthestDeviation / 12, mass = 0, sum = 0, change = double.PositiveInfinity;
        Add(-FurthestDeviation, step, 25);
        for (int points = 24; points < MostPoints && change > EntropyChange; points *= 2)
        {
            double before = sum * step;
            Add(-FurthestDeviation + (step / 2), step, points);
            step /= 2;
            change = Math.Abs((sum * step) - before);
        }

        bool converged = change <= EntropyChange && Math.Abs((mass * step) - 1) <= MassError;
        return converged
            ? new EntropyEstimate(sum * step, 0, EntropyMethod.Exact)
            : new EntropyEstimate(double.NaN, double.NaN, EntropyMethod.Exact, Status.NotConverged) { Bias = double.NaN };

        void Add(double first, double spacing, int count)
        {
            for (int k = 0; k < count; k++)
            {
                cancellation.ThrowIfCancellationRequested();
                double r = first + (k * spacing), s = SaddlepointOfRoot(contour, r);
                double stretch = s == 0 ? Math.Sqrt(contour.Curvature(0).Second) : r / s; // dQ/dr
                double p = contour.Density(s);
                mass += p * stretch;
                sum -= p > 0 ? p * Math.Log(p) * stretch : 0;
            }
        }
    }

    /// <inheritdoc/>
    public double DifferentialEntropy(CancellationToken cancellation = default) => Entropy(cancellation).Value;

    private SaddlepointContour Contour() => new(_weights, _degrees, _noncentralities);

    /// <summary>K′(s) − v, from the floor or from the mean, whichever is nearer to v.</summary>
    private static double Excess(SaddlepointContour contour, double s, double v, double aboveMean) =>
        Math.Abs(aboveMean) < v ? contour.SlopeAboveMean(s) - aboveMean : contour.Slope(s) - v;

    /// <summary>s with K′(s) = v. Newton's function is 1/v − 1/K′, linear in s for a single term. Below the mean K′ ≤ Σ(ν + δ)/2|s|
    /// bounds s; above it K′ ≥ νλ/(1 − 2λs), λ the largest weight, does.</summary>
    private double Saddlepoint(SaddlepointContour contour, double v)
    {
        double aboveMean = v - Cumulant(1);
        double bound = aboveMean < 0 ? -_size / (2 * v) : (1 - (_weights[0] * _degrees[0] / v)) / (2 * _weights[0]);
        return aboveMean == 0 ? 0 : Math.Sign(aboveMean) * Root(Math.Abs(bound), Math.Abs(bound), m =>
        {
            double s = Math.CopySign(m, aboveMean), slope = contour.Slope(s), sign = Math.Sign(aboveMean);
            return (sign * Excess(contour, s, v, aboveMean) / (slope * v), contour.Curvature(s).Second / (slope * slope));
        });
    }

    /// <summary>s with r = ±√(2ψ(s)). Newton runs in ℓ, s = ±(1 − e^∓ℓ)/(2 max λ), in which |r| grows no faster than e^(ℓ/2).</summary>
    private double SaddlepointOfRoot(SaddlepointContour contour, double r)
    {
        int sign = Math.Sign(r);
        double unit = 1 / (2 * _weights[0]), guess = Math.Abs(r) / (unit * Math.Sqrt(Variance));
        return r == 0 ? 0 : At(Root(2 * guess / (2 + guess), double.PositiveInfinity, m =>
        {
            double s = At(m), root = Math.Sqrt(2 * contour.Legendre(s));
            return (root - Math.Abs(r), Math.Abs(s) * contour.Curvature(s).Second * unit * Math.Exp(-sign * m) / root);
        }));

        double At(double m) => -unit * ExponentialMinusOne(-sign * m);
    }

    /// <summary>P(Q &gt; v) or P(Q ≤ v), Q from its floor: the contour goes through the root of s(K′(s) − v) = 1 on its side of zero.</summary>
    private double Tail(double v, bool upper)
    {
        if (double.IsInfinity(v))
            return 0;
        SaddlepointContour contour = Contour();
        int sign = upper ? 1 : -1;
        double aboveMean = v - Cumulant(1), b = (_weights[0] * (_degrees[0] + 2)) - v, root = Math.Sqrt((b * b) + (8 * _weights[0] * v));
        double bound = !upper ? (_size + 2) / (2 * v) : b > 0 ? 2 / (b + root) : (root - b) / (4 * _weights[0] * v);
        return contour.Tail(sign * Root(bound, bound, m =>
        {
            double s = sign * m, excess = Excess(contour, s, v, aboveMean);
            return ((s * excess) - 1, sign * (excess + (s * contour.Curvature(s).Second)));
        }));
    }

    /// <summary>The root m &gt; 0 of a function that is negative before it and positive behind: Newton inside a bracket, which is divided
    /// where Newton would leave it or its steps do not shrink.</summary>
    private static double Root(double start, double high, Func<double, (double Value, double Slope)> function)
    {
        double m = start, low = 0, step = double.PositiveInfinity;
        for (int k = 0; k < MostIterations; k++)
        {
            (double value, double slope) = function(m);
            (low, high) = value < 0 ? (m, high) : (low, m);
            double next = m - (value / slope);
            if (!(next >= low && next <= high && Math.Abs(next - m) <= step / 2))
                next = double.IsInfinity(high) ? 2 * m : low == 0 ? high / 16 : Math.Sqrt(low) * Math.Sqrt(high);
            step = Math.Abs(next - m);
            m = next;
            if (step <= 4e-16 * m)
                break;
        }

        return m;
    }

    private static double ExponentialMinusOne(double x)
    {
        double u = Math.Exp(x);
        return u == 1 ? x : u == 0 ? -1 : (u - 1) * x / Math.Log(u);
    }
}
