using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Schemas;

namespace ML.Thermo.Scans;

/// <summary>Any binary trainer of ML.NET as the observer that tells sides apart: it must give a probability.</summary>
internal sealed class TrainerObserver(MLContext context, IEstimator<ITransformer> trainer)
{
    public double[] Judge(IReadOnlyList<double[]> rows, IReadOnlyList<bool> isLeft, IReadOnlyList<double[]> others, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var schema = SchemaDefinition.Create(typeof(Example));
        schema[nameof(Example.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Length);
        ITransformer model = trainer.Fit(context.Data.LoadFromEnumerable(rows.Select((row, i) => Example.Of(row, isLeft[i])), schema));
        IDataView judged = model.Transform(context.Data.LoadFromEnumerable(others.Select(row => Example.Of(row, false)), schema));
        DataViewSchema.Column probability = judged.Schema.Demand(
            "probability", "Probability", "a Single: the observer must be a binary trainer with a probability", type => type == NumberDataViewType.Single);
        using DataViewRowCursor cursor = judged.GetRowCursor([probability]);
        ValueGetter<float> getter = cursor.GetGetter<float>(probability);
        List<double> found = new(others.Count);
        float value = 0;
        while (cursor.MoveNext())
        {
            getter(ref value);
            found.Add(value);
        }

        return [.. found];
    }

    /// <summary>A row of the split.</summary>
    private sealed class Example
    {
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }

        public static Example Of(double[] row, bool label) => new() { Features = [.. row.Select(value => (float)value)], Label = label };
    }
}
