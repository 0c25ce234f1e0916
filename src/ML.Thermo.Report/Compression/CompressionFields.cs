using ML.Thermo.Onnx.Compression;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Compression;

/// <summary>A layer as it is stored.</summary>
/// <param name="Layer">What each width would cost.</param>
/// <param name="At">The position of its width.</param>
internal sealed record StoredLayer(CompressionLayer Layer, int At)
{
    public CompressionChoice Choice => Layer.Choices[At];

    public static IReadOnlyList<StoredLayer> Of(CompressedNetwork network) =>
        [.. network.Plan.Layers.Select((layer, i) => new StoredLayer(layer, network.Choices[i]))];
}

/// <summary>The numbers of a compressed layer: a new one is a line here.</summary>
internal static class CompressionFields
{
    private const Shown Everywhere = Shown.Data | Shown.Console | Shown.Page;

    public static IReadOnlyList<Field<StoredLayer>> All { get; } =
    [
        new("name", "layer", "the layer", stored => Cell.Of(stored.Layer.Name), Everywhere) { InPageTable = true },
        new("parameters", "weights", "weights that are stored so; biases and the like stay as they are",
            stored => Cell.Of(stored.Layer.Parameters), Everywhere) { InPageTable = true },
        new("bits", "bits", "width of a weight; 32 for floats", stored => Cell.Of(stored.Choice.Bits), Everywhere) { InPageTable = true },
        new("stored", "stored as", "the form in the file", stored => Cell.Of(stored.Choice.Form), Everywhere) { InPageTable = true },
        new("bytes", "bytes", "what it takes in the file", stored => Cell.Of(stored.Choice.Bytes), Shown.Data | Shown.Page) { InPageTable = true },
        new("temperature", "T", "loss that one nat more of precision would take off, at this width",
            stored => Cell.Of(stored.Layer.Temperature(stored.At), "it is stored as it was") with { Short = Short(stored) }, Everywhere)
            { InPageTable = true },
        new("selfEnergy", "self-energy", "loss with this layer alone stored so",
            stored => Cell.Of(stored.Choice.SelfEnergy, "") with { Short = Numbers.Significant(stored.Choice.SelfEnergy.Value, 3) },
            Shown.Json | Shown.CsvWithError | Shown.Console | Shown.Page) { InPageTable = true },
    ];

    private static string Short(StoredLayer stored) =>
        double.IsFinite(stored.Layer.Temperature(stored.At)) ? Numbers.Significant(stored.Layer.Temperature(stored.At), 3) : "—";
}
