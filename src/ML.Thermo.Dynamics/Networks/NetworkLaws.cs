using ML.Thermo.Dynamics.Pairs;
using ML.Thermo.Onnx.Execution;

namespace ML.Thermo.Dynamics.Networks;

/// <summary>
/// Pair laws that are neural networks, trained wherever one likes and run by ONNX Runtime inside the exact step, so that both laws hold whatever the
/// networks say.</summary>
/// <remarks>
/// <para>Three files in double precision: φ(r), γ(r) and κ(r, T₁, T₂), with heat flux J = κ (1/T₁ − 1/T₂). Each has an input <c>r</c> of shape [E,
/// 1]; κ may ask for
/// <c>first</c> and <c>second</c> too, and all for <c>kind</c> (int64). φ' is a difference quotient of fourth order. The CPU provider has no Softplus or Erf in
/// double: write them with Exp and Log. A negative γ or κ is taken for zero and counted.</para></remarks>
[Maturity(Maturity.Theorem, "the laws do not depend on the networks")]
[Maturity(Maturity.Estimator, "the networks")]
public sealed class NetworkLaws : IPairLaws, IDisposable
{
    private const double Step = 1e-3;
    private readonly EdgeNetwork _potential, _friction, _conductance;

    /// <summary>Loads the networks.</summary>
    /// <param name="potential">File of φ.</param>
    /// <param name="friction">File of γ.</param>
    /// <param name="conductance">File of κ.</param>
    /// <param name="device">Default: the CPU.</param>
    /// <exception cref="ThermoException">A file is missing, is no network, asks for something unknown, or is not in double precision.</exception>
    public NetworkLaws(string potential, string friction, string conductance, ExecutionDevice? device = null)
    {
        device ??= ExecutionDevice.Cpu;
        _potential = new EdgeNetwork(potential, device);
        _friction = new EdgeNetwork(friction, device);
        _conductance = new EdgeNetwork(conductance, device);
    }

    /// <inheritdoc/>
    public void Potential(ReadOnlySpan<int> kinds, ReadOnlySpan<double> distances, Span<double> values) =>
        _potential.Evaluate(kinds, distances, [], [], values);

    /// <inheritdoc/>
    public void Tension(ReadOnlySpan<int> kinds, ReadOnlySpan<double> distances, Span<double> values)
    {
        int n = values.Length;
        double[] at = new double[4 * n], phi = new double[4 * n];
        int[] repeated = new int[4 * n];
        for (int e = 0; e < n; e++)
        {
            for (int k = 0; k < 4; k++)
                (at[(4 * e) + k], repeated[(4 * e) + k]) = (distances[e] + (Step * (k < 2 ? k - 2 : k - 1)), kinds[e]);
        }

        _potential.Evaluate(repeated, at, [], [], phi);
        for (int e = 0; e < n; e++)
            values[e] = (phi[4 * e] - phi[(4 * e) + 3] - (8 * (phi[(4 * e) + 1] - phi[(4 * e) + 2]))) / (12 * Step);
    }

    /// <inheritdoc/>
    public void Friction(ReadOnlySpan<int> kinds, ReadOnlySpan<double> distances, Span<double> values) => _friction.Evaluate(kinds, distances, [], [], values);

    /// <inheritdoc/>
    public void HeatFlux(ReadOnlySpan<int> kinds, ReadOnlySpan<double> distances, ReadOnlySpan<double> first, ReadOnlySpan<double> second, Span<double> values)
    {
        _conductance.Evaluate(kinds, distances, first, second, values);
        for (int e = 0; e < values.Length; e++)
            values[e] *= (1 / first[e]) - (1 / second[e]);
    }

    /// <summary>True: a network does not say where it was trained.</summary>
    /// <param name="kind">The kind of the edge.</param>
    /// <param name="distance">r.</param>
    public bool Covers(int kind, double distance) => true;

    /// <inheritdoc/>
    public void Dispose()
    {
        _potential.Dispose();
        _friction.Dispose();
        _conductance.Dispose();
    }
}
