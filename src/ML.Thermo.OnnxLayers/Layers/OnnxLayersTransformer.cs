using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Layers;

/// <summary>An imported network that adds the temperature, entropy and efficiency of its layers to every row.</summary>
/// <remarks>
/// <para>A cursor reads as many rows ahead as one run of the network takes, and runs it only when a layer column is read; without one among
/// the columns asked for, nothing is run and nothing read ahead. Several cursors may run at once. A prediction engine runs the network once a row.</para>
/// <para>It is saved as a chain of ML.NET's own steps, and loaded by any process that has this package. The loaded chain gives the same columns,
/// up to rounding, but ML.NET passes it one row at a time:
/// <see cref="ThermoCatalog.Restore"/> makes batches of it again.</para></remarks>
[Maturity(Maturity.Analogy, "one row has no ensemble; the units of a layer stand for it")]
public sealed class OnnxLayersTransformer : ITransformer, IDisposable
{
    private readonly RunningNetwork _network;

    internal OnnxLayersTransformer(RunningNetwork network) => _network = network;

    /// <summary>Names of the layers, in the order of the slots.</summary>
    public IReadOnlyList<string> Layers => _network.Record.Layers;

    /// <summary>Where the network runs: <c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Device => _network.DeviceName;

    bool ITransformer.IsRowToRowMapper => true;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type or size.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        NetworkPlan.Check(_network.Record.Inputs, inputSchema);
        return LayerSchema.With(inputSchema, _network.Record);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type or size.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new LayerView(_network, GetOutputSchema(input.Schema), input);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) =>
        new LayerRowMapper(_network, inputSchema, GetOutputSchema(inputSchema));

    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        ((ICanSaveModel)new TransformerChain<ITransformer>([.. SavedLayers.Steps(_network.Record, _network.Embedded.Span)])).Save(ctx);

    /// <summary>Frees the network. Data that this has transformed cannot be read any more.</summary>
    public void Dispose() => _network.Dispose();
}
