using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Schemas;

/// <summary>Values that stand for categories, as text.</summary>
internal static class CategoryText
{
    /// <summary>What a column has to be, for messages.</summary>
    public const string Expected = "text, a key, a Boolean or a whole number";

    /// <summary>Whether a column's values can be told apart as categories.</summary>
    public static bool IsCategory(DataViewType type) =>
        type is TextDataViewType or BooleanDataViewType
        || type is KeyDataViewType && type.RawType == typeof(uint)
        || type is NumberDataViewType && (type.RawType == typeof(int) || type.RawType == typeof(long) || type.RawType == typeof(uint));

    /// <summary>The text of the cursor's current value.</summary>
    public static Func<string> Of(DataViewRowCursor cursor, DataViewSchema.Column column) =>
        column.Type switch
        {
            TextDataViewType => Getter<ReadOnlyMemory<char>>(cursor, column, static text => text.ToString()),
            BooleanDataViewType => Getter<bool>(cursor, column, static flag => flag ? "true" : "false"),
            { } type when type.RawType == typeof(uint) => Getter<uint>(cursor, column, static key => key.ToString(CultureInfo.InvariantCulture)),
            { } type when type.RawType == typeof(int) => Getter<int>(cursor, column, static number => number.ToString(CultureInfo.InvariantCulture)),
            { } type when type.RawType == typeof(long) => Getter<long>(cursor, column, static number => number.ToString(CultureInfo.InvariantCulture)),
            _ => Getter<float>(cursor, column, static number => number.ToString(CultureInfo.InvariantCulture)),
        };

    private static Func<string> Getter<T>(DataViewRowCursor cursor, DataViewSchema.Column column, Func<T, string> text)
    {
        ValueGetter<T> getter = cursor.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return text(value);
        };
    }
}
