using ML.Thermo.Dynamics.Pairs;

namespace ML.Thermo.Dynamics.Learning;

/// <summary>A function of one variable that was learned, with the errors that are known of it.</summary>
[Maturity(Maturity.Estimator)]
public sealed class FittedFunction
{
    private readonly double[,] _covariance;

    internal FittedFunction(UniformSpline spline, double[,] covariance, UniformSpline? bias) => (Spline, _covariance, BiasSpline) = (spline, covariance, bias);

    /// <summary>The function.</summary>
    public UniformSpline Spline { get; }

    internal UniformSpline? BiasSpline { get; }

    internal double[,] Covariance => _covariance;

    /// <summary>The function at a place, with its standard error (clustered by trajectory; it does not contain the bias).</summary>
    /// <param name="x">A distance or a temperature.</param>
    public Estimate At(double x)
    {
        Span<double> basis = stackalloc double[4];
        double inside = Math.Clamp(x, Spline.Low, Spline.High);
        int first = UniformSpline.Basis(Spline.Low, Spline.Width, Spline.Coefficients.Length, inside, basis);
        double variance = 0;
        for (int a = 0; a < 4; a++)
        {
            for (int b = 0; b < 4; b++)
                variance += basis[a] * basis[b] * _covariance[first + a, first + b];
        }

        return new Estimate(Spline.Value(x), x == inside ? Math.Sqrt(Math.Max(0, variance)) : double.NaN);
    }

    /// <summary>What sampling in time does to the function at a place: (f of every second state − f)/3 in the strong form, /15 in the weak one; NaN where the
    /// trajectories are too short to leave out every second state.</summary>
    /// <param name="x">A distance or a temperature.</param>
    public double Bias(double x) => BiasSpline?.Value(x) ?? double.NaN;
}

/// <summary>The three learned functions of edges of one kind.</summary>
/// <param name="Tension">φ'(r), energy per length.</param>
/// <param name="Friction">γ(r) ≥ 0, momentum per length.</param>
/// <param name="Flux">g(T), increasing: heat to the first node is g(T₂) − g(T₁), energy per time.</param>
[Maturity(Maturity.Estimator)]
public sealed record FittedKind(FittedFunction Tension, FittedFunction Friction, FittedFunction Flux);

/// <summary>Pair laws that were learned from trajectories: splines, and their continuation as lines or constants outside the range of the data.</summary>
[Maturity(Maturity.Estimator)]
public sealed class FittedLaws : IPairLaws
{
    private readonly FittedKind[] _kinds;

    internal FittedLaws(FittedKind[] kinds) => _kinds = kinds;

    /// <summary>The laws of each kind of edge.</summary>
    public IReadOnlyList<FittedKind> Kinds => _kinds;

    /// <inheritdoc/>
    public void Potential(ReadOnlySpan<int> kinds, ReadOnlySpan<double> distances, Span<double> values)
    {
        for (int e = 0; e < values.Length; e++)
            values[e] = Of(kinds[e]).Tension.Spline.Integral(distances[e]);
    }

    /// <inheritdoc/>
    public void Tension(ReadOnlySpan<int> kinds, ReadOnlySpan<double> distances, Span<double> values)
    {
        for (int e = 0; e < values.Length; e++)
            values[e] = Of(kinds[e]).Tension.Spline.Value(distances[e]);
    }

    /// <inheritdoc/>
    public void Friction(ReadOnlySpan<int> kinds, ReadOnlySpan<double> distances, Span<double> values)
    {
        for (int e = 0; e < values.Length; e++)
            values[e] = Of(kinds[e]).Friction.Spline.Value(distances[e]);
    }

    /// <inheritdoc/>
    public void HeatFlux(ReadOnlySpan<int> kinds, ReadOnlySpan<double> distances, ReadOnlySpan<double> first, ReadOnlySpan<double> second, Span<double> values)
    {
        for (int e = 0; e < values.Length; e++)
        {
            UniformSpline flux = Of(kinds[e]).Flux.Spline;
            values[e] = flux.Value(second[e]) - flux.Value(first[e]);
        }
    }

    /// <inheritdoc/>
    public bool Covers(int kind, double distance) => kind < _kinds.Length && distance >= _kinds[kind].Tension.Spline.Low
        && distance <= _kinds[kind].Tension.Spline.High;

    private FittedKind Of(int kind) => kind < _kinds.Length ? _kinds[kind]
        : throw new UnusableDataException($"An edge has the kind {kind}: the model knows kinds from 0 to {_kinds.Length - 1}.");
}
