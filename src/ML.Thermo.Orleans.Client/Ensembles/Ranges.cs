namespace ML.Thermo.Cluster.Ensembles;

/// <summary>Deals out ranges of draws until all are made; those that failed are dealt out again.</summary>
/// <param name="count">Draws in all.</param>
/// <param name="slots">Draws that are worked on at once by all silos together.</param>
/// <param name="longest">How long a range should take.</param>
/// <param name="time">The clock.</param>
internal sealed class Ranges(int count, int slots, TimeSpan longest, TimeProvider time)
{
    private const int RangesASlot = 4, FirstRange = 32, FirstPart = 20, ShortestPart = 10;
    private readonly Lock _lock = new();
    private readonly Stack<(int First, int Count)> _again = [];
    private int _next, _done, _measured;
    private long? _from; // when the first range was done: networks were opened until then
    private TaskCompletionSource _changed = New();
    private long _last = time.GetTimestamp();

    /// <summary>How long no range was made.</summary>
    public TimeSpan Idle
    {
        get
        {
            lock (_lock)
                return time.GetElapsedTime(_last);
        }
    }

    /// <summary>The next range; one of no draws where all are made. It waits while others may still fail.</summary>
    public async ValueTask<(int First, int Count)> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_done == count)
                    return default;
                if (_again.TryPop(out (int First, int Count) range))
                    return range;
                if (_next < count)
                {
                    range = (_next, Math.Min(Size(), count - _next));
                    _next += range.Count;
                    return range;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A range is made.</summary>
    public void Done(int draws)
    {
        lock (_lock)
        {
            _done += draws;
            _last = time.GetTimestamp();
            if (_from is null)
                _from = _last;
            else
                _measured += draws;
            Tell();
        }
    }

    /// <summary>A range is not made.</summary>
    public void Again(int first, int draws)
    {
        lock (_lock)
        {
            _again.Push((first, draws));
            Tell();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>About the time wished for; at the end less, for all to be busy until then, but not so little that asking costs as much as drawing.</summary>
    /// <remarks>By what all silos make in a while: how long one range takes tells little, since each waits for the one before it.</remarks>
    private int Size()
    {
        int left = count - _next, fair = Math.Max(1, left / (slots * RangesASlot));
        double seconds = _from is { } from ? time.GetElapsedTime(from, _last).TotalSeconds : 0;
        if (seconds < longest.TotalSeconds / FirstPart)
            return Math.Min(fair, FirstRange);
        double most = Math.Max(1, longest.TotalSeconds * _measured / (seconds * slots)); // draws of a slot in that time
        double least = Math.Min(Math.Ceiling(most / ShortestPart), Math.Max(1, left / (2 * slots)));
        return (int)Math.Min(Math.Max(fair, least), Math.Min(most, int.MaxValue));
    }

    private void Tell()
    {
        TaskCompletionSource before = _changed;
        _changed = New();
        before.TrySetResult();
    }
}
