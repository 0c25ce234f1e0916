using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Schemas;

namespace ML.Thermo.Layers;

/// <summary>Runs an imported network on every row, in batches, and adds what its layers show.</summary>
/// <remarks>
/// <para>To create this estimator, use <see cref="OnnxLayersExtensions.OnnxLayers(ThermoCatalog, string, OnnxLayersOptions)"/>.</para>
/// <para><b>Input and output columns.</b> Each input of the network is a Single or a known-size vector of Single, dense or sparse, with as many
/// numbers as one row of the input has; a network that takes other types gets them converted. There are three vectors more, with one slot a
/// layer, whose slot names are the layers':</para>
/// <list type="table">
/// <listheader><term>Output column</term><description>Type and meaning</description></listheader>
/// <item><term><c>LayerTemperature</c></term><description>Vector of Single: q = variance, over the layer's units and positions, of
/// what comes before its activation.</description></item>
/// <item><term><c>LayerEntropy</c></term><description>Vector of Single: differential entropy of those same numbers, nats, by
/// Vasicek's spacings; −∞ where many coincide.</description></item>
/// <item><term><c>LayerEfficiency</c></term><description>Vector of Single: η = 1 − variance after the activation / variance before;
/// 0 for a layer without one.</description></item>
/// </list>
/// <para>A row with a number that is NaN or infinite has NaN in all slots; a layer that does not keep the rows of a batch on its
/// first axis has NaN in its own.</para>
/// <para><b>Estimator characteristics.</b> It does not look at the data. Normalisation and caching: as the network was trained. Required
/// packages besides Microsoft.ML: ML.Thermo.OnnxLayers and one with the native ONNX Runtime (Microsoft.ML.OnnxRuntime, or .Gpu). Exportable to
/// ONNX: no.</para></remarks>
[Maturity(Maturity.Analogy, "one row has no ensemble; the units of a layer stand for it")]
public sealed class OnnxLayersEstimator : IEstimator<OnnxLayersTransformer>
{
    private readonly string _file;
    private readonly OnnxLayersOptions _options;
    private readonly NetworkPlan _plan;

    internal OnnxLayersEstimator(string modelFile, OnnxLayersOptions options)
    {
        string[] columns = [options.TemperatureColumnName, options.EntropyColumnName, options.EfficiencyColumnName];
        foreach (string column in columns)
            ArgumentException.ThrowIfNullOrEmpty(column, nameof(options));
        if (columns.Distinct(StringComparer.Ordinal).Count() < columns.Length)
            throw new ArgumentException($"The columns {string.Join(", ", columns)} need different names.", nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.BatchSize);
        ArgumentException.ThrowIfNullOrEmpty(options.Device);
        (_file, _options) = (Path.GetFullPath(modelFile), options);
        _plan = new NetworkPlan(_file, options);
    }

    /// <summary>Loads the network; no row is read.</summary>
    /// <param name="input">Data with the network's input columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type or size.</exception>
    /// <exception cref="ThermoException">The device does not work, or ONNX Runtime cannot load the network.</exception>
    public OnnxLayersTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var record = new NetworkRecord
        {
            Path = _file,
            Hash = NetworkRecord.HashOf(_file),
            IsEmbedded = _options.EmbedModel,
            Device = _options.Device,
            BatchSize = _options.BatchSize,
            Inputs = _plan.Bind(input.Schema),
            Layers = _plan.Layers,
            Columns = [_options.TemperatureColumnName, _options.EntropyColumnName, _options.EfficiencyColumnName],
        };
        return new OnnxLayersTransformer(new RunningNetwork(record, _options.EmbedModel ? File.ReadAllBytes(_file) : default));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _plan.Check(inputSchema);
        var type = new VectorDataViewType(NumberDataViewType.Single, _plan.Layers.Count);
        DataViewSchema.Annotations names = LayerSchema.SlotNames(_plan.Layers);
        string[] columns = [_options.TemperatureColumnName, _options.EntropyColumnName, _options.EfficiencyColumnName];
        return Shapes.With(inputSchema, columns.Select(column => Shapes.Column(column, type, names)));
    }
}
