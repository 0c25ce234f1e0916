using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Scans;

/// <summary>Numbers of a row, side by side as doubles.</summary>
internal static class RowNumbers
{
    /// <summary>Whether a column holds a number, or a vector of them of known size.</summary>
    public static bool IsNumber(DataViewType type) => type switch
    {
        VectorDataViewType vector => vector.Size > 0 && (vector.ItemType == NumberDataViewType.Single || vector.ItemType == NumberDataViewType.Double),
        NumberDataViewType number => number.RawType == typeof(float) || number.RawType == typeof(double) || number.RawType == typeof(int)
            || number.RawType == typeof(long),
        _ => false,
    };

    /// <summary>Reads the columns of the cursor's current row.</summary>
    public static Func<double[]> Of(DataViewRowCursor cursor, IReadOnlyList<DataViewSchema.Column> columns)
    {
        Func<double[]>[] parts = [.. columns.Select(column => Part(cursor, column))];
        return parts.Length == 1 ? parts[0] : () => [.. parts.SelectMany(part => part())];
    }

    private static Func<double[]> Part(DataViewRowCursor cursor, DataViewSchema.Column column) => column.Type switch
    {
        VectorDataViewType vector when vector.ItemType == NumberDataViewType.Single => Vector<float>(cursor, column, value => value),
        VectorDataViewType => Vector<double>(cursor, column, value => value),
        { RawType: { } type } when type == typeof(float) => Scalar<float>(cursor, column, value => value),
        { RawType: { } type } when type == typeof(int) => Scalar<int>(cursor, column, value => value),
        { RawType: { } type } when type == typeof(long) => Scalar<long>(cursor, column, value => value),
        _ => Scalar<double>(cursor, column, value => value),
    };

    private static Func<double[]> Vector<T>(DataViewRowCursor cursor, DataViewSchema.Column column, Func<T, double> convert)
    {
        ValueGetter<VBuffer<T>> getter = cursor.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return () =>
        {
            getter(ref value);
            double[] numbers = new double[value.Length];
            foreach ((int i, T item) in value.Items())
                numbers[i] = convert(item);
            return numbers;
        };
    }

    private static Func<double[]> Scalar<T>(DataViewRowCursor cursor, DataViewSchema.Column column, Func<T, double> convert)
    {
        ValueGetter<T> getter = cursor.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return [convert(value)];
        };
    }
}
