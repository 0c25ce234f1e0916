using System.Text.Json;
using ML.Thermo.Cli.Output;
using ML.Thermo.Loops;
using ML.Thermo.Loops.Guard;
using ML.Thermo.Report.Loops;

namespace ML.Thermo.Cli.Loops;

/// <summary>A guard's findings as JSON.</summary>
internal static class GuardJson
{
    public static void Write(Utf8JsonWriter json, LoopFindings findings)
    {
        GuardFinding finding = findings.Finding;
        json.WriteStartArray("generations");
        for (int t = 0; t < finding.Generations.Count; t++)
        {
            json.WriteStartObject();
            Write(json, finding.Generations[t]);
            if (t < findings.Repetition.Count)
            {
                json.WriteNumber("repetitionLines", findings.Repetition[t].Lines);
                json.WriteNumber("duplicateShare", findings.Repetition[t].DuplicateShare);
                json.WriteNumberOrNull("compressionRatio", findings.Repetition[t].CompressionRatio);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("reference");
        Write(json, finding.Reference);
        json.WriteEndObject();
        json.WriteNumber("driftPValue", finding.Drift.PValue);
        json.WriteStartArray("resamplingBand");
        foreach ((double low, double high) in finding.Drift.Band)
            WriteInterval(json, low, high);
        json.WriteEndArray();
        if (finding.Fit is { } fit)
            Write(json, fit);
        else
            json.WriteNull("loop");
        LoopForecast? forecast = finding.Forecast;
        json.WriteNumberOrNull("retention", forecast?.Retention ?? double.NaN);
        json.WritePropertyName("retentionInterval");
        WriteInterval(json, forecast?.RetentionInterval.Low ?? double.NaN, forecast?.RetentionInterval.High ?? double.NaN);
        json.WriteNumberOrNull("halfLife", forecast?.HalfLife ?? double.NaN);
        json.WriteNumberOrNull("criticalShare", forecast?.CriticalShare ?? double.NaN);
        json.WriteNumberOrNull("criticalRows", forecast?.CriticalRows ?? double.NaN);
        json.WriteNumberOrNull("criticalRowsExact", forecast is null ? double.NaN : forecast.CriticalShare * forecast.Rows);
        json.WriteNumberOrNull("freshWeight", forecast?.Weight?.Total ?? double.NaN);
        json.WriteNumber("errorRate", finding.Options.ErrorRate);
        json.WriteString("verdict", finding.Verdict.ToString());
        json.WriteStrings("status", Names(finding.Status));
    }

    public static void Write(Utf8JsonWriter json, NumberFinding finding, LoopGuardOptions options)
    {
        json.WriteStartArray("generations");
        foreach (NumberDiversity generation in finding.Generations)
        {
            json.WriteStartObject();
            json.WriteNumber("rows", generation.Rows);
            json.WriteNumbers("means", generation.Means);
            json.WriteNumbers("variances", generation.Variances);
            json.WriteEstimate("entropyChange", generation.EntropyChange);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("driftPValue", finding.DriftPValue);
        json.WriteStartObject("loop");
        json.WriteEstimate("temperature", finding.Temperature);
        json.WriteNumber("freshShare", finding.FreshShare);
        json.WriteEndObject();
        json.WriteNumberOrNull("retention", finding.Retention);
        json.WritePropertyName("retentionInterval");
        WriteInterval(json, finding.RetentionInterval.Low, finding.RetentionInterval.High);
        json.WriteNumberOrNull("criticalShare", finding.CriticalShare);
        double rows = finding.Generations[^1].Rows, need = finding.CriticalShare * rows, whole = Math.Ceiling(need - 1e-9);
        json.WriteNumberOrNull("criticalRows", whole);
        json.WriteNumberOrNull("criticalRowsExact", need);
        json.WriteNumberOrNull("freshWeight", whole > 0 ? FreshWeight.Of(whole, rows - whole).Total : double.NaN);
        json.WriteNumber("errorRate", options.ErrorRate);
        json.WriteString("verdict", finding.Verdict.ToString());
    }

    private static void Write(Utf8JsonWriter json, GenerationDiversity generation)
    {
        json.WriteNumber("rows", generation.Rows);
        json.WriteEstimate("entropy", generation.Entropy);
        json.WriteEstimate("gini", generation.GiniSimpson);
        json.WriteNumberOrNull("coverage", generation.Coverage);
        json.WriteNumberOrNull("richness", generation.Richness);
        json.WriteNumber("newCategories", generation.NewCategories);
    }

    private static void Write(Utf8JsonWriter json, LoopFit fit)
    {
        json.WriteStartObject("loop");
        json.WriteEstimate("temperature", fit.Temperature);
        json.WritePropertyName("temperatureInterval");
        WriteInterval(json, fit.TemperatureInterval.Low, fit.TemperatureInterval.High);
        json.WriteEstimate("freshShare", fit.FreshShare);
        json.WritePropertyName("freshShareInterval");
        WriteInterval(json, fit.FreshShareInterval.Low, fit.FreshShareInterval.High);
        json.WriteNumberOrNull("logLikelihoodGain", fit.LogLikelihoodGain);
        json.WriteNumber("novelRows", fit.NovelRows);
        json.WriteStartArray("profile");
        foreach (ProfilePoint point in fit.Profile.OrderBy(point => point.FreshShare))
        {
            json.WriteStartObject();
            json.WriteNumber("freshShare", point.FreshShare);
            json.WriteNumberOrNull("temperature", point.Temperature);
            json.WriteNumberOrNull("logLikelihood", point.LogLikelihood);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteInterval(Utf8JsonWriter json, double low, double high)
    {
        json.WriteStartArray();
        foreach (double end in new[] { low, high })
        {
            if (double.IsFinite(end))
                json.WriteNumberValue(end);
            else
                json.WriteNullValue();
        }

        json.WriteEndArray();
    }

    private static IEnumerable<string> Names(GuardStatus status) => status == GuardStatus.Defined
        ? [nameof(GuardStatus.Defined)]
        : Enum.GetValues<GuardStatus>().Where(flag => flag != GuardStatus.Defined && status.HasFlag(flag)).Select(flag => flag.ToString());
}
