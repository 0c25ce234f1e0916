using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Initialization;

namespace ML.Thermo.Measurement;

/// <summary>Data whose label column is another permutation of the same labels; everything else, slot names included, is as it was.</summary>
/// <remarks>The labels are held in memory. Rows come in their own order, so that row number i meets label π(i).</remarks>
internal abstract class PermutedLabels : IDataView
{
    private readonly IDataView _data;
    private readonly DataViewSchema.Column _label;

    private PermutedLabels(IDataView data, DataViewSchema.Column label) => (_data, _label) = (data, label);

    public bool CanShuffle => false;

    public DataViewSchema Schema => _data.Schema;

    /// <summary>Permutes the labels; the seed and the number of the permutation choose it.</summary>
    public static PermutedLabels Of(IDataView data, string label, ulong seed, int number)
    {
        DataViewSchema.Column column = data.Schema[label];
        return (PermutedLabels)Activator.CreateInstance(
            typeof(Typed<>).MakeGenericType(column.Type.RawType), data, column, new RandomStream(seed, StreamOfPermutations + (ulong)number))!;
    }

    public long? GetRowCount() => _data.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        Wrap(_data.GetRowCursor(columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    /// <summary>Far from the streams of Monte Carlo draws and of data splits.</summary>
    private const ulong StreamOfPermutations = 1UL << 62;

    private protected abstract DataViewRowCursor Wrap(DataViewRowCursor cursor);

    private sealed class Typed<T> : PermutedLabels
    {
        private readonly T[] _labels;

        public Typed(IDataView data, DataViewSchema.Column label, RandomStream random)
            : base(data, label)
        {
            var labels = new List<T>();
            using (DataViewRowCursor cursor = data.GetRowCursor([label]))
            {
                ValueGetter<T> read = cursor.GetGetter<T>(label);
                while (cursor.MoveNext())
                {
                    T value = default!;
                    read(ref value);
                    labels.Add(value is ReadOnlyMemory<char> text ? (T)(object)text.ToString().AsMemory() : value);
                }
            }

            _labels = [.. labels];
            random.Shuffle<T>(_labels);
        }

        private protected override DataViewRowCursor Wrap(DataViewRowCursor cursor) => new Cursor(cursor, _label, _labels);

        private sealed class Cursor(DataViewRowCursor cursor, DataViewSchema.Column label, T[] labels) : DataViewRowCursor
        {
            public override DataViewSchema Schema => cursor.Schema;

            public override long Position => cursor.Position;

            public override long Batch => cursor.Batch;

            public override bool MoveNext() => cursor.MoveNext();

            public override bool IsColumnActive(DataViewSchema.Column column) => cursor.IsColumnActive(column);

            public override ValueGetter<DataViewRowId> GetIdGetter() => cursor.GetIdGetter();

            public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            {
                if (column.Index != label.Index)
                    return cursor.GetGetter<TValue>(column);
                ValueGetter<T> permuted = (ref T value) => value = labels[cursor.Position];
                return permuted as ValueGetter<TValue>
                    ?? throw new InvalidOperationException($"The label '{label.Name}' is {label.Type}, not {typeof(TValue).Name}.");
            }

            protected override void Dispose(bool disposing)
            {
                if (disposing)
                    cursor.Dispose();
                base.Dispose(disposing);
            }
        }
    }
}
