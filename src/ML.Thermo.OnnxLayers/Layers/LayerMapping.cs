using System.ComponentModel;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Steps;

namespace ML.Thermo.Layers;

/// <summary>
/// The step of a saved pipeline that runs the network on one row. ML.NET finds it by its contract when a model is loaded; nobody calls it.
/// </summary>
/// <remarks>
/// It has no state of its own: what is to be run comes with every row, as texts that all rows share. The readings leave as one text of
/// cells of equal width, because ML.NET's own steps can cut a text into the slots of a vector that has names.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
[CustomMappingFactoryAttribute(Contract)]
public sealed class LayerMapping : CustomMappingFactory<LayerMapping.Input, LayerMapping.Output>
{
    /// <summary>The name that saved models hold, for ever.</summary>
    public const string Contract = "ML.Thermo.OnnxLayers.Row/1";

    internal const string Network = HiddenColumns.Prefix + "network", Embedded = HiddenColumns.Prefix + "network_bytes";
    internal const string Numbers = HiddenColumns.Prefix + "network_inputs", Readings = HiddenColumns.Prefix + "readings";

    /// <summary>Characters of one cell: the longest float, −1.17549435E-38, has fifteen.</summary>
    internal const int Cell = 16;

    private static readonly ConditionalWeakTable<string, LazyNetwork> Known = [];

    /// <inheritdoc/>
    public override Action<Input, Output> GetMapping() => Map;

    internal static void Map(Input row, Output columns)
    {
        // A network is opened once for all rows, and closed when its pipeline is collected.
        string text = SharedText.Of(row.Network);
        RunningNetwork network = Known.GetValue(text, static _ => new LazyNetwork()).Get(text, row.Embedded);
        var batch = new RowBatch(network, rows: 1);
        batch.Set(0, row.Numbers);
        columns.Readings = Text(batch.Read(1, entropies: true)).AsMemory();
    }

    /// <summary>Temperatures, entropies and efficiencies of the first row, cell by cell.</summary>
    private static string Text(LayerReadings readings) => string.Create(3 * Cell * readings.Layers, readings, static (cells, of) =>
    {
        cells.Fill(' ');
        int cell = 0;
        foreach (float[] values in new[] { of.Variance, of.Entropy, of.Efficiency })
        {
            for (int layer = 0; layer < of.Layers; layer++)
                values[layer].TryFormat(cells.Slice(Cell * cell++, Cell), out _, "R", CultureInfo.InvariantCulture);
        }
    });

    /// <summary>What the step reads of a row.</summary>
    public sealed class Input : IRestorable
    {
        /// <summary>What is run.</summary>
        [ColumnName(LayerMapping.Network)]
        public ReadOnlyMemory<char> Network { get; set; }

        /// <summary>The network where it is embedded, base 64; else empty.</summary>
        [ColumnName(LayerMapping.Embedded)]
        public ReadOnlyMemory<char> Embedded { get; set; }

        /// <summary>The numbers of all inputs, one input behind the other.</summary>
        [ColumnName(LayerMapping.Numbers)]
        public VBuffer<float> Numbers { get; set; }

        ITransformer IRestorable.Restore(IReadOnlyList<ITransformer> steps, string? file) => new OnnxLayersTransformer(SavedLayers.Open(steps, file));
    }

    /// <summary>What the step adds to a row.</summary>
    public sealed class Output
    {
        /// <summary>Readings, in cells of 16 characters: of all layers the temperature, then the entropy, then the efficiency.</summary>
        [ColumnName(LayerMapping.Readings)]
        public ReadOnlyMemory<char> Readings { get; set; }
    }

    /// <summary>Opened by the first row that needs it; a failure is tried again by the next.</summary>
    private sealed class LazyNetwork
    {
        private readonly Lock _lock = new();
        private volatile RunningNetwork? _network;

        public RunningNetwork Get(string text, ReadOnlyMemory<char> embedded)
        {
            if (_network is { } ready)
                return ready;
            lock (_lock)
                return _network ??= SavedLayers.Open(text, embedded.Span);
        }
    }
}
