namespace ML.Thermo.Soak;

/// <summary>What a run of kills came to.</summary>
/// <param name="SiloKills">Silos that were killed.</param>
/// <param name="ReplicaKills">Replicas that were killed.</param>
/// <param name="RedisKills">Kills of Redis.</param>
/// <param name="TogetherKills">Kills of all silos at once, after which one comes back at another address.</param>
/// <param name="SiloEnds">Silos that ended by themselves, since Redis was away for too long; they are started again.</param>
/// <param name="Replicas">Processes that have observed rows.</param>
/// <param name="Acknowledged">Rows that were acknowledged to a replica.</param>
/// <param name="Counted">Rows that the monitors have, late ones included.</param>
/// <param name="Late">Of these, rows whose window was closed without them: their replica was silent for too long.</param>
/// <param name="Lost">Acknowledged rows that no monitor has.</param>
/// <param name="Twice">Rows that a monitor has more often than they were observed.</param>
/// <param name="Unfinished">Replicas that could not hand over their last rows in the end.</param>
/// <param name="Slowest">Longest time until rows were acknowledged again.</param>
public sealed record KillCounts(
    int SiloKills, int ReplicaKills, int RedisKills, int TogetherKills, int SiloEnds, int Replicas, long Acknowledged, long Counted, long Late, long Lost, long Twice,
    int Unfinished, TimeSpan Slowest)
{
    /// <summary>Nothing is wrong.</summary>
    public bool IsClean => Lost == 0 && Twice == 0 && Unfinished == 0;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"{SiloKills + ReplicaKills + RedisKills + TogetherKills} kills ({SiloKills} of silos, {ReplicaKills} of replicas, {RedisKills} of ")
        + FormattableString.Invariant($"Redis, {TogetherKills} of all silos at once; {SiloEnds} silos ended ")
        + FormattableString.Invariant($"by themselves): {Acknowledged:N0} rows acknowledged to {Replicas} replicas, {Counted:N0} counted ")
        + FormattableString.Invariant($"({Late:N0} of them late); ")
        + FormattableString.Invariant($"acknowledged rows lost: {Lost}, rows counted twice: {Twice}, replicas that did not end well: {Unfinished}; ")
        + FormattableString.Invariant($"rows were acknowledged again after {Slowest.TotalSeconds:F0} s at most");
}
