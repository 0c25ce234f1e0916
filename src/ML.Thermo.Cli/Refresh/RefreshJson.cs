using System.Text.Json;
using ML.Thermo.Refresh;
using ML.Thermo.Report.Refresh;
using ML.Thermo.Transitions;

namespace ML.Thermo.Cli.Refresh;

/// <summary>Drift as JSON: the names are a contract.</summary>
internal static class RefreshJson
{
    public static void Write(Utf8JsonWriter json, RefreshResult report)
    {
        DriftOptions options = report.Reference.Options;
        json.WriteString("energy", report.Request.Energy);
        json.WriteString("rule", WindowFields.Name(report.Rule));
        json.WriteNumber("falseAlarmRate", options.FalseAlarmRate);
        json.WriteNumber("leastEffect", options.LeastEffect);
        json.WriteNumber("runLength", options.RunLength);
        json.WriteNumber("freshPoints", options.FreshPoints);
        WriteReference(json, report);
        json.WriteRows("windows", WindowFields.All, report.Windows);
        WriteDependence(json, report.Findings);
        WritePolicies(json, report.Findings.Policies);
        if (report.Findings.FirstAlarm is { } alarm)
            json.WriteNumber("firstAlarm", alarm);
        else
            json.WriteNull("firstAlarm");
        json.WriteStrings("status", report.Windows.Aggregate(Status.Defined, (status, window) => status | window.Drift.Status).Names());
    }

    private static void WriteDependence(Utf8JsonWriter json, DriftFindings findings)
    {
        json.WriteStartObject("dependence");
        json.WriteNumberOrNull("designEffect", findings.Dependence.DesignEffect);
        json.WriteBoolean("ratesHold", findings.Dependence.RatesHold);
        json.WriteEndObject();
    }

    private static void WritePolicies(Utf8JsonWriter json, RefreshPolicies? policies)
    {
        if (policies is null)
        {
            json.WriteNull("policies");
            return;
        }

        json.WriteStartObject("policies");
        json.WriteNumber("rows", policies.Rows);
        json.WriteStartObject("deployed");
        json.WriteNumberOrNull("loss", policies.Deployed);
        json.WriteEndObject();
        json.WriteStartObject("tempered");
        json.WriteNumberOrNull("loss", policies.Tempered);
        json.WriteNumberOrNull("effectiveRows", policies.EffectiveRows);
        json.WriteEndObject();
        json.WriteStartObject("retrainAtAlarms");
        json.WriteNumberOrNull("loss", policies.RetrainAtAlarms);
        json.WriteNumber("retrainings", policies.Retrainings);
        json.WriteEndObject();
        json.WriteEndObject();
    }

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
}
