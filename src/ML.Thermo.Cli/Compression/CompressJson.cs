using System.Text.Json;
using ML.Thermo.Compression;
using ML.Thermo.Onnx.Compression;
using ML.Thermo.Report.Compression;
using ML.Thermo.Report.Fields;

namespace ML.Thermo.Cli.Compression;

/// <summary>A compression as JSON.</summary>
internal static class CompressJson
{
    public static void Write(Utf8JsonWriter json, CompressionFindings findings)
    {
        CompressedNetwork network = findings.Network;
        CompressionPlan plan = network.Plan;
        json.WriteString("model", findings.Subject);
        json.WriteNumber("bytesBefore", plan.BytesBefore);
        json.WriteNumber("bytes", findings.Bytes ?? network.Bytes);
        json.WriteNumber("smallestBytes", plan.SmallestBytes);
        json.WriteNumber("averageBits", network.AverageBits);
        json.WriteString("loss", plan.IsDivergence ? "kl" : "relative");
        Loss(json, "forecast", network.Forecast);
        json.WriteNumber("planLoss", network.PlanLoss);
        Loss(json, "measured", findings.Measured);
        json.WriteNumber("rows", plan.Rows);
        json.WriteNumber("measuredRows", findings.MeasuredRows);
        json.WriteNumber("selfEnergy", network.SelfEnergy);
        json.WriteNumber("temperature", network.Temperature);
        json.WriteNumber("exchanges", network.Exchanges);
        json.WriteNumber("passes", network.Passes);
        Costs(json, "before", findings.Costs?.Before);
        Costs(json, "after", findings.Costs?.After);
        Costs(json, "afterAsFloats", findings.Costs?.AfterAsFloats);
        json.WriteRows("layers", CompressionFields.All, StoredLayer.Of(network));
        json.WriteStartArray("kept");
        foreach (KeptLayer kept in plan.Kept)
        {
            json.WriteStartObject();
            json.WriteString("name", kept.Name);
            json.WriteNumber("parameters", kept.Parameters);
            json.WriteString("reason", kept.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("curve");
        foreach (Equilibrium point in plan.Curve)
        {
            json.WriteStartObject();
            json.WriteNumber("bytes", point.Allocation.Size);
            json.WriteNumber("loss", point.Allocation.Loss);
            json.WriteNumber("temperature", point.Price / (8 * Math.Log(2)));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStrings("status", findings.IsSynthetic ? ["SyntheticData"] : ["Defined"]);
    }

    private static void Loss(Utf8JsonWriter json, string name, MeasuredLoss? loss)
    {
        json.WriteEstimate(name, new Estimate(loss?.Value ?? double.NaN, double.NaN));
        if (loss is { } known && double.IsFinite(known.Low))
            json.WriteNumbers($"{name}Interval", [known.Low, known.High]);
        else
            json.WriteNull($"{name}Interval");
    }

    private static void Costs(Utf8JsonWriter json, string name, ModelCosts? costs)
    {
        if (costs is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("loadSeconds", costs.LoadSeconds);
        json.WriteNumber("runSeconds", costs.RunSeconds);
        if (costs.PeakBytes is { } peak)
            json.WriteNumber("peakBytes", peak);
        else
            json.WriteNull("peakBytes");
        json.WriteEndObject();
    }
}
