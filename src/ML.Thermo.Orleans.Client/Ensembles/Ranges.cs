namespace ML.Thermo.Cluster.Ensembles;

/// <summary>Deals out ranges of draws until all are made; those that failed are dealt out again.</summary>
/// <param name="count">Draws in all.</param>
/// <param name="lanes">Who asks.</param>
/// <param name="time">How long a range should take.</param>
internal sealed class Ranges(int count, int lanes, TimeSpan time)
{
    private const int RangesALane = 4;
    private readonly Lock _lock = new();
    private readonly Stack<(int First, int Count)> _again = [];
    private int _next, _done;
    private double _secondsADraw = double.NaN;
    private TaskCompletionSource _changed = New();
    private long _last = TimeProvider.System.GetTimestamp();

    /// <summary>How long no range was made.</summary>
    public TimeSpan Idle
    {
        get
        {
            lock (_lock)
                return TimeProvider.System.GetElapsedTime(_last);
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
    public void Done(int draws, TimeSpan elapsed)
    {
        lock (_lock)
        {
            double seconds = elapsed.TotalSeconds / draws;
            _secondsADraw = double.IsNaN(_secondsADraw) ? seconds : (0.7 * _secondsADraw) + (0.3 * seconds);
            _done += draws;
            _last = TimeProvider.System.GetTimestamp();
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

    /// <summary>About the time wished for, and small enough at the end for all to be busy.</summary>
    private int Size()
    {
        int fair = Math.Max(1, (count - _next) / (lanes * RangesALane));
        return double.IsNaN(_secondsADraw) ? Math.Min(fair, 8) : Math.Clamp((int)(time.TotalSeconds / _secondsADraw), 1, fair);
    }

    private void Tell()
    {
        TaskCompletionSource before = _changed;
        _changed = New();
        before.TrySetResult();
    }
}
