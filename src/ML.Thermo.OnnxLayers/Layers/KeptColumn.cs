using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Layers;

/// <summary>The values of one of the input's columns in the rows read ahead.</summary>
internal abstract class KeptColumn
{
    /// <summary>Keeps the value of the row on which the source stands.</summary>
    public abstract void Keep(int row);

    /// <summary>A getter of the value of the row that is current when it is called.</summary>
    public abstract Delegate Getter(Func<int> current);

    public static KeptColumn Of(DataViewRow source, DataViewSchema.Column column, int rows)
    {
        Type kind = column.Type is VectorDataViewType vector
            ? typeof(Vectors<>).MakeGenericType(vector.ItemType.RawType)
            : typeof(Values<>).MakeGenericType(column.Type.RawType);
        return (KeptColumn)Activator.CreateInstance(kind, source, column, rows)!;
    }

    private sealed class Values<T>(DataViewRow source, DataViewSchema.Column column, int rows) : KeptColumn
    {
        private readonly ValueGetter<T> _read = source.GetGetter<T>(column);
        private readonly T[] _values = new T[rows];

        public override void Keep(int row) => _read(ref _values[row]);

        public override Delegate Getter(Func<int> current) => (ValueGetter<T>)((ref T value) => value = _values[current()]);
    }

    private sealed class Vectors<T>(DataViewRow source, DataViewSchema.Column column, int rows) : KeptColumn
    {
        private readonly ValueGetter<VBuffer<T>> _read = source.GetGetter<VBuffer<T>>(column);
        private readonly VBuffer<T>[] _values = new VBuffer<T>[rows];

        public override void Keep(int row) => _read(ref _values[row]);

        public override Delegate Getter(Func<int> current) => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _values[current()].CopyTo(ref value));
    }
}
