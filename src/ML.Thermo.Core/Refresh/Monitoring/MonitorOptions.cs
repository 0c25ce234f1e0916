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

    /// <summary>When to refresh.</summary>
    public RefreshRule Rule { get; init; }

    /// <summary>Name by which the monitor's instruments are told from those of others (tag <c>monitor</c>); null publishes none.</summary>
    public string? Name { get; init; }
}
