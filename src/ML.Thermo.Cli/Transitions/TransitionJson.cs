using System.Text.Json;
using ML.Thermo.Cli.Output;

namespace ML.Thermo.Cli.Transitions;

/// <summary>A transition as JSON: the names are a contract.</summary>
internal static class TransitionJson
{
    public static void Write(Utf8JsonWriter json, TransitionReport report)
    {
        Transition transition = report.Transition;
        json.WriteString("energy", report.Request.Energy.Name);
        json.WriteNumber("rows", report.System.Training.Rows);
        json.WriteNumber("heldOutRows", report.Fresh?.Rows ?? 0);
        json.WriteNumber("freshPoints", report.FreshPoints);
        json.WriteStrings("features", report.System.Training.FeatureNames);
        json.WriteNumberOrNull("groundEnergy", report.System.GroundState.Energy);
        json.WriteNumbers("parameters", report.System.GroundState.Parameters);
        WriteState(json, "typeI", report.Before);
        WriteState(json, "typeII", report.After);
        json.WriteEstimate("deltaEnergy", transition.DeltaEnergy);
        json.WriteEstimate("deltaEntropy", transition.DeltaEntropy);
        json.WriteEstimate("temperature", transition.Temperature);
        json.WriteEstimate("beta", transition.Beta);
        json.WriteNumberOrNull("gaussianTemperature", transition.GaussianTemperature);
        json.WriteNumberOrNull("resolvedTemperature", transition.ResolvedTemperature);
        json.WriteNumberOrNull("fluctuationTemperature", transition.FluctuationTemperature);
        json.WriteEstimate("differentialTemperature", report.DifferentialTemperature);
        json.WriteNumberOrNull("effectiveDegreesOfFreedom", transition.EffectiveDegreesOfFreedom);
        json.WriteEstimate("parameterTemperature", report.ParameterTemperature);
        json.WriteEstimate("equipartitionRatio", report.EquipartitionRatio);
        json.WriteStrings("status", transition.Status.Names());
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
