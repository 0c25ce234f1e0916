namespace ML.Thermo.Dynamics.Pairs;

/// <summary>
/// The exact step of a <see cref="PairSystem"/>: energy, momentum and angular momentum to round-off, entropy never falling, for every step size and
/// all laws.</summary>
/// <remarks>
/// <para>With bars for means of the old and the new state: the conservative force is −[φ(r') − φ(r)]/(r' − r) · (x + x')/(r + r'), friction −γ(|x̄|)
/// v̄ n̄ with heat
/// ½ γ v̄² at both ends, and heat flows by the temperatures (u' − u)/(s(u') − s(u)). Second order. Solved by iteration from an extrapolation of the
/// last steps; a
/// step that does not settle is halved, which breaks no law.</para>
/// <para>One instance serves one thread.</para>
/// <para>The laws hold for the solution of the equations.</para></remarks>
[Maturity(Maturity.Theorem, "a discrete gradient for each edge")]
public sealed class PairStep
{
    private const int MostIterations = 60, MostHalvings = 12;
    private readonly PairSystem _system;
    private readonly PairWork _work;
    private readonly StepHistory _history;

    /// <summary>Prepares steps of a system.</summary>
    /// <param name="system">Graph, laws and options.</param>
    /// <param name="dimension">D of the states to come.</param>
    public PairStep(PairSystem system, int dimension)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        _system = system;
        _work = new PairWork(system, dimension);
        _history = new StepHistory(system.Graph.Nodes, dimension);
    }

    /// <summary>Moves a state by one step, in place.</summary>
    /// <param name="state">A state of the system.</param>
    /// <param name="step">h &gt; 0.</param>
    /// <exception cref="UnusableDataException">Two nodes of an edge are at one place.</exception>
    /// <exception cref="ThermoException">The step does not settle, even in 4,096 parts: the laws are not finite or far too stiff for it.</exception>
    public StepReport Advance(PairState state, double step)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!(step > 0 && double.IsFinite(step)))
            throw new ArgumentOutOfRangeException(nameof(step), step, "Expected a positive step of time.");
        _system.Check(state);
        return Advance(state, step, 0);
    }

    private StepReport Advance(PairState state, double step, int halvings)
    {
        _work.Begin(state);
        _history.Guess(state, step, _work);
        double before = double.PositiveInfinity;
        for (int iteration = 1; iteration <= MostIterations; iteration++)
        {
            double change = _work.Iterate(step);
            // The change to come shrinks as this one did; energy errs by about that change times force times h.
            if (change < 2e-16 || (change < 1e-12 && (change >= 0.5 * before || change * change < 4e-17 * before)))
            {
                StepReport report = _work.Finish(state, step, iteration);
                _history.Keep(state);
                return report;
            }

            if (!double.IsFinite(change) || (iteration > 12 && change > 0.9 * before))
                break;
            before = change;
        }

        if (halvings == MostHalvings)
            throw new ThermoException($"A step of {step} does not settle: the laws are not finite there, or change too fast for a step of this size.");
        _history.Forget();
        StepReport first = Advance(state, 0.5 * step, halvings + 1);
        return first.Then(Advance(state, 0.5 * step, halvings + 1));
    }
}

/// <summary>How a step was made, and what the rest of the world put in.</summary>
/// <param name="Iterations">Evaluations of the laws.</param>
/// <param name="Parts">1, or the number of parts into which the step was cut.</param>
/// <param name="ClippedShare">Share of the values of γ and J that had the wrong sign and were taken for zero.</param>
/// <param name="Work">Work of applied forces.</param>
/// <param name="Heat">Heat received from nodes held at a temperature.</param>
/// <param name="EntropyFlow">Σ ΔQ/T of those nodes, nats.</param>
[Maturity(Maturity.Theorem, "balances")]
public readonly record struct StepReport(int Iterations, int Parts, double ClippedShare, double Work, double Heat, double EntropyFlow)
{
    internal StepReport Then(StepReport next)
    {
        int parts = Parts + next.Parts;
        return new(Iterations + next.Iterations, parts, ((ClippedShare * Parts) + (next.ClippedShare * next.Parts)) / parts, Work + next.Work, Heat
            + next.Heat, EntropyFlow + next.EntropyFlow);
    }
}
