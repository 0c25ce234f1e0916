namespace ML.Thermo.Joules.Channels;

/// <summary>
/// One source of joules that is open: it accumulates what its readings say, and windows take differences. Not thread-safe; its machine has the lock.
/// </summary>
internal abstract class EnergyChannel : IDisposable
{
    /// <summary>√(1/6): standard deviation, in updates, of the difference of two independent uniform phases.</summary>
    private static readonly double PhaseError = Math.Sqrt(1.0 / 6);

    private double _amount;
    private long _resets, _gaps;
    private string? _failure = "it was not read yet", _gapReason;

    /// <summary>u, seconds between updates of the source.</summary>
    public required double ResolutionSeconds { get; init; }

    /// <summary>How often the timer must read it.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>What the unit of readings is: so many make a joule.</summary>
    public double UnitsPerJoule { get; init; } = 1;

    /// <summary>The status of a good number.</summary>
    public JouleStatus GoodStatus { get; init; } = JouleStatus.Measured;

    /// <summary>Whether the error of a window is that of two random phases of a counter.</summary>
    public bool HasPhaseError { get; init; }

    /// <summary>When it was last tried, on the monotonic clock.</summary>
    public long LastTried { get; private set; }

    /// <summary>J since it was opened.</summary>
    public double Joules => _amount / UnitsPerJoule;

    /// <summary>Reads once.</summary>
    /// <param name="now">The monotonic clock.</param>
    public void Sample(long now)
    {
        LastTried = now;
        _failure = Read(now);
    }

    /// <summary>Forgets the reading before, so that what happened meanwhile belongs to no window.</summary>
    public abstract void Rebase();

    /// <summary>Where a window begins.</summary>
    public Mark Begin() => new(_amount, _resets, _gaps, _failure);

    /// <summary>What happened since a window began; the channel has just been sampled.</summary>
    /// <param name="mark">Where it began.</param>
    /// <param name="seconds">w, its length.</param>
    public Reading Since(Mark mark, double seconds)
    {
        if (mark.Failure is not null)
            return new(null, null, JouleStatus.Unavailable, $"The reading at the start failed: {mark.Failure}.");
        if (_resets > mark.Resets)
            return new(null, null, JouleStatus.CounterReset, "The counter fell by more than the work since the last reading explains; it was set back.");
        if (_gaps > mark.Gaps)
            return new(null, null, JouleStatus.Undefined, _gapReason);
        if (_failure is not null)
            return new(null, null, JouleStatus.Unavailable, $"The reading at the end failed: {_failure}.");
        double joules = (_amount - mark.Amount) / UnitsPerJoule;
        double relative = PhaseError * ResolutionSeconds / seconds;
        // A counter that has not moved has an error that its zero does not tell.
        double? error = HasPhaseError && joules > 0 && double.IsFinite(relative) ? joules * relative : null;
        if (GoodStatus == JouleStatus.Estimated || seconds >= 10 * ResolutionSeconds)
            return new(joules, error, GoodStatus, null);
        double wanted = ResolutionSeconds * PhaseError / 0.01, times = Math.Ceiling(wanted / Math.Max(seconds, 1e-9));
        string shortness = FormattableString.Invariant($"The window of {seconds:G3} s is shorter than ten updates of {ResolutionSeconds:G3} s.");
        string advice = FormattableString.Invariant($"Repeat the work {times:G6} times in one window for an error of 1 % ({wanted:G2} s).");
        return new(joules, error, JouleStatus.BelowResolution, $"{shortness} {advice}");
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    /// <summary>Reads and accumulates.</summary>
    /// <returns>Null, or why it failed.</returns>
    protected abstract string? Read(long now);

    /// <summary>Adds what a reading says, in the channel's unit.</summary>
    protected void Add(double amount) => _amount += amount;

    /// <summary>The counter was set back: windows around here have no number.</summary>
    protected void MarkReset() => _resets++;

    /// <summary>Readings do not determine what lies between them: windows around here have no number.</summary>
    protected void MarkGap(string reason)
    {
        _gaps++;
        _gapReason = reason;
    }

    /// <summary>Where a window began.</summary>
    internal readonly record struct Mark(double Amount, long Resets, long Gaps, string? Failure);

    /// <summary>What a window found.</summary>
    internal readonly record struct Reading(double? Joules, double? StandardError, JouleStatus Status, string? Reason);
}
