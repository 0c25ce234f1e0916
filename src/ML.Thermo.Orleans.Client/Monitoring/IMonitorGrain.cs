using Orleans.CodeGeneration;

namespace ML.Thermo.Cluster.Monitoring;

/// <summary>The monitor of one model, for all its replicas; its key is the model's name. Replicas speak to it through a <see cref="ClusterMonitor"/>.</summary>
/// <remarks>It merges what replicas hand over, judges windows, and writes its state before it answers. What it answered survives its silo; what is handed
/// over twice is counted once.</remarks>
[Alias("thermo.monitor")]
[Version(1)]
public interface IMonitorGrain : IGrainWithStringKey
{
    /// <summary>A replica begins, and says what it monitors. The first to come sets up the monitor.</summary>
    /// <param name="request">Who, and against which reference.</param>
    [Alias("join")]
    Task<JoinAnswer> Join(JoinRequest request);

    /// <summary>Takes a replica's summaries.</summary>
    /// <param name="handover">With the replica's next number, or again one that was not answered.</param>
    [Alias("take")]
    Task<HandoverAnswer> Take(Handover handover);

    /// <summary>A replica has ended: no window waits for it any more.</summary>
    /// <param name="replica">Which.</param>
    [Alias("leave")]
    Task Leave(Guid replica);

    /// <summary>What the monitor says now.</summary>
    [Alias("read")]
    Task<MonitorVerdict> Read();

    /// <summary>The whole state, which <see cref="Refresh.Monitoring.DriftMonitor.Load"/> reads; null where no replica has ever come.</summary>
    [Alias("state")]
    Task<byte[]?> State();

    /// <summary>After a refresh was looked into: forgets windows and detectors. Counts go on.</summary>
    [Alias("reset")]
    Task Reset();
}
