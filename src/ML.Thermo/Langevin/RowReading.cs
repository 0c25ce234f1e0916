using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Measurement;

namespace ML.Thermo.Langevin;

/// <summary>One pass over the training data.</summary>
/// <param name="Rows">The rows that can be used.</param>
/// <param name="Skipped">Rows left out because a label, a feature or a weight is missing.</param>
internal sealed record RowReading(TrainingRows.Builder Rows, long Skipped)
{
    public static RowReading Of(IDataView data, LangevinTrainerOptions options)
    {
        DataViewSchema.Column label = data.Schema[options.LabelColumnName], features = data.Schema[options.FeatureColumnName];
        DataViewSchema.Column? weight = options.ExampleWeightColumnName is { } name ? data.Schema[name] : null;
        var rows = new TrainingRows.Builder(((VectorDataViewType)features.Type).Size);
        long skipped = 0, kept = 0;
        using DataViewRowCursor cursor = data.GetRowCursor(new[] { label, features, weight }.OfType<DataViewSchema.Column>());
        Func<double> target = ScoredData.LabelReader(cursor, label);
        ValueGetter<VBuffer<float>> vector = cursor.GetGetter<VBuffer<float>>(features);
        ValueGetter<float> share = weight is { } column ? cursor.GetGetter<float>(column) : (ref float one) => one = 1;
        VBuffer<float> x = default;
        float w = 1;
        while (cursor.MoveNext())
        {
            if (((kept + skipped) & 0xFFF) == 0)
                options.Cancellation.ThrowIfCancellationRequested();
            double y = target();
            vector(ref x);
            share(ref w);
            if (!double.IsFinite(y) || !float.IsFinite(w) || !ScoredData.IsComplete(x))
            {
                skipped++;
                continue;
            }

            rows.Add(x.GetValues(), x.GetIndices(), (float)y, w);
            kept++;
        }

        return kept == 0 && skipped > 0
            ? throw new UnusableDataException($"None of {skipped} training rows can be used: each lacks its label, a feature or its weight.")
            : new RowReading(rows, skipped);
    }
}
