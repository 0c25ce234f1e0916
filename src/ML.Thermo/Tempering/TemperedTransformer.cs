using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Schemas;

namespace ML.Thermo.Tempering;

/// <summary>A linear model in service that learns from every window of labelled rows.</summary>
/// <typeparam name="TTransformer">ML.NET's transformer of the task.</typeparam>
/// <remarks>
/// <para>It scores like ML.NET's own model, which <see cref="Native"/> is: that loads without this package. The tempered model itself is saved with
/// its whole state: after
/// <see cref="ThermoCatalog.Load(string)"/> it goes on as if nothing had been.</para>
/// <para>Scoring and <see cref="Update"/> may run at once: a view of data keeps the model with which it was made.</para></remarks>
[Maturity(Maturity.Estimator, "exponential weights over recursive least squares with forgetting")]
public sealed class TemperedTransformer<TTransformer> : ITransformer
    where TTransformer : class, ITransformer
{
    private readonly TemperedTask<TTransformer> _task;
    private readonly TemperedLadder _ladder;
    private readonly Lock _lock = new();
    private readonly DataViewSchema _schema;
    private volatile TTransformer _native;

    internal TemperedTransformer(TemperedTask<TTransformer> task, DataViewSchema schema, TemperedLadder ladder) =>
        (_task, _schema, _ladder, _native) = (task, schema, ladder, task.Native(schema, ladder));

    /// <summary>ML.NET's own linear model, as it is deployed now.</summary>
    public TTransformer Native => _native;

    /// <summary>Rows that the deployed model effectively remembers.</summary>
    public double EffectiveRows => Reading(ladder => ladder.EffectiveRows);

    /// <summary>Windows learnt since the reference.</summary>
    public int Windows => Reading(ladder => ladder.Windows);

    /// <summary>The copies by their memory with their shares, then the reference's model.</summary>
    public IReadOnlyList<TemperedMember> Members => Reading(ladder => ladder.Members);

    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>Judges a window by the model as it is, and learns from it.</summary>
    /// <param name="window">Label and features of new rows; rows in which one is missing are left out.</param>
    /// <returns>Mean losses of the window before it was learnt from.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type.</exception>
    /// <exception cref="UnusableDataException">No row can be used, or it has another number of features; the model is as it was.</exception>
    public TemperedWindow Update(IDataView window)
    {
        ArgumentNullException.ThrowIfNull(window);
        _task.Check(Shapes.Of(window.Schema));
        (double[][] features, double[] targets) = _task.Read(window);
        lock (_lock)
        {
            TemperedWindow cost = _ladder.Update(features, targets);
            _native = _task.Native(_schema, _ladder);
            return cost;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or has the wrong type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _native.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or has the wrong type.</exception>
    public IDataView Transform(IDataView input) => _native.Transform(input);

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => _native.GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        lock (_lock)
            ((ICanSaveModel)new TransformerChain<ITransformer>([.. _task.Steps(_schema, _native, _ladder)])).Save(ctx);
    }

    private T Reading<T>(Func<TemperedLadder, T> read)
    {
        lock (_lock)
            return read(_ladder);
    }
}
