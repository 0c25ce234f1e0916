using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Layers;
using ML.Thermo.Novelty;
using ML.Thermo.Onnx.Guards;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Schemas;

namespace ML.Thermo.Guards;

/// <summary>Learns what the input of an imported network is like, and tells rows that are unlike it, without labels, at a stated rate of false
/// alarms.</summary>
/// <remarks>
/// <para>To create this estimator, use <see cref="OnnxGuardExtensions.Guard(ThermoCatalog, string, double, string)"/>.</para>
/// <para><b>Input and output columns.</b> The network's input is a Single or a known-size vector of Single. Three columns more:</para>
/// <list type="table">
/// <listheader><term>Output column</term><description>Type and meaning</description></listheader>
/// <item><term><c>Strangeness</c></term><description>Single: ½ dᵀC⁻¹d in nats, ≥ 0; NaN where a number of the row is not finite.</description></item>
/// <item><term><c>PValue</c></term><description>Single: conformal; for a row of the reference's kind P(p ≤ α) ≤ α. The least that there is where a
/// number is not finite.</description></item>
/// <item><term><c>HottestLayer</c></term><description>Text: the layer with the largest part of the strangeness; empty where the statistics of the input have
/// it.</description></item>
/// </list>
/// <para><b>Estimator characteristics.</b> It reads the reference once and keeps it in memory while it fits. Required packages besides Microsoft.ML:
/// ML.Thermo.OnnxLayers and one with the native ONNX Runtime. Exportable to ONNX: no.</para></remarks>
[Maturity(Maturity.Theorem, "the level, for rows that are exchangeable with the reference; what is seen is measured")]
public sealed class OnnxGuardEstimator : IEstimator<OnnxGuardTransformer>
{
    private readonly string _file;
    private readonly OnnxGuardOptions _options;
    private readonly NetworkPlan _plan;

    internal OnnxGuardEstimator(string modelFile, OnnxGuardOptions options)
    {
        string[] columns = [options.StrangenessColumnName, options.PValueColumnName, options.HottestLayerColumnName];
        foreach (string column in columns)
            ArgumentException.ThrowIfNullOrEmpty(column, nameof(options));
        if (columns.Distinct(StringComparer.Ordinal).Count() < columns.Length)
            throw new ArgumentException($"The columns {string.Join(", ", columns)} need different names.", nameof(options));
        ConformalCalibration.RowsNeeded(options.FalseAlarms);
        (_file, _options) = (Path.GetFullPath(modelFile), options);
        _plan = new NetworkPlan(_file, Layers(null));
    }

    /// <summary>Reads the reference, damages a part of it to see what would be seen, and calibrates.</summary>
    /// <param name="input">Rows on which the network is known to work.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or has the wrong type or size.</exception>
    /// <exception cref="ThermoException">The network has several inputs, or ONNX Runtime cannot load it.</exception>
    /// <exception cref="UnusableDataException">There are too few rows for the rate, or one has a number that is not finite.</exception>
    public OnnxGuardTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        BoundInput bound = _plan.Bind(input.Schema)[0];
        using OnnxModel model = OnnxModel.Open(_file);
        double[][] rows = [.. GuardSteps.Rows(input, bound.Column)];
        if (rows.Length == 0)
            throw new UnusableDataException("The reference has no rows.");
        NetworkGuard guard = NetworkGuard.Fit(
            model, NetworkInputs.Of(model, rows, bound.Shape), new() { FalseAlarms = _options.FalseAlarms, Seed = _options.Seed, Score = _options.Score });
        OnnxLayersTransformer? layers = guard.Layers.Count == 0 ? null : new OnnxLayersEstimator(_file, Layers(guard.Layers)).Fit(input);
        return new OnnxGuardTransformer(guard, layers, bound, _options);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or has the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _plan.Check(inputSchema);
        return Shapes.With(
            inputSchema, Shapes.Column(_options.StrangenessColumnName, NumberDataViewType.Single),
            Shapes.Column(_options.PValueColumnName, NumberDataViewType.Single), Shapes.Column(_options.HottestLayerColumnName, TextDataViewType.Instance));
    }

    /// <summary>The step that reads the layers.</summary>
    private OnnxLayersOptions Layers(IReadOnlyList<string>? layers) => new()
    {
        Inputs = [new("", _options.InputColumnName) { Shape = _options.Shape }],
        TemperatureColumnName = GuardSteps.Temperature,
        EntropyColumnName = GuardSteps.Entropy,
        EfficiencyColumnName = GuardSteps.Efficiency,
        Layers = layers,
        BatchSize = _options.BatchSize,
        Device = _options.Device,
        EmbedModel = _options.EmbedModel,
    };
}
