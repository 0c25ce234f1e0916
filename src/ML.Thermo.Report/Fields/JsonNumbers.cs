using System.Text.Json;
using ML.Thermo.Transitions;

namespace ML.Thermo.Report.Fields;

/// <summary>JSON as the contract has it: full-precision doubles, and <c>null</c> for what is undefined.</summary>
internal static class JsonNumbers
{
    /// <summary>A number, or null where it is not finite.</summary>
    public static void WriteNumberOrNull(this Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }

    /// <summary>A value and, under <c>NAMEStandardError</c>, its error.</summary>
    public static void WriteEstimate(this Utf8JsonWriter json, string name, Estimate estimate)
    {
        json.WriteNumberOrNull(name, estimate.Value);
        json.WriteNumberOrNull($"{name}StandardError", estimate.StandardError);
    }

    /// <summary>Both ends of an interval, or null where there is none.</summary>
    public static void WriteInterval(this Utf8JsonWriter json, string name, ConfidenceInterval? interval)
    {
        if (interval is { } known)
            json.WriteNumbers(name, [known.Lower, known.Upper]);
        else
            json.WriteNull(name);
    }

    /// <summary>An array of numbers.</summary>
    public static void WriteNumbers(this Utf8JsonWriter json, string name, IEnumerable<double> values)
    {
        json.WriteStartArray(name);
        foreach (double value in values)
        {
            if (double.IsFinite(value))
                json.WriteNumberValue(value);
            else
                json.WriteNullValue();
        }

        json.WriteEndArray();
    }

    /// <summary>An array of strings.</summary>
    public static void WriteStrings(this Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
