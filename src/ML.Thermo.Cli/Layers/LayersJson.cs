using System.Text.Json;
using ML.Thermo.Cli.Output;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Onnx.Weights;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Layers;

namespace ML.Thermo.Cli.Layers;

/// <summary>The layers as JSON: the names are a contract.</summary>
internal static class LayersJson
{
    public static void Write(Utf8JsonWriter json, LayersResult report)
    {
        WriteModel(json, report);
        RunJson.WriteNetwork(json, report);
        json.WriteStartArray("layers");
        foreach (LayerRow row in report.Rows)
            WriteLayer(json, row, report);
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
        WriteNonFinite(json, report.NonFinite);
        json.WriteNumber("seconds", report.Elapsed.TotalSeconds);
        json.WriteStrings("status", RunJson.Status(report));
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

    private static void WriteLayer(Utf8JsonWriter json, LayerRow row, LayersResult report)
    {
        Layer layer = row.Layer;
        json.WriteStartObject();
        json.WriteNumber("index", layer.Index);
        json.WriteString("name", layer.Name);
        json.WriteString("type", layer.OpType);
        json.WriteString("activation", layer.Activation?.Operator);
        json.WriteString("activationFunction", layer.Activation?.Function?.Name);
        json.WriteNumber("parameters", layer.ParameterCount);
        json.WriteNumber("fanIn", layer.FanIn);
        json.WriteNumber("fanOut", layer.FanOut);
        RunJson.WriteLayer(json, row, report);
        WriteWeights(json, row.Weights);
        json.WriteEndObject();
    }

    private static void WriteWeights(Utf8JsonWriter json, LayerWeights weights)
    {
        if (weights.Analysis is not { } analysis)
        {
            json.WriteNull("weights");
            json.WriteString("weightsReason", weights.Reason);
            return;
        }

        json.WriteStartObject("weights");
        json.WriteNumberOrNull("mean", analysis.Mean);
        json.WriteNumberOrNull("variance", analysis.Variance);
        json.WriteNumberOrNull("kurtosis", analysis.Kurtosis);
        json.WriteNumberOrNull("zeroFraction", analysis.Entries.ZeroFraction);
        json.WriteFields(WeightFields.Own, analysis);
        json.WriteNumber("notFinite", analysis.Entries.NotFinite);
        json.WriteEstimate("spectralNorm", analysis.SpectralNorm);
        json.WriteNumberOrNull("frobeniusNorm", analysis.FrobeniusNorm);
        json.WriteEstimate("stableRank", analysis.StableRank);
        json.WriteEstimate("spectralEntropy", analysis.SpectralEntropy);
        json.WriteString("spectrumMethod", analysis.Matrix.Method.ToString());
        json.WriteEstimate("alpha", analysis.Alpha);
        json.WriteNumberOrNull("alphaDistance", analysis.Positions.Tail.KolmogorovDistance);
        json.WriteNumberOrNull("alphaTailSize", analysis.Positions.Tail.Count);
        json.WriteStrings("alphaStatus", analysis.Positions.Tail.Status.Names());
        json.WriteNumberOrNull("marchenkoPasturEdge", analysis.MarchenkoPasturEdge);
        json.WriteNumber("spikes", analysis.Spikes);
        json.WriteStrings("marchenkoPasturStatus", analysis.Bulk.Status.Names());
        WriteInitialization(json, weights, analysis.Initialization);
        json.WriteStrings("status", analysis.Status.Names());
        json.WriteEndObject();
    }

    private static void WriteInitialization(Utf8JsonWriter json, LayerWeights weights, InitializationDistance? distance)
    {
        if (distance is null)
        {
            json.WriteNull("initialization");
            json.WriteString("initializationReason", weights.Assumed?.Note);
            return;
        }

        json.WriteStartObject("initialization");
        json.WriteString("scheme", weights.Law);
        json.WriteString("law", distance.Law.ToString());
        json.WriteNumberOrNull("varianceRatio", distance.VarianceRatio);
        json.WriteNumberOrNull("kolmogorovSmirnov", distance.KolmogorovSmirnov);
        json.WriteNumberOrNull("wasserstein", distance.Wasserstein);
        json.WriteEndObject();
    }
}
