using Orleans.Runtime;

namespace ML.Thermo.Cluster.Sharing;

/// <summary>A silo that does work.</summary>
/// <param name="Name">Its address.</param>
/// <param name="Key">Calls to this key come to it.</param>
/// <param name="Slots">Pieces that it works on at once.</param>
internal sealed record FoundSilo(string Name, long Key, int Slots);

/// <summary>Finds the silos of a cluster through keys that lead to them.</summary>
/// <remarks>Orleans' client has keys go by whichever gateway it was connected to when they were first used, and does not think them over when another gateway
/// comes back. So every key is used for one search: a silo that was slow to start would be left out for ever otherwise.</remarks>
/// <param name="cluster">A connected client.</param>
internal sealed class SiloSearch(IGrainFactory cluster)
{
    private const int KeysASilo = 32;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5), s_givesUp = TimeSpan.FromMinutes(2);
    private long _key = Random.Shared.NextInt64(long.MaxValue / 2); // of other clients' keys it only matters that they are others

    /// <summary>A key that may lead anywhere.</summary>
    public long NextKey() => Interlocked.Increment(ref _key);

    /// <summary>The silos of the cluster, tried again for a while until one answers.</summary>
    /// <exception cref="ClusterException">None does.</exception>
    public async Task<IReadOnlyList<FoundSilo>> FirstAsync(CancellationToken cancellationToken)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            Exception? error = null;
            try
            {
                if (await OthersAsync(new HashSet<string>(), cancellationToken).ConfigureAwait(false) is { Count: > 0 } found)
                    return found;
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                error = failure;
            }

            TimeSpan elapsed = TimeProvider.System.GetElapsedTime(start);
            if (elapsed > s_givesUp)
            {
                throw error is null ? new ClusterException($"No silo of the cluster has answered within {elapsed}.")
                    : new ClusterException($"The cluster does not answer within {elapsed}: {ClusterException.Line(error)}", error);
            }

            await Task.Delay(100, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The silos that are not known yet. One that does not answer soon is left out.</summary>
    public async Task<IReadOnlyList<FoundSilo>> OthersAsync(IReadOnlySet<string> known, CancellationToken cancellationToken)
    {
        long start = TimeProvider.System.GetTimestamp();
        Dictionary<SiloAddress, SiloStatus> hosts = await cluster.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true, cancellationToken)
            .WaitAsync(s_patience, cancellationToken).ConfigureAwait(false);
        var missing = hosts.Keys.Select(silo => silo.ToString()).Where(silo => !known.Contains(silo)).ToHashSet(StringComparer.Ordinal);
        List<FoundSilo> found = [];
        for (int left = KeysASilo * hosts.Count; missing.Count > 0 && left > 0 && TimeProvider.System.GetElapsedTime(start) < s_patience; left--)
        {
            long key = NextKey();
            try
            {
                WorkerPlace place = await cluster.GetGrain<IWorkGrain>(key).Place().WaitAsync(s_patience, cancellationToken).ConfigureAwait(false);
                if (missing.Remove(place.Silo))
                    found.Add(new(place.Silo, key, place.Slots));
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // a silo that is ending, or one that does not do such work: another key
            }
        }

        return found;
    }
}
