using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Cluster.Monitoring;

/// <summary>Choices of a <see cref="ClusterMonitor"/>. Those of <see cref="Monitor"/> and <see cref="ReplicaTimeout"/> are the same in all replicas.</summary>
public sealed record ClusterMonitorOptions
{
    /// <summary>Windows, rule, and what may wait for labels. Its clock is the replica's; its name is not used: instruments carry the model's name.</summary>
    public MonitorOptions Monitor { get; init; } = new();

    /// <summary>What people call this replica. Default the machine's name and the process' number.</summary>
    public string Replica { get; init; } = $"{System.Environment.MachineName}:{System.Environment.ProcessId}";

    /// <summary>How long rows stay here before they are handed over, at most. Default one second.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public TimeSpan HandoverTime { get; init => field = Positive(value, nameof(HandoverTime)); } = TimeSpan.FromSeconds(1);

    /// <summary>How long an answer is waited for; then the same is sent again, perhaps to another silo, and counted once, and twice as long is waited for that,
    /// up to a minute. Default ten seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public TimeSpan ResendTime { get; init => field = Positive(value, nameof(ResendTime)); } = TimeSpan.FromSeconds(10);

    /// <summary>How long windows of event time wait for a replica that is silent: killed, or cut off. Its rows that come after that are late. Default one
    /// minute.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public TimeSpan ReplicaTimeout { get; init => field = Positive(value, nameof(ReplicaTimeout)); } = TimeSpan.FromMinutes(1);

    /// <summary>Most summaries of windows by rows that wait while the cluster is away; rows beyond are dropped and counted. Default 10,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public int MostSummaries
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(MostSummaries), value, "Expected a positive number.");
    } = 10_000;

    private static TimeSpan Positive(TimeSpan value, string name) =>
        value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(name, value, "Expected a positive time.");
}
