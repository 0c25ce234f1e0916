namespace ML.Thermo.Cluster.Monitoring;

/// <summary>What a replica hands over at once. Sent again it is the same, to the last bit.</summary>
[GenerateSerializer]
[Alias("thermo.monitor.handover")]
public sealed record Handover
{
    /// <summary>Who.</summary>
    [Id(0)]
    public required Guid Replica { get; init; }

    /// <summary>1, 2, 3, …; one that only tells the time has the number of the last before it.</summary>
    [Id(1)]
    public required long Sequence { get; init; }

    /// <summary>The replica's clock when this was closed: no row observed before then will come later.</summary>
    [Id(2)]
    public required DateTimeOffset Moment { get; init; }

    /// <summary>Rows, each summary of one window.</summary>
    [Id(3)]
    public required IReadOnlyList<Summary> Summaries { get; init; }

    /// <summary>Labels of rows that any replica has observed.</summary>
    [Id(4)]
    public IReadOnlyList<LateLabel> Labels { get; init; } = [];

    /// <summary>Rows since the last handover that came after their window.</summary>
    [Id(5)]
    public long RowsLate { get; init; }

    /// <summary>Rows since the last handover whose time is not yet.</summary>
    [Id(6)]
    public long RowsAhead { get; init; }

    /// <summary>Rows since the last handover that the replica had to drop, since the cluster was away for too long.</summary>
    [Id(7)]
    public long RowsDropped { get; init; }
}

/// <summary>Rows of one window, as counts and exact sums.</summary>
/// <param name="WindowStart">When their window begins; null of windows by rows.</param>
/// <param name="Rows">How many.</param>
/// <param name="Window">What <see cref="Refresh.DriftWindow.Save"/> wrote.</param>
/// <param name="Waiting">Those of them whose labels come later.</param>
[GenerateSerializer]
[Alias("thermo.monitor.summary")]
public sealed record Summary(
    [property: Id(0)] DateTimeOffset? WindowStart, [property: Id(1)] long Rows, [property: Id(2)] byte[] Window,
    [property: Id(3)] IReadOnlyList<LateRow> Waiting);

/// <summary>A row that waits for its label.</summary>
/// <param name="Id">The first half of the SHA-256 of its id.</param>
/// <param name="Prediction">What the label is compared with.</param>
[GenerateSerializer]
[Alias("thermo.monitor.row")]
public readonly record struct LateRow([property: Id(0)] UInt128 Id, [property: Id(1)] double[] Prediction);

/// <summary>A label that came later.</summary>
/// <param name="Id">The first half of the SHA-256 of its row's id.</param>
/// <param name="Value">The right answer; NaN says that it never comes.</param>
[GenerateSerializer]
[Alias("thermo.monitor.label")]
public readonly record struct LateLabel([property: Id(0)] UInt128 Id, [property: Id(1)] double Value);

/// <summary>What became of a handover.</summary>
public enum HandoverOutcome
{
    /// <summary>It is counted, and written.</summary>
    Counted,

    /// <summary>It was counted before.</summary>
    CountedBefore,

    /// <summary>The monitor does not know the replica: it is to join, and to hand over again.</summary>
    Unknown,

    /// <summary>It cannot be counted, now or later.</summary>
    Refused,
}

/// <summary>The monitor's answer to a handover.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Order">Summaries that the monitor has merged, this handover's included: its place in the recorded order.</param>
/// <param name="Windows">Windows judged so far.</param>
/// <param name="Refusal">Why it is refused; else null.</param>
[GenerateSerializer]
[Alias("thermo.monitor.answer")]
public sealed record HandoverAnswer(
    [property: Id(0)] HandoverOutcome Outcome, [property: Id(1)] long Order, [property: Id(2)] long Windows, [property: Id(3)] string? Refusal);
