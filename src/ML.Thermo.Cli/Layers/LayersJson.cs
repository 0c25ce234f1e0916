using System.Text.Json;
using ML.Thermo.Cli.Joules;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Report.Layers;
using ML.Thermo.Report.Transitions;
using ML.Thermo.Transitions;

namespace ML.Thermo.Cli.Layers;

/// <summary>The layers as JSON: the names are a contract.</summary>
internal static class LayersJson
{
    public static void Write(Utf8JsonWriter json, LayersResult report)
    {
        WriteModel(json, report);
        WriteRun(json, report.Findings);
        json.WriteStartArray("layers");
        var fields = new LayerFields(report.Findings);
        foreach (LayerFindings row in report.Rows)
            WriteLayer(json, row, fields, report.Findings);
        json.WriteEndArray();
        json.WriteStartArray("skipped");
        foreach (SkippedNode node in report.Graph.Skipped)
        {
            json.WriteStartObject();
            json.WriteString("node", node.Node);
            json.WriteString("op", node.OpType);
            json.WriteString("reason", node.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteNonFinite(json, report.Findings.NonFinite);
        json.WriteNumber("seconds", report.Elapsed.TotalSeconds);
        if (report.Joules is { } joules)
            JoulesJson.WriteOwn(json, joules);
        json.WriteStrings("status", Status(report.Findings));
    }

    /// <summary>Where a number that is not finite began; left out where there was none.</summary>
    private static void WriteNonFinite(Utf8JsonWriter json, NonFiniteActivationException? bad)
    {
        if (bad is null)
            return;
        json.WriteStartObject("nonFinite");
        json.WriteString("node", bad.Origin?.Node);
        json.WriteString("layer", bad.Layer.Name);
        json.WriteNumberOrNull("row", bad.Origin is { Row: >= 0 and var row } ? row : double.NaN);
        json.WriteBoolean("inputHadIt", bad.Origin?.InputHadIt ?? false);
        json.WriteString("weight", bad.Origin?.Weight);
        json.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter json, LayersResult report)
    {
        OnnxModel model = report.Model;
        json.WriteStartObject("model");
        json.WriteString("name", model.Name);
        json.WriteNumber("opset", model.OperatorSet);
        json.WriteString("producer", report.Producer);
        json.WriteNumber("parameters", report.Graph.ParameterCount);
        json.WriteNumber("irVersion", model.IrVersion);
        json.WriteStrings("foreignDomains", model.ForeignDomains);
        WriteValues(json, "inputs", report.Inputs);
        WriteValues(json, "outputs", model.Graph.Outputs);
        json.WriteEndObject();
    }

    private static void WriteValues(Utf8JsonWriter json, string name, IEnumerable<OnnxValue> values)
    {
        json.WriteStartArray(name);
        foreach (OnnxValue value in values)
        {
            json.WriteStartObject();
            json.WriteString("name", value.Name);
            json.WriteString("type", value.Kind == ValueKind.Tensor ? value.ElementType.ToString() : value.Kind.ToString());
            WriteShape(json, "shape", value.Shape);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A declared shape; a free extent is null.</summary>
    private static void WriteShape(Utf8JsonWriter json, string name, IReadOnlyList<Dimension>? shape)
    {
        if (shape is null)
            json.WriteNull(name);
        else
            json.WriteNumbers(name, shape.Select(extent => extent.Value ?? double.NaN));
    }

    /// <summary>Status of the whole command.</summary>
    private static IEnumerable<string> Status(NetworkFindings findings)
    {
        if (findings.NonFinite is not null)
            return ["NonFinite"];
        if (findings.Signals is null)
            return [LayerFields.NotRun];
        IEnumerable<string> network = findings.Thermodynamics?.Network.Transition.Status.Names() ?? [LayerFields.NotRedrawn];
        network = findings.Signals.HasEqualRows ? network.Append("EqualRows") : network;
        return findings.IsSynthetic ? network.Append("Synthetic") : network;
    }

    private static void WriteRun(Utf8JsonWriter json, NetworkFindings findings)
    {
        NetworkThermodynamics? found = findings.Thermodynamics;
        json.WriteString("device", findings.Signals?.Device);
        json.WriteNumber("samples", findings.Signals?.Rows ?? 0);
        json.WriteString("energy", found?.Energy.Name);
        json.WriteString("energyOutput", found?.Energy.Output);
        json.WriteStartObject("network");
        if (found is null)
            json.WriteNull("temperature");
        else
            json.WriteFields(TransitionFields.All, found.Network.Transition);
        json.WriteString("engineType", findings.EngineType?.ToString());
        json.WriteStrings("otherActivations", findings.OtherActivations);
        json.WriteEstimate("interactionEnergy", found?.InteractionEnergy ?? Estimate.Undefined);
        json.WriteNumber("draws", found?.Network.Energies.Length ?? 0);
        json.WriteObject("sharpness", LayerFields.Curvature, findings.Sharpness?.Network);
        json.WriteStrings("status", Status(findings));
        json.WriteEndObject();
    }

    private static void WriteLayer(Utf8JsonWriter json, LayerFindings row, LayerFields fields, NetworkFindings findings)
    {
        json.WriteStartObject();
        json.WriteFields(LayerFields.Identity, row);
        if (row.Signal is { } seen)
            json.WriteNumbers("outputShape", seen.OutputShape.Select(extent => (double)extent));
        else
            json.WriteNull("outputShape");
        json.WriteObject("transition", LayerFields.Transition, row.Result);
        json.WriteFields(fields.Redrawn, row);
        if (row.Result is { } result)
            json.WriteRows("assumed", LayerFields.Assumed, result.Assumed);
        json.WriteObject("sharpness", LayerFields.Curvature, row.Sharpness);
        json.WriteObject("signal", SignalFields.All, row.Signal);
        if (row.Signal is null && findings.Signals is { } signals)
            json.WriteString("signalReason", signals.Unwatched.FirstOrDefault(layer => layer.Layer == row.Layer)?.Reason);
        json.WriteStrings("status", findings.Signals is null ? [LayerFields.NotRun] : row.Result?.Transition.Status.Names() ?? [LayerFields.NotRedrawn]);
        if (findings.Thermodynamics is { } found && row.Result is null)
            json.WriteString("statusReason", found.Skipped.FirstOrDefault(skipped => skipped.Layer == row.Layer).Reason);
        WriteWeights(json, row);
        json.WriteEndObject();
    }

    private static void WriteWeights(Utf8JsonWriter json, LayerFindings row)
    {
        if (row.Weights is not { } weights)
        {
            json.WriteNull("weights");
            json.WriteString("weightsReason", row.WeightsReason);
            return;
        }

        json.WriteStartObject("weights");
        json.WriteFields(WeightFields.Entries, row);
        json.WriteFields(WeightFields.Spectrum, row);
        json.WriteObject("initialization", WeightFields.Law, weights.Initialization is null ? null : row);
        if (weights.Initialization is null)
            json.WriteString("initializationReason", row.Assumed?.Note);
        json.WriteFields([WeightFields.Status], row);
        json.WriteEndObject();
    }
}
