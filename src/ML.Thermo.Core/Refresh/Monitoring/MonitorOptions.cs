namespace ML.Thermo.Refresh.Monitoring;

/// <summary>When <see cref="DriftMonitor.Refresh"/> is raised.</summary>
public enum RefreshRule
{
    /// <summary>
    /// All windows together: the sequential detector has reached its threshold. A false alarm within t windows has a probability of at most
    /// t/<see cref="DriftOptions.RunLength"/>.
    /// </summary>
    Sequential,

    /// <summary>The last window by itself: a share of <see cref="DriftOptions.FalseAlarmRate"/> of all windows without drift is flagged.</summary>
    Window,
}

/// <summary>Choices of a <see cref="DriftMonitor"/>.</summary>
public sealed record MonitorOptions
{
    /// <summary>Rows of a window, at least <see cref="DriftReference.LeastWindowRows"/>; it is judged when it is full. Default 200.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer.</exception>
    public int WindowRows
    {
        get;
        init => field = value >= DriftReference.LeastWindowRows
            ? value
            : throw new ArgumentOutOfRangeException(nameof(WindowRows), value, $"The test needs windows of at least {DriftReference.LeastWindowRows} rows.");
    } = 200;

    /// <summary>
    /// Length of a window of event time; null, the default, closes windows by their rows. Windows begin at multiples of it since Monday, 0001-01-01 (UTC).
    /// </summary>
    /// <remarks>A row belongs to the window of its own time, whenever and in whatever order it comes. A window is judged when the clock is
    /// <see cref="Lateness"/> past its end; rows that come later are counted (<see cref="MonitorSnapshot.RowsLate"/>) and change nothing. So what is
    /// in a window depends on each row's time and moment alone, not on other rows. A window without rows is passed over.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public TimeSpan? WindowTime
    {
        get;
        init => field = value is null || value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(WindowTime), value, "Expected a positive time, or null for windows by rows.");
    }

    /// <summary>How long after its end a window of event time waits for rows that come late, and how far ahead of the clock a row's time may be. Default
    /// one minute; at most 1000 windows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public TimeSpan Lateness
    {
        get;
        init => field = value >= TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Lateness), value, "Expected a time that is not negative.");
    } = TimeSpan.FromMinutes(1);

    /// <summary>What closes windows of event time, and the time of rows that are observed without one. Default the system's clock; rows of the past are
    /// told again under a clock that follows them.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>When to refresh.</summary>
    public RefreshRule Rule { get; init; }

    /// <summary>Most rows that wait for their label; the oldest is dropped and counted. Default 100,000, some 60 bytes each.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public int WaitingRows { get; init => field = Positive(value, nameof(WaitingRows)); } = 100_000;

    /// <summary>
    /// Windows that a full window waits for its labels; then it is judged with those it has, and the rest is dropped and counted. Default 50.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public int WaitingWindows { get; init => field = Positive(value, nameof(WaitingWindows)); } = 50;

    /// <summary>Share of its rows whose labels make a window final, in (0, 1]. Default 0.8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside.</exception>
    public double FinalShare
    {
        get;
        init => field = value is > 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(FinalShare), value, "Expected a share in (0, 1].");
    } = 0.8;

    /// <summary>Refuses what fits no window.</summary>
    internal void Check()
    {
        if (WindowTime is { } length && Lateness > MostWindows * length)
        {
            throw new ArgumentException($"The lateness, {Lateness}, is {Lateness / length:0} windows of {length}: expected at most {MostWindows}, "
                + "since as many are open at once.", nameof(Lateness));
        }
    }

    private const int MostWindows = 1000;

    private static int Positive(int value, string name) =>
        value > 0 ? value : throw new ArgumentOutOfRangeException(name, value, "Expected a positive number.");

    /// <summary>Name by which the monitor's instruments are told from those of others (tag <c>monitor</c>); null publishes none.</summary>
    public string? Name { get; init; }
}
