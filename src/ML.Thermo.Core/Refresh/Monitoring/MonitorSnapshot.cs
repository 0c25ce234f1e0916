using System.Text.Json.Serialization;

namespace ML.Thermo.Refresh.Monitoring;

/// <summary>A monitor at one moment.</summary>
[Maturity(Maturity.Paper, "ΔE, ΔS, T of a shifted state; counts and decisions: theorem and estimator, as of WindowDrift")]
[JsonConverter(typeof(ResultJsonConverter))]
public sealed record MonitorSnapshot
{
    /// <summary>Rows observed, those that were merged included.</summary>
    public required long Rows { get; init; }

    /// <summary>Windows judged.</summary>
    public required long Windows { get; init; }

    /// <summary>Rows since the last window was full, of windows by event time those of all that are open; a copy.</summary>
    public required DriftWindow Open { get; init; }

    /// <summary>The last window that was full; null before the first.</summary>
    public required WindowDrift? Report { get; init; }

    /// <summary>The sequential detector of the rule that judged the last window: evidence over all its windows.</summary>
    public required SequentialStep Sequential { get; init; }

    /// <summary>The last window that was judged with its labels; of rows without an id, the last full one.</summary>
    public WindowDrift? Final { get; init; }

    /// <summary>Whether <see cref="Report"/> is final: no label is awaited in its window. One that is not was judged without labels.</summary>
    public bool IsFinal { get; init; } = true;

    /// <summary>Rows whose label is awaited.</summary>
    public long RowsWaiting { get; init; }

    /// <summary>Full windows that wait for labels.</summary>
    public long WindowsWaiting { get; init; }

    /// <summary>Their numbers, from 0 and rising: a number that is gone from the list of an earlier snapshot was judged for good in between.</summary>
    public IReadOnlyList<long> AwaitedWindows { get; init; } = [];

    /// <summary>Rows that were dropped before their label had come: too many waited, or too long.</summary>
    public long RowsEvicted { get; init; }

    /// <summary>Labels for which no row waited.</summary>
    public long LabelsUnmatched { get; init; }

    /// <summary>Time to refresh.</summary>
    public required bool Refresh { get; init; }

    /// <summary>Rows that were in a damaged journal and are not counted, over all of the monitor's life. A row that a kill cut off while it was being
    /// written may be among them: its <c>Observe</c> had not returned.</summary>
    public long RowsLost { get; init; }

    /// <summary>Of windows by event time: when the window of <see cref="Report"/> began; null before the first, and of windows by rows.</summary>
    public DateTimeOffset? WindowStart { get; init; }

    /// <summary>Of windows by event time: rows that came after their window was judged. They are not among <see cref="Rows"/>.</summary>
    public long RowsLate { get; init; }

    /// <summary>Of windows by event time: rows whose time was further ahead of the clock than the lateness. They are not among <see cref="Rows"/>.</summary>
    public long RowsAhead { get; init; }

    /// <summary>What was found damaged in the journal when the monitor was opened; null where nothing was, and without a file.</summary>
    public string? Damage { get; init; }

    /// <summary>Why the last checkpoint could not be written; null where it was, and without a file. No row is lost by that: the journal has them
    /// and grows, and the next full window tries again.</summary>
    public string? CheckpointError { get; init; }

    /// <summary>Inputs of the last window, the most significantly moved first: which features carry the drift of what goes in and comes out.</summary>
    public IReadOnlyList<InputDrift> RankedInputs => [.. (Report?.Inputs ?? []).OrderByDescending(input => input.Significance)];

    /// <summary>One line: rows, windows, the last window.</summary>
    public override string ToString() => $"{Rows} rows, {Windows} windows{(Report is null ? "" : $"; the last: {Report}")}";
}
