using ML.Thermo.Refresh;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Refresh;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Monitors;

/// <summary>A judged window of a monitor as its page and its journal keep it: numbers of the window as a whole, and no row's.</summary>
/// <param name="Number">0, 1, ….</param>
/// <param name="Closed">When it was full.</param>
/// <param name="Values">Its numbers by name, as a page shows them.</param>
internal sealed record MonitorWindow(long Number, DateTimeOffset Closed, IReadOnlyDictionary<string, Quantity> Values)
{
    /// <summary>As people call it.</summary>
    public string Label => $"window {Number}";

    /// <summary>How many rows it has.</summary>
    public required long Rows { get; init; }

    /// <summary>Those with a known label.</summary>
    public required long Labelled { get; init; }

    /// <summary>The monitor asked for a refresh when it had judged it.</summary>
    public required bool Refresh { get; init; }

    /// <summary>Its labels are there, or none is awaited.</summary>
    public required bool IsFinal { get; init; }

    /// <summary>What is behind its drift, as <c>thermo refresh</c> names it: <c>loss-rose</c>, <c>inputs-moved</c>, …; <c>none</c> where there is
    /// none.</summary>
    public required string Cause { get; init; }

    /// <summary>A window at the time of its judgement.</summary>
    /// <param name="number">0, 1, ….</param>
    /// <param name="closed">When it was full.</param>
    /// <param name="drift">How far it has drifted.</param>
    /// <param name="step">The evidence of all windows so far.</param>
    /// <param name="refresh">What the monitor asks for.</param>
    /// <param name="isFinal">Whether its labels are there.</param>
    public static MonitorWindow Of(long number, DateTimeOffset closed, WindowDrift drift, SequentialStep step, bool refresh, bool isFinal)
    {
        DriftPoint point = Point(number, drift, step, $"window {number}");
        return new(number, closed, FieldWriters.PageValues(WindowFields.All, point))
        {
            Rows = drift.Rows,
            Labelled = drift.Labelled,
            Refresh = refresh,
            IsFinal = isFinal,
            Cause = WindowFields.Name(drift.Cause),
        };
    }

    /// <summary>What is behind the drift of a window and what to do, in a sentence.</summary>
    /// <param name="number">0, 1, ….</param>
    /// <param name="drift">How far it has drifted.</param>
    /// <param name="step">The evidence of all windows so far.</param>
    /// <param name="label">What the window is called.</param>
    public static string Explain(long number, WindowDrift drift, SequentialStep step, string label) =>
        DriftSummary.Cause(Point(number, drift, step, label), []);

    /// <summary>The window as a point of a stream.</summary>
    public static DriftPoint Point(long number, WindowDrift drift, SequentialStep step, string label) =>
        new((int)Math.Min(number, int.MaxValue), drift) { FirstRow = 1, Start = label, StreamRule = drift.Rule, Step = step };
}
