using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using ML.Thermo.Steps;

namespace ML.Thermo.Layers;

/// <summary>
/// The steps as which layer columns are saved: all of them ML.NET's own, so that ML.NET saves and loads them, around one mapping of ours that
/// passes a row at a time. Finds them again in loaded models.
/// </summary>
internal static class SavedLayers
{
    /// <summary>Most bytes of an embedded network.</summary>
    private const int MostEmbedded = 256 << 20;

    private const string Layer = HiddenColumns.Prefix + "layer", Slots = HiddenColumns.Prefix + "slots";
    private const string Empty = HiddenColumns.Prefix + "empty", Slot = HiddenColumns.Prefix + "slot";

    private static readonly MLContext Context = new(0); // of our own: making components in a user's would change the numbers that his trainers draw

    /// <summary>Makes the steps.</summary>
    /// <exception cref="ThermoException">The network is too large to be embedded.</exception>
    public static IReadOnlyList<ITransformer> Steps(NetworkRecord record, ReadOnlySpan<byte> embedded)
    {
        if (embedded.Length > MostEmbedded)
        {
            throw new ThermoException(
                $"'{record.Path}' has {embedded.Length} bytes, and a model embeds at most {MostEmbedded}: leave EmbedModel out and keep the file.");
        }

        TransformsCatalog to = Context.Transforms;
        var steps = new StepChain(Context, InputSchema(record));
        steps.AddOne();
        steps.AddConstant(LayerMapping.Network, record.ToText());
        steps.AddConstant(LayerMapping.Embedded, Convert.ToBase64String(embedded));

        // A missing number becomes an infinite one, which no network takes either. This step is here for what it refuses: vectors of another size.
        string all = $"{HiddenColumns.Prefix}inputs of the network: {string.Join(", ", record.Inputs.Select(input => input.Column))}";
        int width = record.Inputs.Sum(input => input.Length);
        steps.Add(to.Concatenate(all, [.. record.Inputs.Select(input => input.Column)]));
        steps.Add(
            to.ReplaceMissingValues(LayerMapping.Numbers, all, MissingValueReplacingEstimator.ReplacementMode.Maximum, imputeBySlot: true),
            OneRow(all, [.. Enumerable.Repeat(float.PositiveInfinity, width)]));
        steps.Add(to.CustomMapping<LayerMapping.Input, LayerMapping.Output>(LayerMapping.Map, LayerMapping.Contract));

        // A vector whose slots have the layers' names and hold their own numbers.
        IDataView names = Context.Data.LoadFromEnumerable(record.Layers.Select(layer => new Name { Value = layer }));
        steps.Add(to.Conversion.MapValueToKey(Layer, LayerMapping.Network, keyData: names));
        steps.Add(to.Conversion.MapKeyToVector(Slots, Layer));
        steps.Add(to.Expression(Empty, "x : na(x)", Slots));
        steps.Add(
            to.ReplaceMissingValues(Slot, Empty, MissingValueReplacingEstimator.ReplacementMode.Mean, imputeBySlot: true),
            OneRow(Empty, [.. Enumerable.Range(0, record.Layers.Count).Select(layer => (float)layer)]));
        for (int column = 0; column < record.Columns.Count; column++)
        {
            int first = column * record.Layers.Count;
            string cell = $"mid(t, {LayerMapping.Cell} * (int(i) + {first}), {LayerMapping.Cell} * (int(i) + {first + 1}))";
            steps.Add(to.Expression(record.Columns[column], $"(i, t) : float({cell})", Slot, LayerMapping.Readings));
        }

        steps.DropHidden();
        return steps.Steps;
    }

    /// <summary>Opens a network from what a saved model holds.</summary>
    public static RunningNetwork Open(ReadOnlySpan<char> record, ReadOnlySpan<char> embedded, string? modelFile = null)
    {
        NetworkRecord saved = NetworkRecord.Parse(record);
        return modelFile is null
            ? new RunningNetwork(saved, saved.IsEmbedded ? Convert.FromBase64String(embedded.ToString()) : default)
            : new RunningNetwork(saved with { Path = Path.GetFullPath(modelFile), IsEmbedded = false });
    }

    /// <summary>Opens the network of saved steps.</summary>
    public static RunningNetwork Open(IReadOnlyList<ITransformer> steps, string? modelFile)
    {
        // The first three steps make constants, out of any row.
        IDataView constants = steps.Take(3).Aggregate((IDataView)Context.Data.LoadFromEnumerable([new Name()]), (rows, step) => step.Transform(rows));
        return Open(Text(LayerMapping.Network), Text(LayerMapping.Embedded), modelFile);

        ReadOnlySpan<char> Text(string column) => constants.GetColumn<ReadOnlyMemory<char>>(column).Single().Span;
    }

    /// <summary>The input columns, as they are known from a record.</summary>
    private static DataViewSchema InputSchema(NetworkRecord record)
    {
        var builder = new DataViewSchema.Builder();
        foreach (BoundInput input in record.Inputs.DistinctBy(input => input.Column))
            builder.AddColumn(input.Column, new VectorDataViewType(NumberDataViewType.Single, input.Length));
        return builder.ToSchema();
    }

    /// <summary>One row of one vector column.</summary>
    private static IDataView OneRow(string column, float[] values)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        SchemaDefinition.Column only = schema[nameof(Row.Values)];
        (only.ColumnName, only.ColumnType) = (column, new VectorDataViewType(NumberDataViewType.Single, values.Length));
        return Context.Data.LoadFromEnumerable([new Row { Values = values }], schema);
    }

    private sealed class Name
    {
        public string Value { get; set; } = "";
    }

    private sealed class Row
    {
        public float[] Values { get; set; } = [];
    }
}
