using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Report.Monitors;

/// <summary>How well a monitor and its model are.</summary>
internal enum MonitorHealth
{
    /// <summary>Nothing asks for a look.</summary>
    Healthy,

    /// <summary>The model still serves; somebody should look.</summary>
    Degraded,

    /// <summary>What the monitor says cannot be relied on, or the model gets broken inputs.</summary>
    Unhealthy,
}

/// <summary>Something that happened to a monitor.</summary>
/// <param name="Time">When.</param>
/// <param name="Text">What, in a sentence; never a value of a row.</param>
internal sealed record MonitorEvent(DateTimeOffset Time, string Text);

/// <summary>How long labels took.</summary>
/// <param name="Count">Labels whose row this process has seen.</param>
/// <param name="Median">Half of the last of them came within.</param>
/// <param name="NinetyPercent">Nine of ten came within.</param>
/// <param name="Longest">The longest.</param>
internal sealed record LabelDelays(long Count, TimeSpan Median, TimeSpan NinetyPercent, TimeSpan Longest);

/// <summary>What is known of a monitor in service at one moment.</summary>
internal sealed record MonitorFindings : Findings
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>How well it is.</summary>
    public required MonitorHealth Health { get; init; }

    /// <summary>Why, a sentence each; empty where it is healthy.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>The moment.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>What the monitor knows; null where it could not be opened.</summary>
    public required MonitorSnapshot? Snapshot { get; init; }

    /// <summary>The state that its model was accepted in.</summary>
    public required DriftReference? Reference { get; init; }

    /// <summary>Rows of a window.</summary>
    public required int WindowRows { get; init; }

    /// <summary>Rows that could not be observed since the start.</summary>
    public required long RowsRefused { get; init; }

    /// <summary>The last windows, oldest first.</summary>
    public required IReadOnlyList<MonitorWindow> Windows { get; init; }

    /// <summary>What happened, oldest first.</summary>
    public required IReadOnlyList<MonitorEvent> Journal { get; init; }

    /// <summary>How long labels took; null before the first.</summary>
    public required LabelDelays? Delays { get; init; }

    /// <summary>Show where the rows of the open window lie in the bins of the reference, whose edges are values of its rows.</summary>
    public bool ShowsValues { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Summary => [.. MonitorSummary.Of(this)];

    internal override PageContent ToPage() => MonitorPage.Of(this);
}

/// <summary>What is known of all monitors of a service.</summary>
/// <param name="Monitors">In the order of registration.</param>
internal sealed record MonitorsFindings(IReadOnlyList<MonitorFindings> Monitors) : Findings
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Summary => [.. MonitorSummary.Of(Monitors)];

    internal override PageContent ToPage() => MonitorsPage.Of(this);
}
