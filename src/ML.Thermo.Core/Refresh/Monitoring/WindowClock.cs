namespace ML.Thermo.Refresh.Monitoring;

/// <summary>Which window of event time a row belongs to, and whether it still counts. All times are ticks since 0001-01-01, UTC.</summary>
/// <param name="Length">Of a window.</param>
/// <param name="Lateness">How long a window waits after its end, and how far ahead of the clock a row may be.</param>
internal readonly record struct WindowClock(long Length, long Lateness)
{
    /// <summary>Of windows by event time.</summary>
    public static WindowClock Of(MonitorOptions options) => new(options.WindowTime!.Value.Ticks, options.Lateness.Ticks);

    /// <summary>Number of a time's window.</summary>
    public long Number(long time) => time / Length;

    /// <summary>Whether a window is judged by then, and takes no more rows.</summary>
    public bool IsOver(long number, long now) => ((number + 1) * Length) + Lateness <= now;

    /// <summary>Whether a row's time is too far in the future.</summary>
    public bool IsAhead(long time, long now) => time > now + Lateness;

    /// <summary>When a window begins.</summary>
    public DateTimeOffset Start(long number) => new(number * Length, TimeSpan.Zero);
}
