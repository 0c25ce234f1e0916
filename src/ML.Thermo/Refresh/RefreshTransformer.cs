using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Refresh;

/// <summary>Adds a row's energy, and the drift of the last full window, to every row that a model has scored.</summary>
/// <remarks>
/// <para><b>Order.</b> The windows belong to a passage: every cursor, and every prediction engine, begins with an empty one, and rows count in the
/// order in which they pass, if at least one of the columns is read. Where one is asked for, ML.NET reads the data through a single cursor, so the columns
/// are the same however many cursors a consumer would like. Without one among the columns asked for, nothing is watched and cursors are many.</para>
/// <para>What outlives a process, or many engines share, is a <see cref="DriftMonitor"/>: <see cref="ThermoCatalog.GetMonitor"/>.</para>
/// <para>It is saved as a chain of ML.NET's own steps and loaded by any process that has this package; the loaded chain gives the same
/// columns.</para></remarks>
[Maturity(Maturity.Paper, "ΔE, ΔS, T of a shifted state; decisions: theorem for independent rows with labels, estimator without labels")]
public sealed class RefreshTransformer : ITransformer, IDisposable
{
    private readonly TransformerChain<ITransformer> _chain;

    internal RefreshTransformer(IReadOnlyList<ITransformer> steps, SavedMonitor saved)
    {
        Saved = saved;
        _chain = new TransformerChain<ITransformer>([.. steps]);
    }

    /// <summary>The state in which the model was accepted; its inputs are the watched columns, and behind them the prediction.</summary>
    public DriftReference Reference => Saved.Reference;

    internal SavedMonitor Saved { get; }

    /// <summary>As ML.NET saves it.</summary>
    internal IEnumerable<ITransformer> Steps => _chain;

    bool ITransformer.IsRowToRowMapper => ((ITransformer)_chain).IsRowToRowMapper;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _chain.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type.</exception>
    public IDataView Transform(IDataView input) => _chain.Transform(input);

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => ((ITransformer)_chain).GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)_chain).Save(ctx);

    /// <summary>Disposes the steps, none of which holds anything.</summary>
    public void Dispose() => _chain.Dispose();
}
