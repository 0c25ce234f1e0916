using System.Text.Json;
using ML.Thermo.Report.Transitions;
using ML.Thermo.Transitions;

namespace ML.Thermo.Cli.Transitions;

/// <summary>A transition as JSON: the names are a contract.</summary>
internal static class TransitionJson
{
    private static readonly IReadOnlyList<Field<Transition>> s_fields =
        [.. TransitionFields.Differences<Transition>(transition => transition, ""), .. TransitionFields.Temperatures<Transition>(transition => transition)];

    public static void Write(Utf8JsonWriter json, TransitionResult report)
    {
        Transition transition = report.Transition;
        json.WriteString("energy", report.Request.Energy.Name);
        json.WriteNumber("rows", report.System.Training.Rows);
        json.WriteNumber("heldOutRows", report.Fresh?.Rows ?? 0);
        json.WriteNumber("freshPoints", report.FreshPoints);
        json.WriteStrings("features", report.System.Training.FeatureNames);
        json.WriteNumberOrNull("groundEnergy", report.System.GroundState.Energy);
        json.WriteNumbers("parameters", report.System.GroundState.Parameters);
        WriteTransition(json, transition);
        json.WriteEstimate("differentialTemperature", report.DifferentialTemperature);
        json.WriteEstimate("parameterTemperature", report.ParameterTemperature);
        json.WriteEstimate("equipartitionRatio", report.EquipartitionRatio);
        json.WriteStrings("status", transition.Status.Names());
    }

    /// <summary>The two states and all that follows from them; the status is left to the caller.</summary>
    public static void WriteTransition(Utf8JsonWriter json, Transition transition)
    {
        WriteState(json, "typeI", transition.From);
        WriteState(json, "typeII", transition.To);
        json.WriteFields(s_fields, transition);
    }

    private static void WriteState(Utf8JsonWriter json, string name, State state)
    {
        json.WriteStartObject(name);
        json.WriteNumberOrNull("energy", state.Energy.Value);
        json.WriteNumberOrNull("variance", state.Variance.Value);
        json.WriteNumberOrNull("thirdCumulant", state.ThirdCumulant);
        json.WriteNumberOrNull("entropy", state.Entropy.Differential);
        json.WriteString("entropyMethod", EntropyChoice.Name(state.Entropy.Method));
        json.WriteNumberOrNull("energyStandardError", state.Energy.StandardError);
        json.WriteNumberOrNull("entropyStandardError", state.Entropy.StandardError);
        json.WriteEndObject();
    }
}
