using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Langevin;

/// <summary>Rows of unit vectors and zero vectors of weight zero, in columns of the names, types and annotations of real data.</summary>
internal sealed class ReplayView : IDataView
{
    /// <summary>The slot of a zero vector.</summary>
    public const int Nowhere = -1;

    /// <summary>The column of weights.</summary>
    public const string Weight = "__thermo_weight";

    private readonly IReadOnlyList<int> _slots;
    private readonly DataViewSchema.Column _label, _features;

    public ReplayView(DataViewSchema schema, string label, string features, IReadOnlyList<int> slots)
    {
        _slots = slots;
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(label, schema[label].Type, schema[label].Annotations);
        builder.AddColumn(features, schema[features].Type, schema[features].Annotations);
        builder.AddColumn(Weight, NumberDataViewType.Single);
        Schema = builder.ToSchema();
        (_label, _features) = (Schema[label], Schema[features]);
    }

    public bool CanShuffle => false;

    public DataViewSchema Schema { get; }

    public long? GetRowCount() => _slots.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(this);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [new Cursor(this)];

    private sealed class Cursor(ReplayView view) : DataViewRowCursor
    {
        private long _position = -1;

        public override DataViewSchema Schema => view.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            _position = _position + 1 < view._slots.Count ? _position + 1 : long.MaxValue - 1;
            return _position < view._slots.Count;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (column.Index == view._features.Index)
                return (ValueGetter<TValue>)(Delegate)(ValueGetter<VBuffer<float>>)Features;
            if (column.Index != view._label.Index || column.Type == NumberDataViewType.Single)
                return (ValueGetter<TValue>)(Delegate)(ValueGetter<float>)((ref float value) => value = 0);
            return column.Type is KeyDataViewType
                ? (ValueGetter<TValue>)(Delegate)(ValueGetter<uint>)((ref uint value) => value = 1)
                : (ValueGetter<TValue>)(Delegate)(ValueGetter<bool>)((ref bool value) => value = false);
        }

        private void Features(ref VBuffer<float> features)
        {
            int size = ((VectorDataViewType)view._features.Type).Size, slot = view._slots[(int)_position];
            VBufferEditor<float> editor = VBufferEditor.Create(ref features, size, slot == Nowhere ? 0 : 1);
            if (slot != Nowhere)
            {
                editor.Values[0] = 1;
                if (size > 1) // a vector of one value is dense
                    editor.Indices[0] = slot;
            }

            features = editor.Commit();
        }
    }
}
