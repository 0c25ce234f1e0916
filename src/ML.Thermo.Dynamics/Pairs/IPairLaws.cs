namespace ML.Thermo.Dynamics.Pairs;

/// <summary>What nodes do to one another: three functions of an edge, for all edges at once.</summary>
/// <remarks>
/// <para>Nothing is asked of them: the step keeps energy whatever φ is, and where friction is negative or heat would flow from cold to hot it takes
/// zero in their
/// place and counts (<see cref="StepReport.ClippedShare"/>).</para></remarks>
[Maturity(Maturity.Theorem, "the laws of the step do not depend on these functions")]
public interface IPairLaws
{
    /// <summary>φ(r), energy.</summary>
    /// <param name="kinds">The kind of each edge.</param>
    /// <param name="distances">r of each edge.</param>
    /// <param name="values">Takes one number an edge.</param>
    void Potential(ReadOnlySpan<int> kinds, ReadOnlySpan<double> distances, Span<double> values);

    /// <summary>φ'(r), the tension of the edge.</summary>
    /// <param name="kinds">The kind of each edge.</param>
    /// <param name="distances">r of each edge.</param>
    /// <param name="values">Takes one number an edge.</param>
    void Tension(ReadOnlySpan<int> kinds, ReadOnlySpan<double> distances, Span<double> values);

    /// <summary>γ(r), friction against the relative velocity along the edge.</summary>
    /// <param name="kinds">The kind of each edge.</param>
    /// <param name="distances">r of each edge.</param>
    /// <param name="values">Takes one number an edge.</param>
    void Friction(ReadOnlySpan<int> kinds, ReadOnlySpan<double> distances, Span<double> values);

    /// <summary>J, the heat that flows to the edge's first node a unit of time.</summary>
    /// <param name="kinds">The kind of each edge.</param>
    /// <param name="distances">r of each edge.</param>
    /// <param name="first">Temperature of the first node.</param>
    /// <param name="second">Temperature of the second node.</param>
    /// <param name="values">Takes one number an edge.</param>
    void HeatFlux(ReadOnlySpan<int> kinds, ReadOnlySpan<double> distances, ReadOnlySpan<double> first, ReadOnlySpan<double> second, Span<double> values);

    /// <summary>Whether a distance lies where the laws are known.</summary>
    /// <param name="kind">The kind of the edge.</param>
    /// <param name="distance">r.</param>
    bool Covers(int kind, double distance);
}
