using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Layers;

/// <summary>Data with the columns of the layers, computed as they are read.</summary>
/// <param name="network">The network.</param>
/// <param name="schema">The input's columns and those of the layers.</param>
/// <param name="source">The input.</param>
internal sealed class LayerView(RunningNetwork network, DataViewSchema schema, IDataView source) : IDataView
{
    public DataViewSchema Schema => schema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = Active(columnsNeeded);
        return Wrap(source.GetRowCursor(Needed(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = Active(columnsNeeded);
        return [.. source.GetRowCursorSet(Needed(active), n, rand).Select(cursor => Wrap(cursor, active))];
    }

    private DataViewRowCursor Wrap(DataViewRowCursor cursor, bool[] active) => LayerSchema.IsAsked(active)
        ? new LayerCursor(network, schema, cursor, active)
        : new PlainCursor(schema, cursor, active);

    private bool[] Active(IEnumerable<DataViewSchema.Column> columns) => LayerSchema.Active(schema, columns);

    private IEnumerable<DataViewSchema.Column> Needed(bool[] active) => LayerSchema.Needed(network.Record, source.Schema, active);

    /// <summary>The input's own columns under the new schema.</summary>
    private sealed class PlainCursor(DataViewSchema schema, DataViewRowCursor source, bool[] active) : DataViewRowCursor
    {
        public override DataViewSchema Schema => schema;

        public override long Position => source.Position;

        public override long Batch => source.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

        public override bool MoveNext() => source.MoveNext();

        public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => active[column.Index]
            ? source.GetGetter<TValue>(source.Schema[column.Index])
            : throw new InvalidOperationException($"The column '{column.Name}' was not asked for when the cursor was made.");

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                source.Dispose();
            base.Dispose(disposing);
        }
    }
}
