namespace ML.Thermo.Cluster.Monitoring;

/// <summary>What became of the rows of one replica.</summary>
/// <param name="Rows">Observed, and not late, ahead or dropped.</param>
/// <param name="RowsAcknowledged">Of these: counted by the monitor and written to its store.</param>
/// <param name="RowsLate">Rows that came after their window, and were left out.</param>
/// <param name="RowsAhead">Rows whose time was too far ahead of the clock, and were left out.</param>
/// <param name="RowsDropped">Rows for which there was no room while the cluster was away.</param>
/// <param name="Handovers">That were acknowledged.</param>
/// <param name="LastError">Why the last handover was not; null where it was.</param>
public sealed record ReplicaCounts(
    long Rows, long RowsAcknowledged, long RowsLate, long RowsAhead, long RowsDropped, long Handovers, string? LastError)
{
    /// <summary>Rows that are still here.</summary>
    public long RowsPending => Rows - RowsAcknowledged;
}
