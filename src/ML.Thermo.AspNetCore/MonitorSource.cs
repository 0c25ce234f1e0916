using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.AspNetCore;

/// <summary>A monitor that counts elsewhere, such as one of many replicas in a cluster, and how its page learns of it.</summary>
/// <param name="Read">What the monitor knows now; <c>_ =&gt; monitor.SnapshotAsync()</c> of a <c>ClusterMonitor</c>. Called every <see cref="Period"/>.</param>
/// <example><code>
/// builder.Services.AddThermoMonitor("prices", new MonitorSource(_ =&gt; monitor.SnapshotAsync()) { Reference = reference, WindowRows = 320 });
/// </code></example>
public sealed record MonitorSource(Func<CancellationToken, Task<MonitorSnapshot>> Read)
{
    private readonly TimeSpan _period = TimeSpan.FromSeconds(5);

    /// <summary>The state that the model was accepted in; the page says its rates, and shows its bins where values may be shown.</summary>
    public DriftReference? Reference { get; init; }

    /// <summary>Rows of a window, for the page; 0 where windows are not counted in rows.</summary>
    public int WindowRows { get; init; }

    /// <summary>Windows, and as many events, that the page keeps.</summary>
    public int History { get; init; } = new ThermoMonitorOptions().History;

    /// <summary>How often it is read; &gt; 0. Of windows that are judged between two readings the last is shown.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0.</exception>
    public TimeSpan Period
    {
        get => _period;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            _period = value;
        }
    }
}
