namespace ML.Thermo.Dynamics.Pairs;

/// <summary>States of one system at equal steps of time, with what came in from outside.</summary>
public sealed class PairTrajectory
{
    /// <summary>Takes states.</summary>
    /// <param name="start">Time of the first state.</param>
    /// <param name="step">Time between states, &gt; 0.</param>
    /// <param name="states">The states, in order.</param>
    /// <exception cref="UnusableDataException">The step is not positive, or the states differ in shape.</exception>
    public PairTrajectory(double start, double step, IReadOnlyList<PairState> states)
    {
        ArgumentNullException.ThrowIfNull(states);
        if (!(step > 0 && double.IsFinite(step)))
            throw new UnusableDataException($"Time steps of {step}: expected a positive number.");
        if (states.Count == 0)
            throw new UnusableDataException("A trajectory without states: expected at least one.");
        for (int k = 1; k < states.Count; k++)
        {
            if (states[k].Nodes != states[0].Nodes || states[k].Dimension != states[0].Dimension)
                throw new UnusableDataException($"State {k} has {states[k].Nodes} nodes of {states[k].Dimension} coordinates: expected {states[0].Nodes} " +
                    $"of {states[0].Dimension}.");
        }

        (Start, Step, States) = (start, step, states);
    }

    /// <summary>Time of the first state.</summary>
    public double Start { get; }

    /// <summary>Time between states.</summary>
    public double Step { get; }

    /// <summary>The states.</summary>
    public IReadOnlyList<PairState> States { get; }

    /// <summary>Every second state.</summary>
    internal PairTrajectory Thinned() => new(Start, 2 * Step, [.. States.Where((_, k) => k % 2 == 0)]);
}
