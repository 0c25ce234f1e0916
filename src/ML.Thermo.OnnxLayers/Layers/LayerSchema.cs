using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Layers;

/// <summary>The columns that follow those of the input: one that is hidden, and the three of the layers.</summary>
internal static class LayerSchema
{
    /// <summary>Number of columns added.</summary>
    public const int Added = 4;

    /// <summary>Place of the entropies among them.</summary>
    public const int Entropy = 2;

    private const int Hidden = 0, Temperature = 1;

    /// <summary>The slot names of a column.</summary>
    public static DataViewSchema.Annotations SlotNames(IReadOnlyList<string> layers)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        ReadOnlyMemory<char>[] names = [.. layers.Select(layer => layer.AsMemory())];
        builder.Add(
            "SlotNames", new VectorDataViewType(TextDataViewType.Instance, names.Length),
            (ref VBuffer<ReadOnlyMemory<char>> value) => new VBuffer<ReadOnlyMemory<char>>(names.Length, names).CopyTo(ref value));
        return builder.ToAnnotations();
    }

    /// <summary>An input's schema with the columns.</summary>
    public static DataViewSchema With(DataViewSchema input, NetworkRecord record)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        builder.AddColumn(record.Columns[0], NotForOnnx.Instance); // hidden by the next of that name
        var type = new VectorDataViewType(NumberDataViewType.Single, record.Layers.Count);
        DataViewSchema.Annotations names = SlotNames(record.Layers);
        foreach (string column in record.Columns)
            builder.AddColumn(column, type, names);
        return builder.ToSchema();
    }

    /// <summary>Columns asked for, as marks.</summary>
    public static bool[] Active(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        bool[] active = new bool[schema.Count];
        foreach (DataViewSchema.Column column in columns)
            active[column.Index] = true;
        return active;
    }

    /// <summary>Whether any of the added columns is among those asked for.</summary>
    public static bool IsAsked(ReadOnlySpan<bool> active) => active[^Added..].Contains(true);

    /// <summary>The input's columns behind those asked for.</summary>
    public static IEnumerable<DataViewSchema.Column> Needed(NetworkRecord record, DataViewSchema input, bool[] active)
    {
        HashSet<string> read = IsAsked(active) ? [.. record.Inputs.Select(bound => bound.Column)] : [];
        return input.Where(column => active[column.Index] || (!column.IsHidden && read.Contains(column.Name)));
    }

    /// <summary>Reads one of the columns from wherever the readings are.</summary>
    /// <param name="column">0 for the hidden one, 1 temperature, 2 entropy, 3 efficiency.</param>
    /// <param name="current">The readings, and which row of them is meant.</param>
    public static Delegate Getter(int column, Func<(LayerReadings Readings, int Row)> current)
    {
        return column == Hidden ? (ValueGetter<NotForOnnx.Nothing>)((ref NotForOnnx.Nothing value) => value = default) : (ValueGetter<VBuffer<float>>)Read;

        void Read(ref VBuffer<float> value)
        {
            (LayerReadings readings, int row) = current();
            float[] values = column switch { Temperature => readings.Variance, Entropy => readings.Entropy, _ => readings.Efficiency };
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, readings.Layers);
            values.AsSpan(readings.At(row, 0), readings.Layers).CopyTo(editor.Values);
            value = editor.Commit();
        }
    }

    /// <summary>A getter as the type that was asked for.</summary>
    /// <exception cref="InvalidOperationException">The column has another type.</exception>
    public static ValueGetter<T> As<T>(Delegate getter, DataViewSchema.Column column) => getter as ValueGetter<T>
        ?? throw new InvalidOperationException($"The column '{column.Name}' is {column.Type}, and {typeof(T).Name} was asked for.");
}

/// <summary>
/// The type of a hidden column for which ONNX has none. ML.NET's export looks at its own kinds of data only, and would write data of ours as if
/// they were inputs of the exported model; at this column it stops, and says why.
/// </summary>
internal sealed class NotForOnnx : StructuredDataViewType
{
    private NotForOnnx()
        : base(typeof(Nothing))
    {
    }

    public static NotForOnnx Instance { get; } = new();

    public override bool Equals(DataViewType? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => 0;

    public override string ToString() => "layer columns, which cannot be exported to ONNX";

    /// <summary>The value of every row.</summary>
    internal readonly struct Nothing;
}
