using ML.Thermo.Dynamics.Audit;

namespace ML.Thermo.Dynamics.Pairs;

/// <summary>How a roll-out makes its steps.</summary>
public enum PairScheme
{
    /// <summary><see cref="PairStep"/>: both laws to round-off, for any step.</summary>
    Exact,

    /// <summary><see cref="PairVerlet"/>: a few times faster, entropy never falls, energy within bounds while the step resolves the springs.</summary>
    Verlet,
}

/// <summary>A system's future from one state, with its own audit.</summary>
/// <param name="Trajectory">The states, the first one included.</param>
/// <param name="Balances">Energies and entropy of each state.</param>
/// <param name="Works">Work received until each state.</param>
/// <param name="Heats">Heat received until each state.</param>
/// <param name="EntropyFlows">Entropy received with the heat until each state, nats.</param>
/// <param name="Iterations">Mean number of evaluations of the laws a step.</param>
/// <param name="ClippedShare">Share of γ and J that had the wrong sign and were taken for zero.</param>
/// <param name="OutOfRangeShare">Share of distances at which the laws are extrapolated.</param>
[Maturity(Maturity.Theorem, "steps of one scheme, repeated")]
public sealed record RollOut(
    PairTrajectory Trajectory, IReadOnlyList<PairBalance> Balances, IReadOnlyList<double> Works, IReadOnlyList<double> Heats,
        IReadOnlyList<double> EntropyFlows,
    double Iterations, double ClippedShare, double OutOfRangeShare)
{
    /// <summary>max |E − E₀ − W − Q| along the roll-out.</summary>
    public double MaxResidual => Enumerable.Range(0, Balances.Count).Max(k => Math.Abs(Balances[k].Energy - Balances[0].Energy - Works[k] - Heats[k]));

    /// <summary>The least rise of S − Σ ΔQ/T over one step; ≥ 0 but for rounding.</summary>
    public double LeastEntropyStep => Enumerable.Range(1, Balances.Count - 1).Min(k =>
        Balances[k].Entropy - Balances[k - 1].Entropy - (EntropyFlows[k] - EntropyFlows[k - 1]));

    /// <summary>Whether every distance lay where the laws are known.</summary>
    public Status Status => OutOfRangeShare > 0 ? Status.OutOfRange : Status.Defined;

    /// <summary>Makes steps.</summary>
    /// <param name="system">Graph, laws and options.</param>
    /// <param name="start">The first state; it is not changed.</param>
    /// <param name="step">h &gt; 0.</param>
    /// <param name="steps">How many, ≥ 1.</param>
    /// <param name="scheme">The kind of step.</param>
    /// <param name="progress">Receives the share of steps made.</param>
    /// <param name="cancellation">Stops between steps.</param>
    public static RollOut Of(
        PairSystem system, PairState start, double step, int steps, PairScheme scheme = PairScheme.Exact, IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        Func<PairState, double, StepReport> advance = scheme switch
        {
            PairScheme.Exact => new PairStep(system, start.Dimension).Advance,
            PairScheme.Verlet => new PairVerlet(system, start.Dimension).Advance,
            _ => throw new ArgumentOutOfRangeException(nameof(scheme), scheme, "Expected Exact or Verlet."),
        };
        PairState state = start.Copy();
        List<PairState> states = [start.Copy()];
        List<PairBalance> balances = [system.Balance(state)];
        List<double> works = [0], heats = [0], flows = [0];
        double iterations = 0, clipped = 0, outside = 0, arm = 0;
        double[] direction = new double[start.Dimension];
        for (int k = 1; k <= steps; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            StepReport report = advance(state, step);
            iterations += report.Iterations;
            clipped += report.ClippedShare;
            for (int e = 0; e < system.Graph.Edges; e++)
            {
                arm = system.Arm(state.Positions, start.Dimension, e, direction);
                outside += system.Laws.Covers(system.Graph.Kinds[e], arm) ? 0 : 1;
            }

            states.Add(state.Copy());
            balances.Add(system.Balance(state));
            works.Add(works[^1] + report.Work);
            heats.Add(heats[^1] + report.Heat);
            flows.Add(flows[^1] + report.EntropyFlow);
            progress?.Report((double)k / steps);
        }

        double distances = Math.Max(1, (double)steps * system.Graph.Edges);
        return new RollOut(new PairTrajectory(0, step, states), balances, works, heats, flows, iterations / steps, clipped / steps, outside / distances);
    }

    /// <summary>The two laws along the roll-out, as numbers of a program.</summary>
    public LawReport Audit()
    {
        bool isOpen = Heats.Any(heat => heat != 0) || Works.Any(work => work != 0);
        var audit = new LawAudit(new AuditOptions { Noise = AuditNoise.None, Setting = isOpen ? AuditSetting.Open : AuditSetting.Isolated });
        for (int k = 0; k < Balances.Count; k++)
        {
            PairBalance balance = Balances[k];
            // Entropy that came with heat is taken off here, so that nodes held at several temperatures need no common one.
            audit.Add(Trajectory.Start + (k * Trajectory.Step), [balance.Kinetic, balance.Potential, balance.Internal], balance.Entropy - EntropyFlows[k],
                Works[k] + Heats[k], 0, 1);
        }

        return audit.Report();
    }
}
