using System.Text.Json;
using ML.Thermo.Explanations;
using ML.Thermo.Report.Explanations;

namespace ML.Thermo.Cli.Explanations;

/// <summary>Explanations as JSON: one as members, several as a list with a table of features.</summary>
internal static class ExplainJson
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<Explanation> found)
    {
        if (found is [var only])
        {
            ExplanationFields.Write(json, only);
            return;
        }

        json.WriteRows("overRows", ExplanationFields.OverRows, ExplanationTable.Of(found));
        json.WriteStartArray("explanations");
        foreach (Explanation why in found)
        {
            json.WriteStartObject();
            ExplanationFields.Write(json, why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
