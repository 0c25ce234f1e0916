namespace ML.Thermo.Cluster.Sharing;

/// <summary>Deals out ranges of pieces of work until all are done; those that failed are dealt out again.</summary>
/// <param name="count">Pieces in all.</param>
/// <param name="slots">Pieces that are worked on at once by all silos together.</param>
/// <param name="longest">How long a range should take.</param>
/// <param name="time">The clock.</param>
/// <param name="neighbours">So many pieces have something in common, from the first on: a range does not end among them unless it is shorter.</param>
internal sealed class Ranges(int count, int slots, TimeSpan longest, TimeProvider time, int neighbours = 1)
{
    private const int RangesASlot = 4, FirstRange = 32, FirstPart = 20, ShortestPart = 10;
    private readonly Lock _lock = new();
    private readonly Stack<(int First, int Count)> _open = new(count > 0 ? [(0, count)] : []); // what nobody works on; what failed comes first
    private int _left = count, _undone = count, _measured;
    private long? _from; // when the first range was done: networks were opened until then
    private TaskCompletionSource _changed = New();
    private long _last = time.GetTimestamp();
    private int _slots = slots;

    /// <summary>Pieces that are worked on at once by all silos together; it changes as silos come and go.</summary>
    public int Slots
    {
        set
        {
            lock (_lock)
                _slots = Math.Max(value, 1);
        }
    }

    /// <summary>How long no range was done.</summary>
    public TimeSpan Idle
    {
        get
        {
            lock (_lock)
                return time.GetElapsedTime(_last);
        }
    }

    /// <summary>The next range; one of no pieces where all are done. It waits while others may still fail.</summary>
    public async ValueTask<(int First, int Count)> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_undone == 0)
                    return default;
                if (_open.TryPop(out (int First, int Count) open))
                {
                    int size = Math.Min(Size(), open.Count);
                    if (size > (open.First + size) % neighbours)
                        size -= (open.First + size) % neighbours;
                    if (size < open.Count)
                        _open.Push((open.First + size, open.Count - size));
                    _left -= size;
                    return (open.First, size);
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A range is done.</summary>
    public void Done(int pieces)
    {
        lock (_lock)
        {
            _undone -= pieces;
            _last = time.GetTimestamp();
            if (_from is null)
                _from = _last;
            else
                _measured += pieces;
            Tell();
        }
    }

    /// <summary>A range is not done.</summary>
    public void Again(int first, int pieces)
    {
        lock (_lock)
        {
            _open.Push((first, pieces));
            _left += pieces;
            Tell();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>About the time wished for; at the end less, for all to be busy until then, but not so little that asking costs as much as the work.</summary>
    /// <remarks>By what all silos make in a while: how long one range takes tells little, since each waits for the one before it.</remarks>
    private int Size()
    {
        int fair = Math.Max(1, _left / (_slots * RangesASlot));
        double seconds = _from is { } from ? time.GetElapsedTime(from, _last).TotalSeconds : 0;
        if (seconds < longest.TotalSeconds / FirstPart)
            return Math.Min(fair, FirstRange);
        double most = Math.Max(1, longest.TotalSeconds * _measured / (seconds * _slots)); // pieces of a slot in that time
        double least = Math.Min(Math.Ceiling(most / ShortestPart), Math.Max(1, _left / (2 * _slots)));
        return (int)Math.Min(Math.Max(fair, least), Math.Min(most, int.MaxValue));
    }

    private void Tell()
    {
        TaskCompletionSource before = _changed;
        _changed = New();
        before.TrySetResult();
    }
}
