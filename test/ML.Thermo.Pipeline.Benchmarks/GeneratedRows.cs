using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Initialization;

namespace ML.Thermo.Benchmarks;

/// <summary>Rows of normal features whose label is the sum of the first ten and noise, in memory.</summary>
internal sealed class GeneratedRows
{
    private readonly SchemaDefinition _schema = SchemaDefinition.Create(typeof(Example));

    /// <summary>Draws them.</summary>
    /// <param name="width">Features a row, ≥ 10.</param>
    public GeneratedRows(int width)
    {
        _schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
        var random = new RandomStream(1, 0);
        Examples = [.. Enumerable.Range(0, 200_000).Select(_ =>
        {
            float[] x = [.. Enumerable.Range(0, width).Select(_ => (float)random.NextNormal())];
            return new Example { Features = x, Label = x.Take(10).Sum() + (float)random.NextNormal() };
        })];
    }

    /// <summary>200,000 of them.</summary>
    public Example[] Examples { get; }

    /// <summary>The rows, cached.</summary>
    public IDataView Load(MLContext context) => context.Data.Cache(context.Data.LoadFromEnumerable(Examples, _schema));

    /// <summary>An engine that takes one of them.</summary>
    public PredictionEngine<Example, TOutput> Engine<TOutput>(MLContext context, ITransformer model)
        where TOutput : class, new() => context.Model.CreatePredictionEngine<Example, TOutput>(model, inputSchemaDefinition: _schema);

    /// <summary>Reads columns of numbers from all rows through one cursor.</summary>
    public static void Read(IDataView data, params IEnumerable<string> columns)
    {
        DataViewSchema.Column[] wanted = [.. columns.Select(name => data.Schema[name])];
        using DataViewRowCursor cursor = data.GetRowCursor(wanted);
        ValueGetter<float>[] getters = [.. wanted.Select(column => cursor.GetGetter<float>(column))];
        float value = 0;
        while (cursor.MoveNext())
        {
            foreach (ValueGetter<float> getter in getters)
                getter(ref value);
        }
    }

    internal sealed class Example
    {
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }
}
