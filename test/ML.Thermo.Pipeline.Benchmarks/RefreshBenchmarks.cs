using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Initialization;
using ML.Thermo.Monitoring;

namespace ML.Thermo.Benchmarks;

/// <summary>What watching costs: 200,000 rows of 20 features, in memory, windows of 1000 rows.</summary>
internal static class RefreshBenchmarks
{
    private const int Rows = 200_000, Width = 20;

    public static IEnumerable<Comparison> All()
    {
        var context = new MLContext(1);
        Example[] examples = Examples();
        IDataView data = context.Data.Cache(context.Data.LoadFromEnumerable(examples));
        var model = context.Regression.Trainers.OnlineGradientDescent().Fit(data);
        IDataView scored = model.Transform(data);
        RefreshTransformer refresh = context.Thermo().Refresh(new RefreshOptions { WindowRows = 1000 }).Fit(context.Data.TakeRows(scored, 20_000));
        yield return new Comparison(
            "all columns of Refresh, 200,000 x 20, one cursor", "Score alone, one cursor",
            () => Read(refresh.Transform(scored)), () => Read(scored), 16);

        float[] scores = [.. scored.GetColumn<float>("Score")];
        yield return new Comparison(
            "DriftMonitor.Observe of 200,000 scored rows of 20", "Score alone, one cursor",
            () =>
            {
                using DriftMonitor monitor = context.Thermo().GetMonitor(refresh);
                for (int i = 0; i < Rows; i++)
                    monitor.Observe(examples[i].Features, scores[i], examples[i].Label);
            },
            () => Read(scored), 10);
    }

    private static void Read(IDataView data)
    {
        DataViewSchema.Column[] wanted = [.. data.Schema.Where(column => !column.IsHidden && column.Type == NumberDataViewType.Single && column.Name != "Label")];
        using DataViewRowCursor cursor = data.GetRowCursor(wanted);
        ValueGetter<float>[] getters = [.. wanted.Select(column => cursor.GetGetter<float>(column))];
        float value = 0;
        while (cursor.MoveNext())
        {
            foreach (ValueGetter<float> getter in getters)
                getter(ref value);
        }
    }

    private static Example[] Examples()
    {
        var random = new RandomStream(1, 0);
        return [.. Enumerable.Range(0, Rows).Select(_ =>
        {
            float[] x = [.. Enumerable.Range(0, Width).Select(_ => (float)random.NextNormal())];
            return new Example { Features = x, Label = x.Take(10).Sum() + (float)random.NextNormal() };
        })];
    }

    private sealed class Example
    {
        [VectorType(Width)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }
}
