namespace ML.Thermo.Report.Dynamics;

/// <summary>What a page on trajectories shows: the two laws along time, learned functions, a lattice in motion; each where there is one.</summary>
public sealed record DynamicsFindings : Findings
{
    /// <summary>What was looked at.</summary>
    public required string Subject { get; init; }

    /// <summary>How much of it, in a line.</summary>
    public required string Subtitle { get; init; }

    /// <summary>The findings in sentences.</summary>
    public required IReadOnlyList<string> Sentences { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Summary => Sentences;

    /// <summary>What must be known before.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Audited trajectories.</summary>
    public IReadOnlyList<LawSeries> Laws { get; init; } = [];

    /// <summary>Learned functions.</summary>
    public IReadOnlyList<LearnedFunction> Functions { get; init; } = [];

    /// <summary>Errors of models against what happened.</summary>
    public IReadOnlyList<ErrorCurve> Errors { get; init; } = [];

    /// <summary>Nodes that move, or null.</summary>
    public LatticeMotion? Lattice { get; init; }

    internal override PageContent ToPage() => DynamicsPage.Of(this);
}

/// <summary>An audited trajectory as curves.</summary>
/// <param name="Name">Its name; empty where there is one only.</param>
/// <param name="PartNames">Names of the energies.</param>
/// <param name="Times">Times of the rows shown.</param>
/// <param name="Parts">The energies, one list a part.</param>
/// <param name="Residual">R, what is missing in the energy balance.</param>
/// <param name="Entropy">D, what must not fall, less its first value.</param>
/// <param name="Isotonic">The nearest series that does not fall.</param>
/// <param name="Class">The class of the residual; empty where it is not tested.</param>
/// <param name="Verdict">The verdict in words.</param>
/// <param name="RowsEach">Rows of the data for each row shown.</param>
public sealed record LawSeries(
    string Name, IReadOnlyList<string> PartNames, IReadOnlyList<double> Times, IReadOnlyList<IReadOnlyList<double>> Parts, IReadOnlyList<double> Residual,
    IReadOnlyList<double> Entropy, IReadOnlyList<double> Isotonic, string Class, string Verdict, long RowsEach);

/// <summary>How far a model's future is from what happened, along time: root mean squares over nodes and coordinates.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Times">Times since the start.</param>
/// <param name="Positions">Error of q, length.</param>
/// <param name="Momenta">Error of p.</param>
/// <param name="InternalEnergies">Error of u, energy.</param>
public sealed record ErrorCurve(
    string Model, IReadOnlyList<double> Times, IReadOnlyList<double> Positions, IReadOnlyList<double> Momenta, IReadOnlyList<double> InternalEnergies);

/// <summary>A learned function with its band.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Axis">Name of its variable.</param>
/// <param name="Places">Where it is shown.</param>
/// <param name="Values">Its values.</param>
/// <param name="Errors">Standard errors.</param>
/// <param name="Bias">Estimated bias of sampling in time; not finite where unknown.</param>
public sealed record LearnedFunction(
    string Name, string Axis, IReadOnlyList<double> Places, IReadOnlyList<double> Values, IReadOnlyList<double> Errors, IReadOnlyList<double> Bias);

/// <summary>Nodes and edges along time, in the first two coordinates.</summary>
/// <param name="Edges">Pairs of nodes.</param>
/// <param name="Times">Times of the frames.</param>
/// <param name="Positions">For each frame x and y of each node.</param>
/// <param name="Temperatures">For each frame the temperature of each node.</param>
public sealed record LatticeMotion(
    IReadOnlyList<IReadOnlyList<int>> Edges, IReadOnlyList<double> Times, IReadOnlyList<IReadOnlyList<double>> Positions,
        IReadOnlyList<IReadOnlyList<double>> Temperatures);
