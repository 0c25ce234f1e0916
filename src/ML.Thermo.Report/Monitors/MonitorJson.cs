using System.Text.Json;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Refresh;

namespace ML.Thermo.Report.Monitors;

/// <summary>A monitor for programs: full precision, null for what is undefined, windows with the names of <c>thermo refresh --json</c>.</summary>
internal static class MonitorJson
{
    /// <summary>One monitor.</summary>
    public static byte[] Of(MonitorFindings findings) => Written(json => Write(json, findings));

    /// <summary>All monitors.</summary>
    public static byte[] Of(MonitorsFindings findings) => Written(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("monitors");
        foreach (MonitorFindings monitor in findings.Monitors)
            Write(json, monitor);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, MonitorFindings findings)
    {
        json.WriteStartObject();
        json.WriteString("name", findings.Name);
        json.WriteString("health", Name(findings.Health));
        json.WriteStrings("reasons", findings.Reasons);
        json.WriteString("time", findings.Now);
        json.WriteNumber("windowRows", findings.WindowRows);
        json.WriteNumber("rowsRefused", findings.RowsRefused);
        if (findings.Snapshot is { } now)
            WriteSnapshot(json, now);
        WriteDelays(json, findings.Delays);
        json.WriteStartArray("windows");
        foreach (MonitorWindow window in findings.Windows)
            WriteWindow(json, window);
        json.WriteEndArray();
        json.WriteStartArray("journal");
        foreach (MonitorEvent line in findings.Journal)
        {
            json.WriteStartObject();
            json.WriteString("time", line.Time);
            json.WriteString("text", line.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSnapshot(Utf8JsonWriter json, MonitorSnapshot now)
    {
        json.WriteBoolean("refresh", now.Refresh);
        json.WriteNumber("rows", now.Rows);
        json.WriteNumber("windowsJudged", now.Windows);
        json.WriteNumber("openRows", now.Open.Rows);
        json.WriteNumber("rowsWaiting", now.RowsWaiting);
        json.WriteNumber("windowsWaiting", now.WindowsWaiting);
        json.WriteNumber("rowsEvicted", now.RowsEvicted);
        json.WriteNumber("labelsUnmatched", now.LabelsUnmatched);
        json.WriteNumber("rowsLost", now.RowsLost);
        json.WriteString("damage", now.Damage);
        json.WriteString("checkpointError", now.CheckpointError);
        json.WriteBoolean("isFinal", now.IsFinal);
        json.WriteNumberOrNull("logEValue", now.Sequential.Windows == 0 ? double.NaN : now.Sequential.LogEValue);
        WriteReport(json, "last", now.Windows - 1, now.Report, now.Sequential);
        WriteReport(json, "lastFinal", -1, now.Final, now.Sequential);
    }

    private static void WriteReport(Utf8JsonWriter json, string name, long number, WindowDrift? drift, SequentialStep step) =>
        json.WriteObject(name, Fields, drift is null ? null : MonitorWindow.Point(number, drift, step, ""));

    /// <summary>Those of a window that are no place in a file.</summary>
    private static IReadOnlyList<Field<DriftPoint>> Fields { get; } =
        [.. WindowFields.All.Where(field => field.Name is not ("index" or "firstRow" or "start" or "final" or "attribution" or "performance"))];

    private static void WriteWindow(Utf8JsonWriter json, MonitorWindow window)
    {
        json.WriteStartObject();
        json.WriteNumber("number", window.Number);
        json.WriteString("closed", window.Closed);
        json.WriteNumber("rows", window.Rows);
        json.WriteNumber("labelled", window.Labelled);
        json.WriteBoolean("refresh", window.Refresh);
        json.WriteBoolean("final", window.IsFinal);
        json.WriteString("cause", window.Cause);
        foreach ((string name, Wording.Quantity value) in window.Values)
        {
            json.WriteNumberOrNull(name, value.Value ?? double.NaN);
            if (value.Error is { } error)
                json.WriteNumberOrNull($"{name}StandardError", error);
        }

        json.WriteEndObject();
    }

    private static void WriteDelays(Utf8JsonWriter json, LabelDelays? delays)
    {
        if (delays is null)
        {
            json.WriteNull("labelDelays");
            return;
        }

        json.WriteStartObject("labelDelays");
        json.WriteNumber("count", delays.Count);
        json.WriteNumber("medianSeconds", delays.Median.TotalSeconds);
        json.WriteNumber("ninetyPercentSeconds", delays.NinetyPercent.TotalSeconds);
        json.WriteNumber("longestSeconds", delays.Longest.TotalSeconds);
        json.WriteEndObject();
    }

    /// <summary>As programs read it.</summary>
    public static string Name(MonitorHealth health) => health switch
    {
        MonitorHealth.Healthy => "healthy",
        MonitorHealth.Degraded => "degraded",
        _ => "unhealthy",
    };

    private static byte[] Written(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
            write(json);
        return stream.ToArray();
    }
}
