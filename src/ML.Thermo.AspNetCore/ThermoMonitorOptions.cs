using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.AspNetCore;

/// <summary>
/// Choices of a monitor in service. They are bound from the section <c>Thermo:Monitors:NAME</c> of the configuration, and taken anew when it changes.</summary>
/// <remarks>Relative paths start at the content root. A key that is none of these is an error: a misspelt option would do nothing.</remarks>
public sealed record ThermoMonitorOptions
{
    /// <summary>The section of the configuration that holds a section a monitor.</summary>
    public const string Section = "Thermo:Monitors";

    /// <summary>The model that ML.NET has saved, with the product of <see cref="ThermoCatalog.Refresh"/> in its chain.</summary>
    public string? Model { get; set; }

    /// <summary>
    /// Where the monitor keeps its state, as <see cref="DriftMonitor.Open"/> does; its journal is beside it, <c>STATE.journal</c>. Null keeps nothing: a
    /// restart begins anew. <c>{model}</c> stands for eight digits of the model's SHA-256, so that a new model starts with a state of its own.
    /// </summary>
    /// <remarks>Best outside the content root: what lies below it ASP.NET watches for changes of the configuration, and every row that is written costs a
    /// notification then, 10 to 30 µs.</remarks>
    public string? State { get; set; }

    /// <summary>Rows of a window; null for what the model was saved with. See <see cref="MonitorOptions.WindowRows"/>.</summary>
    public int? WindowRows { get; set; }

    /// <summary>When a refresh is due; null for what the model was saved with.</summary>
    public RefreshRule? Rule { get; set; }

    /// <summary>Most rows that wait for their label. See <see cref="MonitorOptions.WaitingRows"/>.</summary>
    public int WaitingRows { get; set; } = 100_000;

    /// <summary>Windows that a full window waits for its labels. See <see cref="MonitorOptions.WaitingWindows"/>.</summary>
    public int WaitingWindows { get; set; } = 50;

    /// <summary>Share of its rows whose labels make a window final. See <see cref="MonitorOptions.FinalShare"/>.</summary>
    public double FinalShare { get; set; } = 0.8;

    /// <summary>Windows that the page and the journal keep, 1 to 10,000. Default 200.</summary>
    public int History { get; set; } = 200;

    /// <summary>The options of the monitor itself.</summary>
    /// <param name="saved">What the model was saved with.</param>
    /// <param name="name">The name of its instruments.</param>
    /// <exception cref="ThermoException">A value is out of range; the message is one line.</exception>
    internal MonitorOptions On(MonitorOptions saved, string name)
    {
        if (History is < 1 or > 10_000)
            throw new ThermoException(FormattableString.Invariant($"{Section}:{name}:{nameof(History)} is {History}: Expected 1 to 10,000 windows."));
        try
        {
            return saved with
            {
                Name = name,
                WindowRows = WindowRows ?? saved.WindowRows,
                Rule = Rule ?? saved.Rule,
                WaitingRows = WaitingRows,
                WaitingWindows = WaitingWindows,
                FinalShare = FinalShare,
            };
        }
        catch (ArgumentOutOfRangeException wrong)
        {
            string expected = wrong.Message.Split(" (Parameter", 2)[0];
            throw new ThermoException(FormattableString.Invariant($"{Section}:{name}:{wrong.ParamName} is {wrong.ActualValue}: {expected}"), wrong);
        }
    }
}
