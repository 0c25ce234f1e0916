namespace ML.Thermo.Dynamics.Pairs;

/// <summary>
/// The fast step of a <see cref="PairSystem"/>: velocity Verlet for the tensions, between two half steps of friction and conduction that are exact pair
/// by pair. One evaluation of the tension a step, no equation to solve.</summary>
/// <remarks>
/// <para>Momentum and angular momentum are kept to round-off and entropy does not fall, as in <see cref="PairStep"/>. Energy is not: its error stays
/// bounded and falls with the square of the step while the step resolves the springs. Second order.</para>
/// <para>One instance serves one thread.</para></remarks>
[Maturity(Maturity.Theorem, "Verlet 1967; Strang splitting 1968; pairwise thermostats: Shardlow 2003")]
public sealed class PairVerlet
{
    private readonly PairSystem _system;
    private readonly PairDissipation _dissipation;
    private readonly double[] _arms, _lengths, _tension, _forces;
    private readonly int _d;

    /// <summary>Prepares steps of a system.</summary>
    /// <param name="system">Graph, laws and options.</param>
    /// <param name="dimension">D of the states to come.</param>
    public PairVerlet(PairSystem system, int dimension)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        int edges = system.Graph.Edges;
        (_system, _d) = (system, dimension);
        (_arms, _lengths, _tension) = (new double[edges * dimension], new double[edges], new double[edges]);
        _forces = new double[system.Graph.Nodes * dimension];
        _dissipation = new PairDissipation(system, dimension, _arms, _lengths);
    }

    /// <summary>Moves a state by one step, in place.</summary>
    /// <param name="state">A state of the system.</param>
    /// <param name="step">h &gt; 0.</param>
    /// <exception cref="UnusableDataException">Two nodes of an edge are at one place.</exception>
    /// <exception cref="ThermoException">The step is too large: positions or momenta are no longer finite.</exception>
    public StepReport Advance(PairState state, double step)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!(step > 0 && double.IsFinite(step)))
            throw new ArgumentOutOfRangeException(nameof(step), step, "Expected a positive step of time.");
        _system.Check(state);
        _dissipation.Begin();
        Measure(state);
        _dissipation.Apply(state, 0.5 * step, isForward: true);
        Pull();
        Kick(state, 0.5 * step);
        double work = Drift(state, step);
        Measure(state);
        Pull();
        Kick(state, 0.5 * step);
        if (!Array.TrueForAll(state.Positions, double.IsFinite) || !Array.TrueForAll(state.Momenta, double.IsFinite))
            throw new ThermoException($"A Verlet step of {step} leaves what is finite: expected a smaller step, or the exact one.");
        _dissipation.Apply(state, 0.5 * step, isForward: false);
        return new StepReport(1, 1, _dissipation.ClippedShare, work, _dissipation.Heat, _dissipation.EntropyFlow);
    }

    private void Measure(PairState state)
    {
        for (int e = 0; e < _lengths.Length; e++)
            _lengths[e] = _system.Arm(state.Positions, _d, e, _arms.AsSpan(e * _d, _d));
    }

    /// <summary>Forces of the tensions, and those applied from outside.</summary>
    private void Pull()
    {
        ReadOnlySpan<int> from = _system.Graph.From, to = _system.Graph.To;
        _system.Laws.Tension(_system.Graph.Kinds, _lengths, _tension);
        for (int i = 0; i < _forces.Length; i++)
            _forces[i] = _system.Options.AppliedForces?[i] ?? 0;
        for (int e = 0; e < _lengths.Length; e++)
        {
            for (int a = 0; a < _d; a++)
            {
                double pull = _tension[e] * _arms[(e * _d) + a] / _lengths[e];
                _forces[(from[e] * _d) + a] -= pull;
                _forces[(to[e] * _d) + a] += pull;
            }
        }
    }

    private void Kick(PairState state, double time)
    {
        ReadOnlySpan<double> inverse = _system.InverseMasses;
        for (int i = 0; i < _forces.Length; i++)
            state.Momenta[i] += inverse[i / _d] > 0 ? time * _forces[i] : 0;
    }

    /// <summary>Moves the nodes; gives the work of the applied forces.</summary>
    private double Drift(PairState state, double time)
    {
        double work = 0;
        ReadOnlySpan<double> inverse = _system.InverseMasses;
        for (int i = 0; i < _forces.Length; i++)
        {
            double moved = time * inverse[i / _d] * state.Momenta[i];
            state.Positions[i] += moved;
            work += moved * (_system.Options.AppliedForces?[i] ?? 0);
        }

        return work;
    }
}
