using System.Text.Json;
using ML.Thermo.Cli.Commands;
using ML.Thermo.Cli.Output;
using ML.Thermo.Joules;
using ML.Thermo.Joules.Tuning;
using ML.Thermo.Transitions;

namespace ML.Thermo.Cli.Joules;

/// <summary>Joules as JSON: the names are a contract.</summary>
internal static class JoulesJson
{
    public static void Write(Utf8JsonWriter json, RunResult result)
    {
        WriteBill(json, result.Total);
        WriteQuantity(json, "perPrediction", result.PerPrediction);
        json.WriteNull("perNat"); // a command's own training is not known here: transition --joules
        json.WriteNumber("exitCode", result.Runs.Count == 0 ? 0 : result.Runs[^1].ExitCode);
        json.WriteStartArray("runs");
        foreach (RunSample run in result.Runs)
        {
            json.WriteStartObject();
            json.WriteNumber("seconds", run.Seconds);
            json.WriteNumberOrNull("joules", run.Joules ?? double.NaN);
            json.WriteNumber("exitCode", run.ExitCode);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEstimate("perRun", result.Mean?.Mean ?? Estimate.Undefined);
    }

    /// <summary>The members of one window.</summary>
    public static void WriteBill(Utf8JsonWriter json, ML.Thermo.Joules.Joules joules)
    {
        WriteComponents(json, joules.Components, withNumbers: true);
        json.WriteString("scope", joules.Scope.ToString());
        WriteNumber(json, "totalJoules", joules.TotalJoules);
        WriteNumber(json, "totalStandardError", joules.TotalStandardError);
        json.WriteBoolean("totalIsLowerBound", joules.TotalIsLowerBound);
        json.WriteNumber("seconds", joules.Seconds);
        if (joules.Process is { } share)
        {
            json.WriteStartObject("process");
            WriteNumber(json, "joules", share.Value);
            json.WriteString("status", share.Status.ToString());
            json.WriteString("reason", share.Reason);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("process");
        }

        json.WriteNumber("overheadSeconds", joules.OverheadSeconds);
        WriteNumber(json, "overheadJoules", joules.OverheadJoules);
    }

    /// <summary>What a training or a run of the program's own cost, as one member.</summary>
    public static void WriteOwn(Utf8JsonWriter json, ML.Thermo.Joules.Joules joules, Transition? training = null)
    {
        json.WriteStartObject("joules");
        WriteBill(json, joules);
        if (training is not null)
        {
            WriteQuantity(json, "perNat", joules.PerNat(training));
            WriteQuantity(json, "perUnitOfLoss", joules.PerUnitOfLoss(training));
        }

        json.WriteEndObject();
    }

    public static void WriteComponents(Utf8JsonWriter json, IReadOnlyList<JouleComponent> components, bool withNumbers)
    {
        json.WriteStartArray("components");
        foreach (JouleComponent component in components)
        {
            json.WriteStartObject();
            json.WriteString("name", component.Name);
            if (withNumbers)
            {
                WriteNumber(json, "joules", component.Joules);
                WriteNumber(json, "standardError", component.StandardError);
            }

            json.WriteString("status", component.Status.ToString());
            json.WriteString("source", component.Source);
            json.WriteString("scope", component.Scope.ToString());
            WriteNumber(json, "resolutionSeconds", component.ResolutionSeconds);
            json.WriteString("reason", component.Reason);
            json.WriteString("fix", component.Fix);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void Write(Utf8JsonWriter json, Race race, Goal goal)
    {
        json.WriteStartArray("settings");
        for (int i = 0; i < race.Contestants.Count; i++)
        {
            Contestant contestant = race.Contestants[i];
            json.WriteStartObject();
            json.WriteStartObject("knobs");
            foreach ((string knob, string value) in contestant.Setting.Values)
                json.WriteString(knob, value);
            json.WriteEndObject();
            json.WriteNumber("runs", contestant.Runs.Count);
            json.WriteEstimate("seconds", contestant.Seconds);
            json.WriteEstimate("joules", contestant.Joules);
            json.WriteBoolean("dropped", contestant.WasDropped);
            json.WriteBoolean("pareto", race.ParetoSet.Contains(i));
            json.WriteBoolean("chosen", i == race.Choice);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("eta", goal.Eta);
        WriteNumber(json, "slowdown", goal.Slowdown);
        json.WriteNumber("maximumWatts", race.MaximumWatts);
        json.WriteBoolean("decided", race.IsDecided);
    }

    private static void WriteQuantity(Utf8JsonWriter json, string name, JouleQuantity? quantity)
    {
        WriteNumber(json, name, quantity?.Value);
        WriteNumber(json, $"{name}StandardError", quantity?.StandardError);
        json.WriteString($"{name}Status", quantity?.Status.ToString());
        json.WriteString($"{name}Reason", quantity?.Reason);
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value) => json.WriteNumberOrNull(name, value ?? double.NaN);
}
