using System.Text.Json;
using ML.Thermo.Cli.Output;
using ML.Thermo.Energies;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Binning;
using ML.Thermo.Transitions;

namespace ML.Thermo.Cli.Refresh;

/// <summary>Drift as JSON: the names are a contract.</summary>
internal static class RefreshJson
{
    public static void Write(Utf8JsonWriter json, RefreshResult report)
    {
        DriftOptions options = report.Reference.Options;
        json.WriteString("energy", report.Request.Energy);
        json.WriteString("rule", Name(report.Rule));
        json.WriteNumber("falseAlarmRate", options.FalseAlarmRate);
        json.WriteNumber("leastEffect", options.LeastEffect);
        json.WriteNumber("runLength", options.RunLength);
        json.WriteNumber("freshPoints", options.FreshPoints);
        WriteReference(json, report);
        json.WriteStartArray("windows");
        foreach (RefreshWindow window in report.Windows)
            WriteWindow(json, window);
        json.WriteEndArray();
        if (report.FirstAlarm is { } alarm)
            json.WriteNumber("firstAlarm", alarm.Index);
        else
            json.WriteNull("firstAlarm");
        json.WriteStrings("status", report.Windows.Aggregate(Status.Defined, (status, window) => status | window.Drift.Status).Names());
    }

    /// <summary>The rule's name in JSON and tables.</summary>
    public static string Name(DriftRule rule) => rule switch { DriftRule.Energy => "energy", DriftRule.LabelFree => "label-free", _ => "none" };

    private static void WriteReference(Utf8JsonWriter json, RefreshResult report)
    {
        DriftWindow rows = report.Reference.Rows;
        json.WriteStartObject("reference");
        json.WriteNumber("rows", rows.Rows);
        json.WriteNumber("labelled", rows.Labelled);
        State? state = rows.ToState(report.Reference.Options.FreshPoints);
        json.WriteEstimate("stateEnergy", state?.Energy ?? Estimate.Undefined);
        json.WriteEstimate("stateVariance", state?.Variance ?? Estimate.Undefined);
        json.WriteNumberOrNull("stateEntropy", state?.Entropy.Value ?? double.NaN);
        json.WriteStrings("inputs", report.Reference.Inputs.Select(input => input.Name));
        json.WriteStrings("parameterNames", report.Fit?.Names ?? []);
        json.WriteNumbers("parameters", report.Fit?.Parameters ?? []);
        json.WriteEndObject();
    }

    private static void WriteWindow(Utf8JsonWriter json, RefreshWindow window)
    {
        WindowDrift drift = window.Drift;
        json.WriteStartObject();
        json.WriteNumber("index", window.Index);
        json.WriteNumber("firstRow", window.FirstRow);
        json.WriteString("start", window.Start);
        json.WriteNumber("rows", drift.Rows);
        json.WriteNumber("labelled", drift.Labelled);
        WriteEnergy(json, drift.Energy);
        json.WriteString("rule", Name(drift.Rule));
        json.WriteNumberOrNull("pValue", drift.PValue);
        json.WriteNumberOrNull("effect", drift.Effect);
        json.WriteBoolean("refresh", drift.Refresh);
        json.WriteNumberOrNull("eValue", window.Step.EValue);
        json.WriteNumberOrNull("detector", window.Step.Detector);
        json.WriteBoolean("alarm", window.Step.Alarm);
        json.WriteNumberOrNull("labelFreePValue", drift.LabelFreePValue);
        json.WriteNumberOrNull("labelFreeEffect", drift.LabelFreeEffect);
        if (drift.SelfEnergy is { } self)
        {
            json.WriteStartObject("selfEnergy");
            WriteEnergy(json, self);
            json.WriteEndObject();
        }

        WriteInputs(json, drift.Inputs);
        WriteLinear(json, window);
        json.WriteStrings("status", drift.Status.Names());
        json.WriteEndObject();
    }

    private static void WriteEnergy(Utf8JsonWriter json, EnergyDrift? energy)
    {
        Transition? transition = energy?.Transition;
        json.WriteEstimate("deltaEnergy", transition?.DeltaEnergy ?? Estimate.Undefined);
        json.WriteEstimate("deltaEntropy", transition?.DeltaEntropy ?? Estimate.Undefined);
        json.WriteEstimate("temperature", transition?.Temperature ?? Estimate.Undefined);
        json.WriteEstimate("beta", transition?.Beta ?? Estimate.Undefined);
        json.WriteNumberOrNull("smallShiftTemperature", energy?.SmallShiftTemperature ?? double.NaN);
        WriteDistances(json, energy?.Distances ?? BinDistances.Of([], []));
    }

    private static void WriteDistances(Utf8JsonWriter json, BinDistances distances)
    {
        json.WriteNumberOrNull("populationStability", distances.PopulationStability);
        json.WriteNumberOrNull("jensenShannon", distances.JensenShannon);
        json.WriteNumberOrNull("hellinger", distances.Hellinger);
        json.WriteNumberOrNull("kolmogorovSmirnov", distances.KolmogorovSmirnov);
        json.WriteNumberOrNull("wasserstein", distances.Wasserstein);
        json.WriteNumberOrNull("chiSquare", distances.ChiSquare);
        json.WriteNumberOrNull("chiSquarePValue", distances.ChiSquarePValue);
    }

    private static void WriteInputs(Utf8JsonWriter json, IReadOnlyList<InputDrift> inputs)
    {
        json.WriteStartArray("inputs");
        foreach (InputDrift input in inputs.OrderByDescending(input => input.Significance))
        {
            json.WriteStartObject();
            json.WriteString("name", input.Input.Name);
            json.WriteBoolean("isCategory", input.Input.IsCategory);
            json.WriteNumberOrNull("effect", input.Effect);
            json.WriteNumberOrNull("significance", input.Significance);
            WriteDistances(json, input.Distances);
            json.WriteNumber("unseen", input.Unseen);
            json.WriteNumber("missing", input.Missing);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLinear(Utf8JsonWriter json, RefreshWindow window)
    {
        json.WriteStartArray("attribution");
        foreach (Attribution share in window.Shares)
        {
            json.WriteStartObject();
            json.WriteString("name", share.Name ?? "label");
            json.WriteNumberOrNull("deltaEnergy", share.DeltaEnergy.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumberOrNull("refreshRelease", window.Warm?.Release ?? double.NaN);
        json.WriteNumberOrNull("refreshTemperature", window.Warm?.Temperature ?? double.NaN);
    }
}
