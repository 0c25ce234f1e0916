using System.Text.Json;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Scans;
using ML.Thermo.Scans;

namespace ML.Thermo.Cli.Scans;

/// <summary>A scan as JSON.</summary>
internal static class ScanJson
{
    public static void Write(Utf8JsonWriter json, ScanResult result)
    {
        ScanReport report = result.Report;
        json.WriteStartObject("over");
        json.WriteString("name", report.Grid.Name);
        json.WriteString("scale", Lower(report.Grid.Scale));
        json.WriteNumbers("values", report.Grid.Values);
        json.WriteEndObject();
        json.WriteString("observer", Lower(report.Observer));
        json.WriteNumber("window", report.Window);
        json.WriteRows("points", ScanFields.Points, report.Points);
        WriteOutputs(json, result);
        json.WriteStartArray("splits");
        IReadOnlyList<Field<ScanSplit>> fields = ScanFields.Splits(report.Grid);
        foreach (ScanSplit split in report.Splits)
        {
            json.WriteStartObject();
            json.WriteFields(fields, split);
            Write(json, split.Drivers, result.Outcomes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("criticalValue", report.CriticalValue);
        json.WriteNumberOrNull("changePValue", report.ChangePValue);
        json.WriteEstimate("length", report.Length);
        json.WriteStartArray("transitions");
        foreach (ScanTransition peak in report.Transitions)
            Write(json, peak);
        json.WriteEndArray();
        json.WriteStrings("summary", ScanSummary.Of(report, result.Outcomes));
        json.WriteStrings("status", report.Status.Names());
    }

    /// <summary>Of a language model: points by token, and some of its outputs.</summary>
    private static void WriteOutputs(Utf8JsonWriter json, ScanResult result)
    {
        if (result.Tokens is { } tokens)
        {
            json.WriteStartObject("perToken");
            json.WriteNumber("tokens", tokens);
            json.WriteStartArray("points");
            foreach (ScanPoint point in result.Report.Points)
            {
                json.WriteStartObject();
                json.WriteNumber("x", point.X);
                json.WriteEstimate("energy", Share(point.Energy, tokens));
                json.WriteEstimate("entropy", Share(point.Entropy, tokens));
                json.WriteEstimate("heatCapacity", Share(point.HeatCapacity, tokens));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        if (result.Texts is not { Count: > 0 } texts)
            return;
        json.WriteStartArray("texts");
        foreach ((int k, List<string> outputs) in texts.OrderBy(pair => pair.Key))
        {
            json.WriteStartObject();
            json.WriteNumber("x", result.Report.Grid.Values[k]);
            json.WriteStrings("outputs", outputs);
            json.WriteEndObject();
        }

        json.WriteEndArray();

        static Estimate Share(Estimate total, int tokens) => new(total.Value / tokens, total.StandardError / tokens);
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<ScanDriver> drivers, IReadOnlyList<string>? outcomes)
    {
        json.WriteStartArray("drivers");
        foreach (ScanDriver driver in drivers)
        {
            json.WriteStartObject();
            json.WriteString("outcome", outcomes?[driver.Outcome] ?? $"{driver.Outcome}");
            json.WriteNumber("left", driver.Left);
            json.WriteNumber("right", driver.Right);
            json.WriteNumber("contribution", driver.Contribution);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, ScanTransition peak)
    {
        json.WriteStartObject();
        json.WriteEstimate("at", peak.At);
        json.WriteNumber("from", peak.From);
        json.WriteNumber("to", peak.To);
        json.WriteEstimate("height", peak.Height);
        json.WriteNumber("pValue", peak.PValue);
        json.WriteNumberOrNull("abruptness", peak.Abruptness);
        json.WriteString("kind", peak.Kind.ToString());
        json.WriteEndObject();
    }

    private static string Lower<T>(T name)
        where T : struct, Enum => name.ToString().ToLowerInvariant();
}
