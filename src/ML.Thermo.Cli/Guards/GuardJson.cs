using System.Text.Json;
using ML.Thermo.Onnx.Guards;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Guards;

namespace ML.Thermo.Cli.Guards;

/// <summary>A guard, and what it says, as JSON.</summary>
internal static class GuardJson
{
    /// <summary>A new guard.</summary>
    public static void Write(Utf8JsonWriter json, NetworkGuard guard, double cost)
    {
        Guard(json, guard, guard.FalseAlarms);
        json.WriteStartObject("rows");
        json.WriteNumber("fit", guard.Rows.Fit);
        json.WriteNumber("choose", guard.Rows.Choose);
        json.WriteNumber("calibrate", guard.Rows.Calibrate);
        json.WriteEndObject();
        json.WriteNumber("cost", cost);
        json.WriteStartArray("power");
        foreach (GuardPower power in guard.Power)
        {
            json.WriteStartObject();
            json.WriteString("corruption", power.Corruption);
            json.WriteNumber("strength", power.Strength);
            json.WriteString("score", Name(power.Score));
            json.WriteNumber("rows", power.Rows);
            json.WriteNumber("power", power.Power);
            json.WriteNumber("tried", power.Tried);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Judged rows.</summary>
    public static void Write(Utf8JsonWriter json, NetworkGuard guard, GuardVerdict verdict, double falseAlarms)
    {
        Guard(json, guard, falseAlarms);
        json.WriteNumber("leastPValue", 1.0 / (1 + guard.Rows.Calibrate));
        json.WriteRows("rows", GuardedRowFields.All, verdict.Rows.Select((row, number) => new NumberedRow(number, row)));
        json.WriteStartArray("windows");
        foreach (GuardedWindow window in verdict.Windows)
        {
            json.WriteStartObject();
            json.WriteNumber("first", window.First);
            json.WriteNumber("rows", window.Rows);
            json.WriteNumber("pValue", window.PValue);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Guard(Utf8JsonWriter json, NetworkGuard guard, double falseAlarms)
    {
        json.WriteString("model", guard.Network);
        json.WriteNumber("falseAlarms", falseAlarms);
        json.WriteString("score", Name(guard.Score));
        json.WriteStrings("layers", guard.Layers);
        json.WriteNumber("allLayers", guard.AllLayers);
    }

    private static string Name(GuardScore score) => score.ToString().ToLowerInvariant();
}
