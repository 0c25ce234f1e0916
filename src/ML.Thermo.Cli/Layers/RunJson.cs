using System.Text.Json;
using ML.Thermo.Cli.Output;
using ML.Thermo.Cli.Transitions;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Layers;
using ML.Thermo.Transitions;

namespace ML.Thermo.Cli.Layers;

/// <summary>What running a network gave, as JSON; null, with the reason in <c>status</c>, where it was not run.</summary>
internal static class RunJson
{
    private const string NotRun = "NotRun", NotRedrawn = "NotRedrawn", Synthetic = "Synthetic", NonFinite = "NonFinite", EqualRows = "EqualRows";

    /// <summary>Status of the whole command.</summary>
    public static IEnumerable<string> Status(LayersResult report)
    {
        if (report.NonFinite is not null)
            return [NonFinite];
        if (report.Run is null)
            return [NotRun];
        IEnumerable<string> network = report.Run.Thermodynamics?.Network.Transition.Status.Names() ?? [NotRedrawn];
        network = report.Run.Signals.HasEqualRows ? network.Append(EqualRows) : network;
        return report.Request.Data!.IsSynthetic ? network.Append(Synthetic) : network;
    }

    public static void WriteNetwork(Utf8JsonWriter json, LayersResult report)
    {
        NetworkThermodynamics? found = report.Run?.Thermodynamics;
        json.WriteString("device", report.Run?.Signals.Device);
        json.WriteNumber("samples", report.Run?.Signals.Rows ?? 0);
        json.WriteString("energy", found?.Energy.Name);
        json.WriteStartObject("network");
        if (found is null)
            json.WriteNull("temperature");
        else
            TransitionJson.WriteTransition(json, found.Network.Transition);
        json.WriteString("engineType", report.Findings.EngineType?.ToString());
        json.WriteStrings("otherActivations", report.Findings.OtherActivations);
        json.WriteEstimate("interactionEnergy", found?.InteractionEnergy ?? Estimate.Undefined);
        json.WriteNumber("draws", found?.Network.Energies.Length ?? 0);
        WriteSharpness(json, report.Run?.Sharpness?.Network);
        json.WriteStrings("status", Status(report));
        json.WriteEndObject();
    }

    public static void WriteLayer(Utf8JsonWriter json, LayerRow row, LayersResult report)
    {
        if (row.Signal is { } seen)
            json.WriteNumbers("outputShape", seen.OutputShape.Select(extent => (double)extent));
        else
            json.WriteNull("outputShape");
        WriteTransition(json, row.Result);
        WriteSharpness(json, row.Sharpness);
        WriteSignal(json, row, report);
        json.WriteStrings("status", report.Run is null ? [NotRun] : row.Result is null ? [NotRedrawn] : row.Result.Transition.Status.Names());
        if (report.Run?.Thermodynamics is { } found && row.Result is null)
            json.WriteString("statusReason", found.Skipped.FirstOrDefault(skipped => skipped.Layer == row.Layer).Reason);
    }

    private static void WriteTransition(Utf8JsonWriter json, LayerResult? result)
    {
        if (result is null)
        {
            foreach (string name in new[] { "transition", "temperature", "efficiency", "boundedEfficiency" })
                json.WriteNull(name);
            json.WriteString("mode", nameof(EngineMode.Undefined));
            return;
        }

        json.WriteStartObject("transition");
        TransitionJson.WriteTransition(json, result.Transition);
        json.WriteNumber("draws", result.Energies.Length);
        json.WriteStrings("status", result.Transition.Status.Names());
        json.WriteEndObject();
        json.WriteEstimate("temperature", result.Transition.Temperature);
        json.WriteEstimate("efficiency", result.Engine.Efficiency);
        json.WriteNumberOrNull("boundedEfficiency", result.Engine.BoundedEfficiency);
        json.WriteString("mode", result.Engine.Mode.ToString());
        json.WriteStartArray("assumed");
        foreach (AssumedLaw law in result.Assumed)
        {
            json.WriteStartObject();
            json.WriteString("parameter", law.Root.Name);
            json.WriteString("role", law.Role.ToString());
            json.WriteString("law", law.Law?.ToString());
            json.WriteString("because", law.Note);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSharpness(Utf8JsonWriter json, Sharpness? sharpness)
    {
        if (sharpness is null)
        {
            json.WriteNull("sharpness");
            return;
        }

        json.WriteStartObject("sharpness");
        json.WriteNumber("parameters", sharpness.Traces.Dimension);
        json.WriteNumber("step", sharpness.Step);
        json.WriteEstimate("trace", sharpness.Traces.Trace);
        json.WriteEstimate("traceOfSquare", sharpness.Traces.TraceOfSquare);
        json.WriteEstimate("effectiveDegreesOfFreedom", sharpness.Traces.EffectiveDegreesOfFreedom);
        json.WriteEstimate("learningCoefficient", sharpness.LearningCoefficient.Value);
        json.WriteStrings("status", (sharpness.Traces.Status | sharpness.LearningCoefficient.Status).Names());
        json.WriteEndObject();
    }

    private static void WriteSignal(Utf8JsonWriter json, LayerRow row, LayersResult report)
    {
        if (row.Signal is not { } signal)
        {
            json.WriteNull("signal");
            if (report.Run is { } run)
                json.WriteString("signalReason", run.Signals.Unwatched.FirstOrDefault(layer => layer.Layer == row.Layer)?.Reason);
            return;
        }

        json.WriteStartObject("signal");
        json.WriteNumberOrNull("inputVariance", signal.InputVariance);
        json.WriteNumberOrNull("outputVariance", signal.OutputVariance);
        json.WriteEstimate("transmission", signal.Transmission);
        json.WriteEstimate("activationEfficiency", signal.ActivationEfficiency);
        json.WriteNumberOrNull("gaussianPrediction", signal.GaussianPrediction);
        json.WriteEstimate("entropy", signal.Entropy);
        json.WriteNumberOrNull("deadFraction", signal.DeadFraction);
        json.WriteNumberOrNull("saturatedFraction", signal.SaturatedFraction);
        json.WriteFields(SignalFields.Tails, signal);
        json.WriteFields(SignalFields.Units, signal);
        json.WriteNumber("units", signal.Units);
        json.WriteString("engineType", signal.EngineType?.ToString());
        json.WriteStrings("status", signal.Status.Names());
        json.WriteEndObject();
    }
}
