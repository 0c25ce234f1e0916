using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Refresh;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Monitors;

/// <summary>The page of one monitor.</summary>
internal static class MonitorPage
{
    private const int MostEvents = 200;

    private static readonly HashSet<string> s_inputs = ["effect", "significance", "missing", "unseen", "pValue", "adjustedPValue", "fault"];

    /// <summary>What is shown of an input.</summary>
    private static IReadOnlyList<Field<InputDrift>> Inputs { get; } =
    [
        .. WindowFields.Inputs.Select(field => s_inputs.Contains(field.Name) ? field with { In = Shown.Page } : field),
    ];

    public static PageContent Of(MonitorFindings findings) => new()
    {
        Title = $"{findings.Name}: monitor",
        Subtitle = findings.Reference is { } reference
            ? $"windows of {(findings.WindowRows > 0 ? $"{Numbers.Count(findings.WindowRows)} rows" : "event time")}; " +
                $"rate of false alarms {reference.Options.FalseAlarmRate} a window, run length {Numbers.Significant(reference.Options.RunLength, 4)} " +
                "windows, where rows are independent"
            : findings.Snapshot is null ? "it could not be opened" : "its reference is not known here",
        Verdict = findings.Summary[0],
        Tone = Tone(findings),
        Summary = [.. findings.Summary.Skip(1)],
        Scripts = ["timelines.js", "live.js", "monitor.js"],
        Data = Data(findings),
    };

    /// <summary>What the page's script draws, when it is opened and whenever it changes.</summary>
    public static object Data(MonitorFindings findings)
    {
        MonitorSnapshot? now = findings.Snapshot;
        DriftOptions options = findings.Reference?.Options ?? new();
        return new
        {
            findings.Name,
            Health = findings.Health.ToString(),
            Verdict = findings.Summary[0],
            Tone = Tone(findings).ToString().ToLowerInvariant(),
            Summary = findings.Summary.Skip(1),
            options.FalseAlarmRate,
            options.LeastEffect,
            Facts = Facts(findings),
            Columns = FieldWriters.PageColumns(WindowFields.All),
            InputColumns = FieldWriters.PageColumns(Inputs),
            Windows = findings.Windows.Select(Window),
            Inputs = (now?.Report?.InputsBySurprise ?? []).Select(input =>
                new { input.Input.Name, Fault = input.Fault.ToString(), Values = FieldWriters.PageValues(Inputs, input) }),
            Journal = findings.Journal.Reverse().Take(MostEvents).Select(line => new { Time = Time(line.Time), line.Text }),
            Bins = findings is { ShowsValues: true, Reference: { } bins } && now is not null ? MonitorBins.Of(bins, now.Open) : [],
        };
    }

    /// <summary>Good where windows were judged and nothing asks for a look.</summary>
    public static VerdictTone Tone(MonitorFindings findings) => findings.Health != MonitorHealth.Healthy ? VerdictTone.Bad
        : findings.Snapshot is { Windows: > 0 } ? VerdictTone.Good
        : VerdictTone.Open;

    private static object Window(MonitorWindow window) => new
    {
        window.Number,
        window.Label,
        Closed = Time(window.Closed),
        ClosedAt = window.Closed.ToUnixTimeSeconds(),
        window.Rows,
        window.Labelled,
        window.Refresh,
        window.IsFinal,
        window.Cause,
        window.Values,
    };

    private static IEnumerable<object> Facts(MonitorFindings findings)
    {
        if (findings.Snapshot is not { } now)
            yield break;
        yield return Fact("refresh", now.Refresh ? "▲ is due" : "not due", "what the rule says of all windows");
        yield return Fact("next window", MonitorSummary.Open(findings, now), "rows since the last was full");
        yield return Fact("windows", Numbers.Count(now.Windows), "judged");
        yield return Fact("evidence", now.Sequential.Windows == 0 ? "none yet" : $"ln e = {Numbers.Significant(now.Sequential.LogEValue, 3)}",
            "of all windows against no drift, nats; without drift above 4.6 with probability at most 0.01");
        yield return Fact("labels", now.RowsWaiting == 0 ? "none awaited" : $"{Numbers.Count(now.RowsWaiting)} awaited",
            findings.Delays is { } delays ? $"half came within {MonitorSummary.Words(delays.Median)}, nine of ten within " +
                $"{MonitorSummary.Words(delays.NinetyPercent)}, the longest took {MonitorSummary.Words(delays.Longest)}"
            : "no delay measured since the start");

        static object Fact(string label, string text, string meaning) => new { Label = label, Text = text, Meaning = meaning };
    }

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", System.Globalization.CultureInfo.InvariantCulture);
}
