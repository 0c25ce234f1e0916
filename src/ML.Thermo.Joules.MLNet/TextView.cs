using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Joules.MLNet;

/// <summary>One column of texts, or a schema without rows, to make steps on: ML.NET's own way compiles code for it, which a short training would
/// feel.</summary>
internal sealed class TextView : IDataView
{
    private readonly string[] _texts;

    /// <summary>A schema without rows.</summary>
    public TextView(DataViewSchema schema) => (Schema, _texts) = (schema, []);

    /// <summary>One column.</summary>
    public TextView(string[] texts)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Value", TextDataViewType.Instance);
        (Schema, _texts) = (builder.ToSchema(), texts);
    }

    public bool CanShuffle => false;

    public DataViewSchema Schema { get; }

    public long? GetRowCount() => _texts.Length;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(this);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(TextView view) : DataViewRowCursor
    {
        private long _position = -1;

        public override long Position => _position;

        public override long Batch => 0;

        public override DataViewSchema Schema => view.Schema;

        public override bool MoveNext()
        {
            if (_position + 1 >= view._texts.Length)
                return false;
            _position++;
            return true;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            ValueGetter<ReadOnlyMemory<char>> getter = (ref ReadOnlyMemory<char> value) => value = view._texts[(int)_position].AsMemory();
            return getter as ValueGetter<TValue> ?? throw new InvalidOperationException($"The column '{column.Name}' holds texts, not {typeof(TValue).Name}.");
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = new DataViewRowId((ulong)_position, 0);
    }
}
