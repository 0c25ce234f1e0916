using System.Text.Json;
using ML.Thermo.Cli.Joules;
using ML.Thermo.Forecasts;
using ML.Thermo.Report.Transitions;

namespace ML.Thermo.Cli.Transitions;

/// <summary>A training as JSON: the names are a contract.</summary>
internal static class TransitionJson
{
    public static void Write(Utf8JsonWriter json, TransitionResult result)
    {
        json.WriteString("energy", result.Request.Energy.Name);
        json.WriteNumber("rows", result.System.Training.Rows);
        json.WriteNumber("heldOutRows", result.Fresh?.Rows ?? 0);
        json.WriteNumber("freshPoints", result.Findings.FreshPoints);
        json.WriteStrings("features", result.System.Training.FeatureNames);
        json.WriteNumberOrNull("groundEnergy", result.System.GroundState.Energy);
        json.WriteNumbers("parameters", result.System.GroundState.Parameters);
        json.WriteFields(TransitionFields.States, result.Transition);
        json.WriteFields(TrainingFields.Main, result.Findings);
        json.WriteFields(TrainingFields.Others(result.Findings), result.Findings);
        MoreData(json, result.System.Training.Rows, result.Findings.MoreData);
        if (result.Joules is { } joules)
            JoulesJson.WriteOwn(json, joules, result.Transition);
        json.WriteStrings("status", result.Transition.Status.Names());
    }

    private static void MoreData(Utf8JsonWriter json, int rows, MoreDataForecast? forecast)
    {
        json.WriteStartObject("moreData");
        json.WriteNumber("rows", rows);
        json.WriteEstimate("gainOfDoubling", forecast?.GainOfDoubling ?? Estimate.Undefined);
        json.WriteEstimate("floor", forecast?.Floor ?? Estimate.Undefined);
        json.WriteNumberOrNull("learningCoefficient", forecast?.LearningCoefficient.Value ?? double.NaN);
        json.WriteString("method", forecast?.Method.ToString());
        json.WriteStrings("status", [forecast is null ? "NotRegular" : "Defined"]);
        json.WriteEndObject();
    }
}
