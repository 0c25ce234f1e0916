namespace ML.Thermo.Cluster.Monitoring;

/// <summary>What the monitor of a model says, after a window or when it is asked. All numbers are in the state (<see cref="IMonitorGrain.State"/>).</summary>
[GenerateSerializer]
[Alias("thermo.monitor.verdict")]
public sealed record MonitorVerdict
{
    /// <summary>Name of the stream provider and of the streams' namespace; a stream's key is the model's name.</summary>
    public const string Provider = "thermo", StreamNamespace = "thermo.verdicts";

    /// <summary>The model's name.</summary>
    [Id(0)]
    public required string Model { get; init; }

    /// <summary>Rows counted.</summary>
    [Id(1)]
    public long Rows { get; init; }

    /// <summary>Windows judged.</summary>
    [Id(2)]
    public long Windows { get; init; }

    /// <summary>Of windows by event time: when the last one began.</summary>
    [Id(3)]
    public DateTimeOffset? WindowStart { get; init; }

    /// <summary>Time to refresh.</summary>
    [Id(4)]
    public bool Refresh { get; init; }

    /// <summary>p-value of the last window; null before the first, and where it cannot be had.</summary>
    [Id(5)]
    public double? PValue { get; init; }

    /// <summary>Shift of the last window, in standard deviations of one row; null as above.</summary>
    [Id(6)]
    public double? Effect { get; init; }

    /// <summary>ln of the evidence of all windows against "no drift", nats.</summary>
    [Id(7)]
    public double LogEValue { get; init; }

    /// <summary>The last window in one line; empty before the first.</summary>
    [Id(8)]
    public string Summary { get; init; } = "";

    /// <summary>Rows that came after their window, and were left out.</summary>
    [Id(9)]
    public long RowsLate { get; init; }

    /// <summary>Rows whose time was too far ahead of a replica's clock, and were left out.</summary>
    [Id(10)]
    public long RowsAhead { get; init; }

    /// <summary>Rows that replicas dropped, since the cluster was away for too long.</summary>
    [Id(11)]
    public long RowsDropped { get; init; }

    /// <summary>Rows whose label is awaited.</summary>
    [Id(12)]
    public long RowsWaiting { get; init; }

    /// <summary>Labels whose row has not come: it may still.</summary>
    [Id(13)]
    public long LabelsEarly { get; init; }

    /// <summary>Labels for which no row came in time, or outside their domain.</summary>
    [Id(14)]
    public long LabelsUnmatched { get; init; }

    /// <summary>Rows whose id another row had that waits: they are counted, and their label goes to the first.</summary>
    [Id(15)]
    public long IdsDoubled { get; init; }

    /// <summary>Summaries merged: the length of the recorded order.</summary>
    [Id(16)]
    public long Order { get; init; }

    /// <summary>Who hands over.</summary>
    [Id(17)]
    public IReadOnlyList<ReplicaStatus> Replicas { get; init; } = [];
}
