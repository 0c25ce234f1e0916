using ML.Thermo.Refresh;

namespace ML.Thermo.Report.Refresh;

/// <summary>Since when things have gone wrong, and which of inputs and loss did first. Only what lasts to the last window counts: a window by itself is
/// flagged by chance now and then.</summary>
internal static class DriftOrder
{
    /// <summary>Which of inputs and loss has been flagged for longer; null where not both are, or since the same window.</summary>
    /// <param name="judged">Windows that were judged, in order of time.</param>
    public static string? Of(IReadOnlyList<DriftPoint> judged)
    {
        DriftPoint? inputs = Since(
            judged, window => window.Drift.Cause is DriftCause.BrokenInput or DriftCause.InputsMoved or DriftCause.InputsMovedAndLossRose);
        DriftPoint? loss = Since(judged, window => window.Drift.Direction == DriftDirection.Worse);
        if (inputs is null || loss is null || inputs.Index == loss.Index)
            return null;
        return inputs.Index < loss.Index
            ? $"Inputs have been flagged in every window since {inputs.Label}, a higher loss since {loss.Label}: inputs moved first, as far as can be seen."
            : $"A higher loss has been flagged in every window since {loss.Label}, inputs since {inputs.Label}: the loss rose first, as far as can be seen.";
    }

    /// <summary>The first window since which an input has had a fault without a break, up to a window; null where that is the first itself.</summary>
    public static DriftPoint? SinceFault(IReadOnlyList<DriftPoint> judged, DriftPoint window, InputDrift fault) =>
        Since([.. judged.TakeWhile(other => other.Index <= window.Index)], other => other.Drift.Inputs.Any(input => input.Fault == fault.Fault
            && input.Input.Name == fault.Input.Name)) is { } first && first.Index < window.Index ? first : null;

    private static DriftPoint? Since(IReadOnlyList<DriftPoint> windows, Func<DriftPoint, bool> has)
    {
        int first = windows.Count;
        while (first > 0 && has(windows[first - 1]))
            first--;
        return first < windows.Count ? windows[first] : null;
    }
}
