using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Schemas;

namespace ML.Thermo.Layers;

/// <summary>What a network takes and which of its layers are watched, before any data are seen.</summary>
internal sealed class NetworkPlan
{
    private const string Numbers = "a Single or a known-size vector of Single";

    private readonly IReadOnlyList<(OnnxValue Input, NetworkColumn Column)> _inputs;

    /// <exception cref="ThermoException">The file is missing, no ONNX model, or cannot be fed from columns.</exception>
    /// <exception cref="ArgumentException">An input or a layer is named that the network does not have, or an input gets no column.</exception>
    public NetworkPlan(string modelFile, OnnxLayersOptions options)
    {
        using OnnxModel model = OnnxModel.Open(modelFile);
        IReadOnlyList<OnnxValue> declared = NetworkInputs.Declared(model);
        if (declared.FirstOrDefault(input => !NetworkInputs.HasRows(input, declared)) is { } whole)
        {
            throw new ThermoException(
                $"Input {whole} of '{model.Name}' does not count rows on its first axis: "
                + "only networks all of whose inputs do can be run on the rows of a pipeline.");
        }

        if (options.EmbedModel && model.Graph.Initializers.Any(tensor => tensor.IsExternal))
            throw new ThermoException($"'{model.Name}' keeps tensors in files beside it and cannot be embedded: save it as one file, or leave EmbedModel out.");
        _inputs = [.. Match(model, declared, options.Inputs)];
        string[] watchable = [.. LayerGraph.Of(model).Layers.Where(layer => layer.Path.Length == 0).Select(layer => layer.Name)];
        if (options.Layers?.Except(watchable).FirstOrDefault() is { } unknown)
            throw new ArgumentException($"'{model.Name}' has no layer '{unknown}': expected one of {string.Join(", ", watchable)}.", nameof(options));
        Layers = options.Layers is { } wanted ? [.. watchable.Where(wanted.Contains)] : watchable;
        if (Layers.Count == 0)
            throw new ThermoException($"'{model.Name}' has no layer that can be watched.");
    }

    /// <summary>Names of the watched layers.</summary>
    public IReadOnlyList<string> Layers { get; }

    /// <summary>Whether an input takes rows of this shape.</summary>
    public static bool Takes(OnnxValue input, IReadOnlyList<long> shape) =>
        input.Shape!.Count == shape.Count + 1 && shape.Zip(input.Shape.Skip(1)).All(pair => pair.Second.Value is not { } extent || extent == pair.First);

    /// <summary>Checks the columns of a promised schema, whose sizes are not known yet.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type.</exception>
    public void Check(SchemaShape shape)
    {
        foreach ((_, NetworkColumn column) in _inputs)
            shape.Demand("input", column.Column, Numbers, Columns.IsScore);
    }

    /// <summary>The inputs with the shapes of their rows, which may follow from the sizes of the columns.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type or size.</exception>
    public IReadOnlyList<BoundInput> Bind(DataViewSchema schema)
    {
        BoundInput[] bound = [.. _inputs.Select(pair => Bind(pair.Input, pair.Column, schema))];
        Check(bound, schema);
        return bound;
    }

    /// <summary>Checks the columns of a schema against inputs that are bound.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type or size.</exception>
    public static void Check(IEnumerable<BoundInput> inputs, DataViewSchema schema)
    {
        foreach (BoundInput input in inputs)
        {
            string extents = string.Join(", ", input.Shape);
            string expected = $"Vector<Single, {extents}> for the network's input '{input.Name}'";
            schema.Demand("input", input.Column, expected, type => Columns.IsScore(type) && Fits(type, input));
        }

        static bool Fits(DataViewType type, BoundInput input)
        {
            if (type is not VectorDataViewType vector)
                return input.Length == 1;
            bool isOneAxis = vector.Dimensions.Length <= 1 || vector.Dimensions.Length != input.Shape.Length;
            return vector.Size == input.Length && (isOneAxis || vector.Dimensions.Select(d => (long)d).SequenceEqual(input.Shape));
        }
    }

    private static BoundInput Bind(OnnxValue input, NetworkColumn column, DataViewSchema schema)
    {
        DataViewType type = schema.Demand("input", column.Column, Numbers, Columns.IsScore).Type;
        long size = type is VectorDataViewType vector ? vector.Size : 1;
        long[] shape = column.Shape is { } given ? [.. given] : [.. input.Shape!.Skip(1).Select(extent => extent.Value ?? -1)];
        long known = shape.Where(extent => extent >= 0).Aggregate(1L, (a, b) => a * b);
        if (shape.Count(extent => extent < 0) > 1)
            throw new ThermoException($"Input {input} leaves several extents free: give the shape of one row in NetworkColumn.Shape.");
        if (Array.FindIndex(shape, extent => extent < 0) is var free and >= 0)
            shape[free] = known > 0 && size % known == 0 ? size / known : throw NotAMultiple(input, column, type, known);
        return new BoundInput(input.Name, column.Column, shape);
    }

    private static ArgumentOutOfRangeException NotAMultiple(OnnxValue input, NetworkColumn column, DataViewType type, long known) => new(
        nameof(column), $"The input column '{column.Column}' is {type}: expected a multiple of {known} numbers for the network's input {input}.");

    private static IEnumerable<(OnnxValue, NetworkColumn)> Match(OnnxModel model, IReadOnlyList<OnnxValue> declared, IReadOnlyList<NetworkColumn> columns)
    {
        if (columns.Count == 0)
            columns = declared.Count == 1 ? [new("", "Features")] : [.. declared.Select(input => new NetworkColumn(input.Name, input.Name))];
        string inputs = string.Join(", ", declared);
        foreach (NetworkColumn column in columns)
        {
            ArgumentException.ThrowIfNullOrEmpty(column.Column);
            if (column.Input.Length == 0 && declared.Count != 1)
                throw new ThermoException(
                    $"'{model.Name}' has {declared.Count} inputs ({inputs}): say in OnnxLayersOptions.Inputs which column goes into which.");
            if (column.Input.Length > 0 && declared.All(input => input.Name != column.Input))
                throw new ArgumentException($"'{model.Name}' has no input '{column.Input}': expected one of {inputs}.", nameof(columns));
        }

        foreach (OnnxValue input in declared)
        {
            NetworkColumn[] own = [.. columns.Where(column => column.Input.Length == 0 || column.Input == input.Name)];
            if (own.Length != 1)
                throw new ArgumentException($"Input {input} of '{model.Name}' gets {own.Length} columns: expected one.", nameof(columns));
            if (own[0].Shape is { } shape && !Takes(input, shape))
                throw new ArgumentException(
                    $"The shape [{string.Join(',', shape)}] is not one of a row of the input {input} of '{model.Name}'.", nameof(columns));
            yield return (input, own[0]);
        }
    }
}
