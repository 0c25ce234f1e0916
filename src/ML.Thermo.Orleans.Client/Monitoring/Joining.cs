namespace ML.Thermo.Cluster.Monitoring;

/// <summary>A replica begins.</summary>
/// <param name="Replica">A number of its own for every start of a process.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Moment">Its clock.</param>
/// <param name="Sequence">Number of the last handover that it made, 0 at first.</param>
/// <param name="Until">All its rows until then, by its clock, have been handed over.</param>
/// <param name="Setup">What it monitors.</param>
[GenerateSerializer]
[Alias("thermo.monitor.join")]
public sealed record JoinRequest(
    [property: Id(0)] Guid Replica, [property: Id(1)] string Name, [property: Id(2)] DateTimeOffset Moment, [property: Id(3)] long Sequence,
    [property: Id(4)] DateTimeOffset Until, [property: Id(5)] MonitorSetup Setup);

/// <summary>What the monitor says of it.</summary>
/// <param name="Refusal">Why the replica may not take part; null where it may.</param>
/// <param name="Moment">The silo's clock.</param>
[GenerateSerializer]
[Alias("thermo.monitor.joined")]
public sealed record JoinAnswer([property: Id(0)] string? Refusal, [property: Id(1)] DateTimeOffset Moment);

/// <summary>A replica, as the monitor knows it.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Replica">Its number.</param>
/// <param name="Sequence">Number of its last handover that was counted.</param>
/// <param name="Rows">Its rows that were counted.</param>
/// <param name="Seen">When it was last heard of, by the silo's clock.</param>
/// <param name="ClockAhead">How far its clock was ahead of the silo's then, the way included.</param>
/// <param name="IsAwaited">Whether windows of event time wait for it; not after it left, or was silent for longer than the timeout.</param>
[GenerateSerializer]
[Alias("thermo.monitor.replica")]
public sealed record ReplicaStatus(
    [property: Id(0)] string Name, [property: Id(1)] Guid Replica, [property: Id(2)] long Sequence, [property: Id(3)] long Rows,
    [property: Id(4)] DateTimeOffset Seen, [property: Id(5)] TimeSpan ClockAhead, [property: Id(6)] bool IsAwaited);
