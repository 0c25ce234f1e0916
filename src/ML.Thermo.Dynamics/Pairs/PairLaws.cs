namespace ML.Thermo.Dynamics.Pairs;

/// <summary>Laws given as formulas, the same for every edge.</summary>
[Maturity(Maturity.Theorem, "the caller's formulas")]
public sealed class PairLaws : IPairLaws
{
    private readonly Func<double, double> _potential, _tension, _friction;
    private readonly Func<double, double, double> _heatFlux;

    /// <summary>Takes the formulas.</summary>
    /// <param name="potential">φ(r).</param>
    /// <param name="tension">φ'(r).</param>
    /// <param name="friction">γ(r) ≥ 0.</param>
    /// <param name="heatFlux">J(T₁, T₂) to the first node, with the sign of T₂ − T₁.</param>
    public PairLaws(Func<double, double> potential, Func<double, double> tension, Func<double, double> friction, Func<double, double, double> heatFlux) =>
        (_potential, _tension, _friction, _heatFlux) = (potential, tension, friction, heatFlux);

    /// <inheritdoc/>
    public void Potential(ReadOnlySpan<int> kinds, ReadOnlySpan<double> distances, Span<double> values) => Apply(_potential, distances, values);

    /// <inheritdoc/>
    public void Tension(ReadOnlySpan<int> kinds, ReadOnlySpan<double> distances, Span<double> values) => Apply(_tension, distances, values);

    /// <inheritdoc/>
    public void Friction(ReadOnlySpan<int> kinds, ReadOnlySpan<double> distances, Span<double> values) => Apply(_friction, distances, values);

    /// <inheritdoc/>
    public void HeatFlux(ReadOnlySpan<int> kinds, ReadOnlySpan<double> distances, ReadOnlySpan<double> first, ReadOnlySpan<double> second, Span<double> values)
    {
        for (int e = 0; e < values.Length; e++)
            values[e] = _heatFlux(first[e], second[e]);
    }

    /// <inheritdoc/>
    public bool Covers(int kind, double distance) => true;

    private static void Apply(Func<double, double> law, ReadOnlySpan<double> distances, Span<double> values)
    {
        for (int e = 0; e < values.Length; e++)
            values[e] = law(distances[e]);
    }
}
