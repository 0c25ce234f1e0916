using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Benchmarks;

/// <summary>What watching costs: 200,000 rows of 20 features, in memory, windows of 1000 rows.</summary>
internal static class RefreshBenchmarks
{
    public static IEnumerable<Comparison> All()
    {
        var context = new MLContext(1);
        var rows = new GeneratedRows(width: 20);
        IDataView data = rows.Load(context);
        var model = context.Regression.Trainers.OnlineGradientDescent().Fit(data);
        IDataView scored = model.Transform(data);
        RefreshTransformer refresh = context.Thermo().Refresh(new RefreshOptions { WindowRows = 1000 }).Fit(context.Data.TakeRows(scored, 20_000));
        string[] columns = ["Energy", "DeltaEnergy", "DeltaEntropy", "DriftTemperature", "PValue"];
        yield return new Comparison(
            "all columns of Refresh, 200,000 x 20, one cursor", "Score alone, one cursor",
            () => GeneratedRows.Read(refresh.Transform(scored), ["Score", .. columns]), () => GeneratedRows.Read(scored, "Score"), 16);

        float[] scores = [.. scored.GetColumn<float>("Score")];
        yield return new Comparison(
            "DriftMonitor.Observe of 200,000 scored rows of 20", "Score alone, one cursor",
            () =>
            {
                using DriftMonitor monitor = context.Thermo().GetMonitor(refresh);
                for (int i = 0; i < scores.Length; i++)
                    monitor.Observe(rows.Examples[i].Features, scores[i], rows.Examples[i].Label);
            },
            () => GeneratedRows.Read(scored, "Score"), 10);
    }
}
