using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using ML.Thermo.Sharing;
using Orleans.Runtime;

namespace ML.Thermo.Cluster.Sharing;

/// <summary>
/// The silos of a cluster as workers: <c>new NetworkAnalysisOptions { Workers = new ClusterWorkers(client) }</c>, and alike for scans and compressions. Each
/// piece of work depends on its number alone, so the results are those of one machine to the last digit, whoever does which piece and however often.</summary>
/// <remarks>
/// <para>Ranges of about a second go out, one a thread of each silo and one more that waits there. Models and rows travel once, by their hash, and stay in each
/// silo's memory. A range whose silo does not answer is done again by another.</para>
/// <para>To the last digit on equal processors: ONNX Runtime chooses its kernels by the instructions that a processor has, and sums in another order may
/// differ in the last digits of a 32-bit output.</para>
/// </remarks>
/// <param name="cluster">A connected client.</param>
public sealed class ClusterWorkers(IGrainFactory cluster) : IWorkers
{
    private const int MostInPart = 1 << 20, MostKeys = 32, LongestPause = 20, MostMissed = 20;
    private static readonly TimeSpan s_range = TimeSpan.FromSeconds(1), s_patience = TimeSpan.FromSeconds(20), s_longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_givesUp = TimeSpan.FromMinutes(2), s_search = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, long> _bySilo = new(StringComparer.Ordinal);

    /// <summary>How long a range is waited for before another silo does it again; twice as long after each time that this was too short. Default 20
    /// seconds.</summary>
    public TimeSpan Patience { get; init; } = s_patience;

    /// <summary>Pieces done so far, by silo.</summary>
    public IReadOnlyDictionary<string, long> BySilo => _bySilo;

    /// <summary>Ranges that were done again, since their silo did not answer.</summary>
    public long Repeated => Interlocked.Read(ref _repeated);

    private long _repeated;

    /// <inheritdoc/>
    public void Do(SharedWork work, long first, int count, Action<MadePieces> made, CancellationToken cancellationToken) =>
        Task.Run(() => DoAsync(work, first, count, made, cancellationToken), cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Do"/>
    /// <exception cref="ClusterException">No silo answers, or none can do the pieces.</exception>
    public async Task DoAsync(SharedWork work, long first, int count, Action<MadePieces> made, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(made);
        var job = WorkJob.Of(work);
        (long[] lanes, int slots) = await LanesAsync(cancellationToken).ConfigureAwait(false);
        var ranges = new Ranges(count, slots, s_range, TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ExceptionDispatchInfo? failure = null;
        await Task.WhenAll(lanes.Select(LaneAsync)).ConfigureAwait(false);
        failure?.Throw();
        cancellationToken.ThrowIfCancellationRequested();

        async Task LaneAsync(long key)
        {
            var lane = new Lane(key);
            try
            {
                while (await ranges.NextAsync(stop.Token).ConfigureAwait(false) is var (start, length) && length > 0)
                    await RangeAsync(lane, start, length).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // another lane has failed, or the caller has had enough
            }
            catch (Exception error)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(error), null);
                await stop.CancelAsync().ConfigureAwait(false);
            }
        }

        async Task RangeAsync(Lane lane, int start, int length)
        {
            WorkAnswer answer;
            try
            {
                answer = await cluster.GetGrain<IWorkGrain>(lane.Key).Do(job, first + start, length).WaitAsync(Patience * lane.Longer, stop.Token)
                    .ConfigureAwait(false);
                if (answer.Missing is { } missing)
                {
                    if (++lane.Missed > MostMissed)
                    {
                        throw new ClusterException(
                            $"Silo {answer.Silo} does not get {missing} from the cluster, though it was put there {lane.Missed} times.");
                    }

                    await PutAsync(work.Files.First(file => file.Hash == missing), stop.Token).ConfigureAwait(false);
                    ranges.Again(start, length);
                    return;
                }
            }
            catch (Exception error) when (error is not ClusterException && !stop.IsCancellationRequested)
            {
                ranges.Again(start, length);
                Interlocked.Increment(ref _repeated);
                if (error is TimeoutException && Patience * lane.Longer < s_longest)
                    lane.Longer *= 2;
                if (ranges.Idle > s_givesUp + (Patience * lane.Longer))
                    throw new ClusterException($"No silo has done a piece of the work for {ranges.Idle:c}: {ClusterException.Line(error)}", error);
                lane.Key += MostKeys; // by another gateway, perhaps to another silo
                lane.Failures = Math.Min(lane.Failures + 1, LongestPause);
                await Task.Delay(TimeSpan.FromMilliseconds(100 * lane.Failures), stop.Token).ConfigureAwait(false);
                return;
            }

            if (answer.Refusal is { } refusal)
                throw new ClusterException($"Silo {answer.Silo} cannot do the work: {refusal}");
            made(new(first + start, answer.Made, answer.Results!));
            _bySilo.AddOrUpdate(answer.Silo, answer.Made, (_, before) => before + answer.Made);
            ranges.Done(answer.Made);
            if (answer.Made < length)
                ranges.Again(start + answer.Made, length - answer.Made); // it took longer than expected
            (lane.Failures, lane.Missed) = (0, 0);
        }
    }

    /// <summary>Keys of workers, one for each range under way at once: as many of a silo as it works on at once, and one more that waits there. A silo that
    /// does not answer soon is left out.</summary>
    private async Task<(long[] Lanes, int Slots)> LanesAsync(CancellationToken cancellationToken)
    {
        long start = TimeProvider.System.GetTimestamp();
        var found = new Dictionary<string, (long Key, int Slots)>(StringComparer.Ordinal);
        int silos = 1;
        for (long key = 0; ; key++)
        {
            TimeSpan elapsed = TimeProvider.System.GetElapsedTime(start);
            if (found.Count >= Math.Max(silos, 1) || (found.Count > 0 && (elapsed > s_search || key >= MostKeys * silos)))
                return ([.. found.Values.SelectMany(of => Enumerable.Repeat(of.Key, of.Slots + 1))], found.Values.Sum(of => of.Slots));
            try
            {
                if (key == 0)
                {
                    silos = (await cluster.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true, cancellationToken)
                        .WaitAsync(s_search, cancellationToken).ConfigureAwait(false)).Count;
                }

                WorkerPlace place = await cluster.GetGrain<IWorkGrain>(key).Place().WaitAsync(s_search, cancellationToken).ConfigureAwait(false);
                found.TryAdd(place.Silo, (key, place.Slots));
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                if (elapsed > s_givesUp)
                    throw new ClusterException($"The cluster does not answer within {elapsed}: {ClusterException.Line(error)}", error);
                key -= key == 0 ? 1 : 0;
                await Task.Delay(100, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task PutAsync(SharedFile file, CancellationToken cancellationToken)
    {
        IBlobGrain blob = cluster.GetGrain<IBlobGrain>(file.Hash);
        if (await blob.Length().WaitAsync(s_patience, cancellationToken).ConfigureAwait(false) is not null)
            return;
        byte[] bytes = file.Read();
        for (int offset = 0; offset < bytes.Length; offset += MostInPart)
        {
            await blob.Put(offset, bytes.Length, bytes[offset..Math.Min(bytes.Length, offset + MostInPart)]).WaitAsync(s_patience, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>One of the callers that are under way at once.</summary>
    private sealed class Lane(long key)
    {
        /// <summary>Leads to a silo.</summary>
        public long Key { get; set; } = key;

        /// <summary>Patience, in times of what it was at first.</summary>
        public int Longer { get; set; } = 1;

        /// <summary>Ranges that failed, one after another.</summary>
        public int Failures { get; set; }

        /// <summary>Times that something was missing, one after another.</summary>
        public int Missed { get; set; }
    }
}
