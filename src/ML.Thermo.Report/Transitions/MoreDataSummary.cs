using ML.Thermo.Forecasts;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Transitions;

/// <summary>What more rows would bring, in a sentence.</summary>
internal static class MoreDataSummary
{
    public static IEnumerable<string> Of(MoreDataForecast? forecast)
    {
        if (forecast is not { IsRegular: true })
            yield break;
        yield return $"More rows: loss {Numbers.Brief(forecast.HeldOutLoss)} on rows to come, {Numbers.Brief(forecast.TrainingLoss)} on its own. About "
            + $"{Numbers.Brief(forecast.Floor)} would remain with endless rows; twice as many bring {Numbers.Brief(forecast.GainOfDoubling)}.";
    }
}
