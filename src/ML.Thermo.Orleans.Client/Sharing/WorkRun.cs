using System.Runtime.ExceptionServices;
using ML.Thermo.Sharing;

namespace ML.Thermo.Cluster.Sharing;

/// <summary>Pieces of work that a caller waits for: lanes hand ranges to silos and take the answers, as many a silo as it works on at once, and one more that
/// waits there. Silos that come later are found and given lanes; a lane whose silo is gone goes to another, or ends where there are enough.</summary>
/// <param name="cluster">A connected client.</param>
/// <param name="work">What they are pieces of.</param>
/// <param name="first">Number of the first piece.</param>
/// <param name="count">How many.</param>
/// <param name="patience">How long a range is waited for, at first.</param>
internal sealed class WorkRun(IGrainFactory cluster, SharedWork work, long first, int count, TimeSpan patience) : IDisposable
{
    private const int MostInPart = 1 << 20, LongestPause = 20, MostMissed = 20;
    private static readonly TimeSpan s_range = TimeSpan.FromSeconds(1), s_patience = TimeSpan.FromSeconds(20), s_longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_givesUp = TimeSpan.FromMinutes(2), s_look = TimeSpan.FromSeconds(5), s_rarely = TimeSpan.FromMinutes(1);
    private readonly SiloSearch _search = new(cluster);
    private readonly WorkJob _job = WorkJob.Of(work);
    private readonly Ranges _ranges = new(count, 1, s_range, TimeProvider.System, work.Neighbours);
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, int> _lanes = new(StringComparer.Ordinal), _slots = new(StringComparer.Ordinal); // by silo; guarded by _lanes
    private readonly Dictionary<string, Task> _puts = new(StringComparer.Ordinal); // by hash
    private ExceptionDispatchInfo? _failure;

    /// <summary>Receives what was made.</summary>
    public required Action<MadePieces> Made { get; init; }

    /// <summary>Receives who made how many pieces.</summary>
    public required Action<string, int> By { get; init; }

    /// <summary>Told of a range that is done again, since its silo did not answer.</summary>
    public required Action Repeats { get; init; }

    /// <summary>Works until all pieces are made.</summary>
    /// <exception cref="ClusterException">No silo answers, or none can do the pieces.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration ends = cancellationToken.Register(_stop.Cancel);
        List<Task> lanes = [.. Lanes(await _search.FirstAsync(cancellationToken).ConfigureAwait(false))];
        using (var done = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token))
        {
            Task all = Task.WhenAll(lanes);
            TimeSpan pause = s_look;
            while (await Task.WhenAny(all, Task.Delay(pause, done.Token)).ConfigureAwait(false) != all && !_stop.IsCancellationRequested)
            {
                Task<IReadOnlyList<FoundSilo>> others = OthersAsync(done.Token);
                if (await Task.WhenAny(all, others).ConfigureAwait(false) == all)
                    break;
                IReadOnlyList<FoundSilo> found = await others.ConfigureAwait(false);
                lanes.AddRange(Lanes(found));
                all = Task.WhenAll(lanes);
                pause = found.Count > 0 ? s_look : pause * 2 < s_rarely ? pause * 2 : s_rarely;
            }

            await all.ConfigureAwait(false);
            await done.CancelAsync().ConfigureAwait(false);
        }

        _failure?.Throw();
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private async Task<IReadOnlyList<FoundSilo>> OthersAsync(CancellationToken cancellationToken)
    {
        HashSet<string> known;
        lock (_lanes)
            known = [.. _lanes.Keys.Where(_slots.ContainsKey)];
        try
        {
            return await _search.OthersAsync(known, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return []; // whether the cluster answers is found out by those who work
        }
    }

    /// <summary>Lanes to new silos.</summary>
    private List<Task> Lanes(IReadOnlyList<FoundSilo> found)
    {
        List<Lane> lanes = [];
        lock (_lanes)
        {
            foreach (FoundSilo silo in found)
            {
                _slots[silo.Name] = silo.Slots;
                for (int there = _lanes.GetValueOrDefault(silo.Name); there <= silo.Slots; there++)
                    lanes.Add(new(silo.Name, silo.Key));
                _lanes[silo.Name] = Math.Max(_lanes.GetValueOrDefault(silo.Name), silo.Slots + 1);
            }

            Count();
        }

        return [.. lanes.Select(LaneAsync)];
    }

    private async Task LaneAsync(Lane lane)
    {
        try
        {
            while (await _ranges.NextAsync(_stop.Token).ConfigureAwait(false) is var (start, length) && length > 0)
            {
                if (!await RangeAsync(lane, start, length).ConfigureAwait(false))
                    return;
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // another lane has failed, or the caller has had enough
        }
        catch (Exception error)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(error), null);
            await _stop.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Has a range made. Returns whether the lane is to go on.</summary>
    private async Task<bool> RangeAsync(Lane lane, int start, int length)
    {
        WorkAnswer answer;
        try
        {
            answer = await cluster.GetGrain<IWorkGrain>(lane.Key).Do(_job, first + start, length).WaitAsync(patience * lane.Longer, _stop.Token)
                .ConfigureAwait(false);
            if (answer.Missing is { } missing)
            {
                if (++lane.Missed > MostMissed)
                    throw new ClusterException($"Silo {answer.Silo} does not get {missing} from the cluster, though it was put there {lane.Missed} times.");
                await PutOnceAsync(missing).ConfigureAwait(false);
                _ranges.Again(start, length);
                return true;
            }
        }
        catch (Exception error) when (error is not ClusterException && !_stop.IsCancellationRequested)
        {
            _ranges.Again(start, length);
            Repeats();
            if (error is TimeoutException && patience * lane.Longer < s_longest)
                lane.Longer *= 2;
            if (_ranges.Idle > s_givesUp + (patience * lane.Longer))
                throw new ClusterException($"No silo has done a piece of the work for {_ranges.Idle:c}: {ClusterException.Line(error)}", error);
            lane.Key = _search.NextKey(); // by another gateway, perhaps to another silo
            lane.Failures = Math.Min(lane.Failures + 1, LongestPause);
            await Task.Delay(TimeSpan.FromMilliseconds(100 * lane.Failures), _stop.Token).ConfigureAwait(false);
            return true;
        }

        if (answer.Refusal is { } refusal)
            throw new ClusterException($"Silo {answer.Silo} cannot do the work: {refusal}");
        Made(new(first + start, answer.Made, answer.Results!));
        By(answer.Silo, answer.Made);
        _ranges.Done(answer.Made);
        if (answer.Made < length)
            _ranges.Again(start + answer.Made, length - answer.Made); // it took longer than expected
        (lane.Failures, lane.Missed) = (0, 0);
        return Stays(lane, answer.Silo);
    }

    /// <summary>Whether a lane has a place at the silo that answered it.</summary>
    private bool Stays(Lane lane, string silo)
    {
        lock (_lanes)
        {
            if (lane.Silo == silo)
                return true;
            if (--_lanes[lane.Silo] == 0)
                _lanes.Remove(lane.Silo);
            int there = _lanes.GetValueOrDefault(silo);
            bool stays = there <= _slots.GetValueOrDefault(silo);
            if (stays)
                (_lanes[silo], lane.Silo) = (there + 1, silo);
            Count();
            return stays;
        }
    }

    /// <summary>Pieces that are worked on at once by the silos that have lanes.</summary>
    private void Count() => _ranges.Slots = _lanes.Keys.Sum(silo => _slots.GetValueOrDefault(silo, 1));

    /// <summary>Puts a file into the cluster; lanes that want the same one at the same time wait for each other.</summary>
    private async Task PutOnceAsync(string hash)
    {
        Task put;
        lock (_puts)
        {
            if (!_puts.TryGetValue(hash, out put!) || put.IsCompleted)
                _puts[hash] = put = PutAsync(work.Files.First(file => file.Hash == hash));
        }

        await put.ConfigureAwait(false);
    }

    private async Task PutAsync(SharedFile file)
    {
        IBlobGrain blob = cluster.GetGrain<IBlobGrain>(file.Hash);
        if (await blob.Length().WaitAsync(s_patience, _stop.Token).ConfigureAwait(false) is not null)
            return;
        byte[] bytes = file.Read();
        for (int offset = 0; offset < bytes.Length; offset += MostInPart)
        {
            await blob.Put(offset, bytes.Length, bytes[offset..Math.Min(bytes.Length, offset + MostInPart)]).WaitAsync(s_patience, _stop.Token)
                .ConfigureAwait(false);
        }
    }

    /// <summary>One of the callers that are under way at once.</summary>
    private sealed class Lane(string silo, long key)
    {
        /// <summary>Who answered last.</summary>
        public string Silo { get; set; } = silo;

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
