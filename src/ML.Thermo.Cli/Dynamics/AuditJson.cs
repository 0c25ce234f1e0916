using System.Text.Json;
using ML.Thermo.Cli.Output;
using ML.Thermo.Dynamics.Audit;

namespace ML.Thermo.Cli.Dynamics;

/// <summary>An audit as JSON.</summary>
internal static class AuditJson
{
    public static void Write(Utf8JsonWriter json, AuditResult result)
    {
        json.WriteString("setting", AuditSummary.Setting(result.Request.Options.Setting));
        json.WriteNumber("rows", result.Trajectories.Sum(trajectory => trajectory.Report.Rows));
        json.WriteNumber("falseAlarms", result.Request.Options.FalseAlarms);
        json.WriteStartArray("trajectories");
        foreach (AuditedTrajectory trajectory in result.Trajectories)
        {
            json.WriteStartObject();
            json.WriteString("name", trajectory.Name);
            Write(json, trajectory.Report);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Members of one trajectory's audit.</summary>
    public static void Write(Utf8JsonWriter json, LawReport report)
    {
        json.WriteNumber("rows", report.Rows);
        if (report.FirstLaw is { } first)
        {
            json.WriteStartObject("firstLaw");
            json.WriteNumber("maxResidual", first.MaxResidual);
            json.WriteNumberOrNull("relative", first.Relative);
            json.WriteNumber("scale", first.Scale);
            json.WriteNumber("finalResidual", first.FinalResidual);
            json.WriteEstimate("slope", first.Slope);
            json.WriteNumber("detrendedRms", first.DetrendedRms);
            json.WriteString("class", first.Class.ToString());
            json.WriteNumber("noise", first.Noise);
            json.WriteNumberOrNull("pValue", first.PValue);
            json.WriteNumberOrNull("constantPValue", first.ConstantPValue);
            json.WriteBoolean("lawful", first.IsLawful);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("firstLaw");
        }

        SecondLaw second = report.SecondLaw;
        json.WriteStartObject("secondLaw");
        json.WriteNumber("drawdown", second.Drawdown);
        json.WriteNumber("negativeVariation", second.NegativeVariation);
        json.WriteNumber("falls", second.Falls);
        if (second.FirstFall >= 0)
            json.WriteNumber("firstFall", second.FirstFall);
        else
            json.WriteNull("firstFall");
        json.WriteNumber("largestFall", second.LargestFall);
        json.WriteNumberOrNull("isotonicRms", second.IsotonicRms);
        json.WriteNumber("noise", second.Noise);
        json.WriteNumberOrNull("pValue", second.PValue);
        json.WriteNumber("change", second.Change);
        json.WriteBoolean("lawful", second.IsLawful);
        json.WriteEndObject();
        if (report.IsLawful is { } lawful)
            json.WriteBoolean("lawful", lawful);
        else
            json.WriteNull("lawful");
        json.WriteStrings("status", report.StatusNames);
    }
}
