using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Loops.Guard;
using ML.Thermo.Schemas;

namespace ML.Thermo.Loops;

/// <summary>Counts of categories by generation, from the rows of a data view.</summary>
internal static class GenerationReading
{
    private const string Expected = "text, a key, a Boolean or a whole number";

    public static CategoryTable Read(IDataView data, string categoryColumnName, string generationColumnName, CancellationToken cancellation)
    {
        DataViewSchema.Column category = data.Schema.Demand("category", categoryColumnName, Expected, IsCategory);
        DataViewSchema.Column generation = data.Schema.Demand(
            "generation", generationColumnName, Expected + " or a Single", type => IsCategory(type) || type == NumberDataViewType.Single);
        var generations = new Dictionary<string, Dictionary<string, long>>(StringComparer.Ordinal); // in order of appearance
        using DataViewRowCursor cursor = data.GetRowCursor([category, generation]);
        Func<string> value = Text(cursor, category), number = Text(cursor, generation);
        while (cursor.MoveNext())
        {
            if (cursor.Position % 4096 == 0)
                cancellation.ThrowIfCancellationRequested();
            string name = number();
            if (!generations.TryGetValue(name, out Dictionary<string, long>? counts))
                generations[name] = counts = new Dictionary<string, long>(StringComparer.Ordinal);
            string seen = value();
            counts[seen] = counts.GetValueOrDefault(seen) + 1;
        }

        return CategoryTable.Of([.. InOrder(generations).Select(pair => pair.Value)]);
    }

    /// <summary>By number where all are numbers, else as they appear.</summary>
    private static IEnumerable<KeyValuePair<string, Dictionary<string, long>>> InOrder(Dictionary<string, Dictionary<string, long>> generations) =>
        generations.Keys.All(name => double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
            ? generations.OrderBy(pair => double.Parse(pair.Key, CultureInfo.InvariantCulture))
            : generations;

    private static bool IsCategory(DataViewType type) =>
        type is TextDataViewType or BooleanDataViewType
        || type is KeyDataViewType && type.RawType == typeof(uint)
        || type is NumberDataViewType && (type.RawType == typeof(int) || type.RawType == typeof(long) || type.RawType == typeof(uint));

    private static Func<string> Text(DataViewRowCursor cursor, DataViewSchema.Column column) =>
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
