using System.Globalization;
using System.Numerics;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Explanations;

/// <summary>The raw columns of a model, as the background shows them.</summary>
internal sealed class RawColumns
{
    private const string Expected = "a number, a Boolean, a text, a key or a known-size vector of Single or Double";
    private readonly Dictionary<string, (RawColumn Column, DataViewType Type)> _columns = new(StringComparer.Ordinal);

    /// <summary>Reads the background.</summary>
    /// <param name="background">Rows as the model takes them.</param>
    /// <param name="features">Columns that are features.</param>
    /// <param name="words">Columns of text whose words are features; null to decide by the values.</param>
    /// <param name="cancellation">Stops between rows.</param>
    public RawColumns(IDataView background, IReadOnlyList<string> features, IReadOnlyList<string>? words, CancellationToken cancellation)
    {
        Features = features;
        DataViewSchema.Column[] columns = [.. features.Select(name => background.Schema[name])];
        RawColumn[] made = [.. columns.Select(column => Feature(column, words))];
        long rows = 0;
        using (DataViewRowCursor cursor = background.GetRowCursor(columns))
        {
            Action[] observers = [.. made.Zip(columns, (raw, column) => raw.Observer(cursor, column))];
            for (; cursor.MoveNext(); rows++)
            {
                if ((rows & 0xFFF) == 0)
                    cancellation.ThrowIfCancellationRequested();
                foreach (Action observe in observers)
                    observe();
            }
        }

        if (rows < 2)
            throw new UnusableDataException($"The background has {rows} row{(rows == 1 ? "" : "s")}: expected at least 2, to know how far a feature varies.");
        for (int i = 0; i < made.Length; i++)
        {
            bool areWords = words is null && made[i] is CategoryColumn<ReadOnlyMemory<char>> texts && texts.Distinct > rows / 2;
            RawColumn kept = areWords ? new WordColumn(made[i].Name) : made[i];
            kept.Learn();
            _columns[kept.Name] = (kept, columns[i].Type);
        }
    }

    /// <summary>Names of the columns that are features.</summary>
    public IReadOnlyList<string> Features { get; }

    /// <summary>The column as a feature, or as what stays the same.</summary>
    /// <exception cref="ArgumentException">Its type is another than in the background.</exception>
    public RawColumn Of(DataViewSchema.Column column)
    {
        if (!_columns.TryGetValue(column.Name, out (RawColumn Column, DataViewType Type) known) || column.IsHidden)
            return Make(nameof(Fixed), column.Type.RawType, column);
        return column.Type.RawType == known.Type.RawType ? known.Column
            : throw new ArgumentException(
                $"The column '{column.Name}' is {column.Type}, and {known.Type} in the background: expected the same.", nameof(column));
    }

    private static RawColumn Feature(DataViewSchema.Column column, IReadOnlyList<string>? words) => column.Type switch
    {
        TextDataViewType when words?.Contains(column.Name) == true => new WordColumn(column.Name),
        TextDataViewType => new CategoryColumn<ReadOnlyMemory<char>>(column.Name, text => text.ToString(), text => text.ToString().AsMemory()),
        KeyDataViewType => Make(nameof(Key), column.Type.RawType, column),
        BooleanDataViewType => new NumberColumn<bool>(column.Name, false, flag => flag ? 1 : 0, value => value != 0),
        NumberDataViewType => Make(nameof(Number), column.Type.RawType, column),
        VectorDataViewType { IsKnownSize: true } vector when vector.ItemType is NumberDataViewType && vector.ItemType.RawType is var type
            && (type == typeof(float) || type == typeof(double)) => Make(nameof(Vector), type, column),
        _ => throw new ArgumentException($"The column '{column.Name}' is {column.Type}, which cannot be varied: expected {Expected}, or leave it out by "
            + "naming the others in FeatureColumnNames.", nameof(column)),
    };

    private static RawColumn Make(string method, Type type, DataViewSchema.Column column) =>
        (RawColumn)typeof(RawColumns).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, [column])!;

    private static FixedColumn<T> Fixed<T>(DataViewSchema.Column column) => new(column.Name);

    private static NumberColumn<T> Number<T>(DataViewSchema.Column column)
        where T : struct, INumber<T>
    {
        bool isWhole = typeof(T) != typeof(float) && typeof(T) != typeof(double);
        return new(column.Name, isWhole, double.CreateChecked, value => T.CreateSaturating(isWhole ? Math.Round(value) : value));
    }

    private static VectorColumn<T> Vector<T>(DataViewSchema.Column column)
        where T : struct, INumber<T>
    {
        int size = ((VectorDataViewType)column.Type).Size;
        string[] slots = [.. Enumerable.Range(0, size).Select(i => string.Create(CultureInfo.InvariantCulture, $"{column.Name}[{i}]"))];
        if (column.HasSlotNames())
        {
            VBuffer<ReadOnlyMemory<char>> names = default;
            column.GetSlotNames(ref names);
            foreach ((int slot, ReadOnlyMemory<char> name) in names.Items())
                slots[slot] = name.IsEmpty ? slots[slot] : name.ToString();
        }

        return new(column.Name, slots, double.CreateChecked, T.CreateSaturating);
    }

    private static CategoryColumn<T> Key<T>(DataViewSchema.Column column)
        where T : struct, INumber<T>
    {
        string[] names = Measurement.ClassOrder.Of(column) ?? [];
        return new(column.Name, Show, key => key);

        string Show(T key)
        {
            ulong number = ulong.CreateChecked(key);
            return number == 0 ? "(missing)" : number <= (ulong)names.Length ? names[number - 1] : (number - 1).ToString(CultureInfo.InvariantCulture);
        }
    }
}
