using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.OnnxLayers;

/// <summary>The three columns, which follow those of the input.</summary>
internal static class LayerSchema
{
    /// <summary>Number of columns added.</summary>
    public const int Added = 3;

    /// <summary>Place of the entropies among them.</summary>
    public const int Entropy = 1;

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
        var type = new VectorDataViewType(NumberDataViewType.Single, record.Layers.Count);
        DataViewSchema.Annotations names = SlotNames(record.Layers);
        foreach (string column in record.Columns)
            builder.AddColumn(column, type, names);
        return builder.ToSchema();
    }

    /// <summary>Reads one of the columns from wherever the readings are.</summary>
    /// <param name="column">0 temperature, 1 entropy, 2 efficiency.</param>
    /// <param name="current">The readings, and which row of them is meant.</param>
    public static ValueGetter<VBuffer<float>> Getter(int column, Func<(LayerReadings Readings, int Row)> current) => (ref VBuffer<float> value) =>
    {
        (LayerReadings readings, int row) = current();
        float[] values = column switch { 0 => readings.Variance, Entropy => readings.Entropy, _ => readings.Efficiency };
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, readings.Layers);
        values.AsSpan(readings.At(row, 0), readings.Layers).CopyTo(editor.Values);
        value = editor.Commit();
    };

    /// <summary>A getter as the type that was asked for.</summary>
    /// <exception cref="InvalidOperationException">The column has another type.</exception>
    public static ValueGetter<T> As<T>(Delegate getter, DataViewSchema.Column column) => getter as ValueGetter<T>
        ?? throw new InvalidOperationException($"The column '{column.Name}' is {column.Type}, and {typeof(T).Name} was asked for.");
}
