using ML.Thermo.Dynamics.Pairs;

namespace ML.Thermo.Dynamics.Learning;

/// <summary>A trajectory to learn from, with the graph it ran on.</summary>
/// <param name="Graph">Nodes and edges.</param>
/// <param name="Options">Masses, entropies, what was held or pushed; all of them known.</param>
/// <param name="Trajectory">States at equal steps of time.</param>
public sealed record PairRecord(PairGraph Graph, PairOptions Options, PairTrajectory Trajectory);

/// <summary>How pair laws are learned.</summary>
[Maturity(Maturity.Estimator, "defaults measured on a lattice of eight nodes")]
public sealed record FitOptions
{
    /// <summary>Steps a window of the weak form; 0 takes the strong form, null the weak one with 20 where the trajectories are long enough.</summary>
    public int? Window { get; init; }

    /// <summary>Functions of the basis for φ', ≥ 4.</summary>
    public int TensionFunctions { get; init; } = 10;

    /// <summary>Functions of the basis for γ, ≥ 4, with coefficients ≥ 0.</summary>
    public int FrictionFunctions { get; init; } = 6;

    /// <summary>Increasing functions of the basis for g, ≥ 3, with coefficients ≥ 0.</summary>
    public int FluxFunctions { get; init; } = 6;

    /// <summary>The window that is taken for trajectories of a length: steps, or 0 for the strong form.</summary>
    /// <param name="states">States of the shortest trajectory.</param>
    /// <exception cref="ThermoException">The window asked for does not fit, or is below 4.</exception>
    public int WindowFor(int states)
    {
        if (Window is not { } asked)
            return states > 20 ? 20 : states > 10 ? states - 1 : 0;
        if (asked != 0 && (asked < 4 || asked >= states))
            throw new ThermoException($"A window of {asked} steps: expected 0 (strong form), or from 4 to {states - 1}, for the shortest trajectory has " +
                $"{states} states.");
        return asked;
    }

    internal void Check()
    {
        if (TensionFunctions < 4 || FrictionFunctions < 4 || FluxFunctions < 3)
            throw new ThermoException($"{TensionFunctions}, {FrictionFunctions} and {FluxFunctions} functions of the bases: expected at least 4, 4 and 3.");
    }
}
