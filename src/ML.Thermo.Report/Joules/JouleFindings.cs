namespace ML.Thermo.Report.Joules;

/// <summary>Joules of one thing, or why there are none.</summary>
/// <param name="Name">A component, a model, a share.</param>
/// <param name="Joules">J, or J per unit; NaN where there is no number.</param>
/// <param name="Status"><c>Measured</c>, <c>Estimated</c>, <c>Unavailable</c>, …: whether the number was read from the machine.</param>
/// <param name="Source">Where it was read.</param>
/// <param name="Reason">Why there is no number, or what to mind; may be empty.</param>
[Maturity(Maturity.Estimator)]
public sealed record JouleEntry(string Name, Estimate Joules, string Status, string Source, string Reason);

/// <summary>One setting that a tuner tried.</summary>
/// <param name="Name">Knobs and values.</param>
/// <param name="Seconds">Mean time of a run, s.</param>
/// <param name="Joules">Mean energy of a run, J.</param>
/// <param name="Runs">How many runs.</param>
/// <param name="IsPareto">Whether no other is at least as good in both.</param>
/// <param name="IsChosen">Whether it is the choice.</param>
/// <param name="WasDropped">Whether it got no more runs because it could not win.</param>
[Maturity(Maturity.Estimator)]
public sealed record JouleSetting(string Name, Estimate Seconds, Estimate Joules, int Runs, bool IsPareto, bool IsChosen, bool WasDropped);

/// <summary>What work cost in joules: a bill by component, power over time, settings that were tried, prices of a nat.</summary>
[Maturity(Maturity.Estimator)]
public sealed record JouleFindings : Findings
{
    /// <summary>What ran, for the page's title.</summary>
    public required string Subject { get; init; }

    /// <summary>s that it took.</summary>
    public required double Seconds { get; init; }

    /// <summary>The total; null where only settings were compared.</summary>
    public JouleEntry? Total { get; init; }

    /// <summary>Whether a part of the machine has no number.</summary>
    public bool IsLowerBound { get; init; }

    /// <summary>The components, with and without a number.</summary>
    public IReadOnlyList<JouleEntry> Components { get; init; } = [];

    /// <summary>The share of the command; null where it was not asked for.</summary>
    public JouleEntry? Process { get; init; }

    /// <summary>J of a prediction; null where it was not asked for.</summary>
    public JouleEntry? PerPrediction { get; init; }

    /// <summary>s since the start, and mean W since the point before.</summary>
    public IReadOnlyList<(double Seconds, double Watts)> Power { get; init; } = [];

    /// <summary>Settings that a tuner tried.</summary>
    public IReadOnlyList<JouleSetting> Settings { get; init; } = [];

    /// <summary>η of the tuner's cost.</summary>
    public double Eta { get; init; } = 0.5;

    /// <summary>The slowdown that was allowed; null where the cost was weighted.</summary>
    public double? Slowdown { get; init; }

    /// <summary>P_max of the tuner's cost, W.</summary>
    public double MaximumWatts { get; init; }

    /// <summary>J/nat of models, to compare where energy and entropy are defined alike.</summary>
    public IReadOnlyList<JouleEntry> Models { get; init; } = [];

    /// <summary>The bill and the choice in a sentence each.</summary>
    public override IReadOnlyList<string> Summary => [.. JoulePage.Summary(this)];

    internal override PageContent ToPage() => JoulePage.Of(this);
}
