using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Layers;
using ML.Thermo.Onnx.Guards;
using ML.Thermo.Schemas;

namespace ML.Thermo.Guards;

/// <summary>A guard of an imported network's input: adds <c>Strangeness</c>, <c>PValue</c> and <c>HottestLayer</c> to every row.</summary>
/// <remarks>
/// <para>The network runs in batches, only where a layer is watched, and only when one of the three columns is read.</para>
/// <para>It is saved as ML.NET's own steps, and loaded by any process that has this package, with the same columns; the loaded network runs row by row until
/// <see cref="ThermoCatalog.Restore"/> makes batches of it again.</para></remarks>
[Maturity(Maturity.Theorem, "the level, for rows that are exchangeable with the reference; what is seen is measured")]
public sealed class OnnxGuardTransformer : ITransformer, IDisposable
{
    private readonly OnnxLayersTransformer? _layers;
    private readonly BoundInput _input;
    private readonly TransformerChain<ITransformer> _steps;
    private readonly GuardJudge _judge;

    internal OnnxGuardTransformer(NetworkGuard guard, OnnxLayersTransformer? layers, BoundInput input, OnnxGuardOptions options)
    {
        (Guard, _layers, _input) = (guard, layers, input);
        _steps = new TransformerChain<ITransformer>([.. GuardSteps.Of(guard, layers, input, options)]);
        _judge = new GuardJudge(guard, guard.Layers);
    }

    /// <summary>What it looks at, and what it saw of damaged rows.</summary>
    public NetworkGuard Guard { get; }

    bool ITransformer.IsRowToRowMapper => true;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or has the wrong type or size.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        NetworkPlan.Check([_input], inputSchema);
        return _steps.GetOutputSchema(inputSchema);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or has the wrong type or size.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        NetworkPlan.Check([_input], input.Schema);
        return _steps.Transform(input);
    }

    /// <summary>The p-value of rows together: their mean reading, ranked among relabellings with the calibration rows. Twenty rows show what one
    /// does not.</summary>
    /// <param name="window">The rows, at least two; they are kept in memory.</param>
    /// <param name="seed">Chooses the relabellings.</param>
    /// <exception cref="UnusableDataException">There are fewer than two rows.</exception>
    public double WindowPValue(IDataView window, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(window);
        NetworkPlan.Check([_input], window.Schema);
        double[][] rows = [.. GuardSteps.Rows(window, _input.Column)];
        if (rows.Length < 2)
            throw new UnusableDataException($"The window has {rows.Length} rows: expected at least 2.");
        IEnumerable<double[]> layers = rows.Select(_ => Array.Empty<double>());
        if (_layers?.Transform(window) is { } read)
        {
            layers = GuardSteps.Rows(read, GuardSteps.Temperature).Zip(GuardSteps.Rows(read, GuardSteps.Efficiency), (heat, efficiency) =>
                Onnx.Guards.LayerReader.Row([.. heat.Select(value => (float)value)], [.. efficiency.Select(value => (float)value)]));
        }

        return _judge.Window(layers.Zip(rows, _judge.Reading), seed);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => ((ITransformer)_steps).GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)_steps).Save(ctx);

    /// <summary>Frees the network. Data that this has transformed cannot be read any more.</summary>
    public void Dispose() => _layers?.Dispose();
}
