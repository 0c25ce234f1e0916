using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Schemas;

/// <summary>Promised schemas. ML.NET makes one for whoever stands in a chain of estimators, so an estimator is put there to receive it.</summary>
internal static class Shapes
{
    /// <summary>The shape of a schema, annotations included.</summary>
    public static SchemaShape Of(DataViewSchema schema)
    {
        var probe = new Probe();
        new EstimatorChain<ITransformer>().Append(probe).Fit(new SchemaOnly(schema));
        return probe.Seen!;
    }

    /// <summary>The shape of one column.</summary>
    public static SchemaShape.Column Column(string name, DataViewType type, DataViewSchema.Annotations? annotations = null)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(name, type, annotations);
        return Of(builder.ToSchema())[0];
    }

    /// <summary>A shape with columns added or replaced.</summary>
    public static SchemaShape With(SchemaShape shape, params IEnumerable<SchemaShape.Column> columns)
    {
        var all = shape.ToDictionary(column => column.Name, StringComparer.Ordinal);
        foreach (SchemaShape.Column column in columns)
            all[column.Name] = column;
        return new SchemaShape(all.Values);
    }

    /// <summary>A column's type in words, as ML.NET's own messages have it.</summary>
    public static string Words(this SchemaShape.Column column)
    {
        string item = column.IsKey ? $"Key<{column.ItemType}>" : column.ItemType.ToString()!;
        return column.Kind switch
        {
            SchemaShape.Column.VectorKind.Vector => $"Vector<{item}>",
            SchemaShape.Column.VectorKind.VariableVector => $"VarVector<{item}>",
            _ => item,
        };
    }

    private sealed class Probe : IEstimator<ITransformer>
    {
        public SchemaShape? Seen { get; private set; }

        public ITransformer Fit(IDataView input) => new TransformerChain<ITransformer>();

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Seen = inputSchema;
    }
}

/// <summary>Data of which only the schema is known: no rows.</summary>
internal sealed class SchemaOnly(DataViewSchema schema) : IDataView
{
    public bool CanShuffle => false;

    public DataViewSchema Schema { get; } = schema;

    public long? GetRowCount() => 0;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(Schema);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [new Cursor(Schema)];

    private sealed class Cursor(DataViewSchema schema) : DataViewRowCursor
    {
        public override DataViewSchema Schema { get; } = schema;

        public override long Position => -1;

        public override long Batch => 0;

        public override bool MoveNext() => false;

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => (ref TValue _) => throw NoRow();

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId _) => throw NoRow();

        private static InvalidOperationException NoRow() => new("There is no row.");
    }
}
