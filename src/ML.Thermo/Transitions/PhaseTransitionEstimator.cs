using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Schemas;
using ML.Thermo.Steps;

namespace ML.Thermo.Transitions;

/// <summary>
/// Trains another estimator, unchanged, and measures its training as a phase transition from the untrained to the trained state.</summary>
/// <typeparam name="TTransformer">What the trainer makes.</typeparam>
/// <remarks>
/// <para>To create this estimator, use <see cref="ThermoCatalog.PhaseTransition{TTransformer}(IEstimator{TTransformer}, PhaseTransitionOptions)"/>.</para>
/// <para><b>Input and output columns.</b> The input is the trainer's; its label is a Single, a Boolean or a UInt32 key, its score a Single or a
/// vector of Single. Besides the trainer's own columns there are:</para>
/// <list type="table">
/// <listheader><term>Output column</term><description>Type and meaning</description></listheader>
/// <item><term><c>Energy</c></term><description>Single: E_I(x) − E_II(x), the loss that training takes off this row, loss units.</description></item>
/// <item><term><c>Entropy</c></term><description>Single: ½ ln(1 + V_I(x)/V) ≥ 0, nats, V the variance of the trained loss of one point.</description></item>
/// <item><term><c>Temperature</c></term><description>Single: Energy/Entropy, loss units per nat; NaN where the entropy is below 1e-12.</description></item>
/// <item><term><c>Transition</c></term><description>Key whose key values hold the transition's numbers, <c>name=value</c>.</description></item>
/// </list>
/// <para><b>Estimator characteristics.</b> It trains twice, the second time a twin on 70 % of the rows, and measures that on the rest
/// (<see cref="TypeIIRows"/>; with permuted labels it trains once more a refit). Normalisation and caching: as the trainer wants them. Required
/// package besides Microsoft.ML: ML.Thermo. Exportable to ONNX: no; export <see cref="PhaseTransitionTransformer{TTransformer}.Model"/>, or what
/// <see cref="ThermoCatalog.WithoutRowColumns"/> returns.</para>
/// <para><b>Whose columns.</b> Score, probability and predicted label are the wrapped model's own, whatever models stand before it; the label is
/// the data's, whatever the model calls its columns. Ranking, clustering and anomaly detection have no loss of a row and are refused.</para>
/// <para>With a label that is missing, a score that is NaN or (where features are needed) a feature that is, a row is left out of the
/// measurement, and its row columns are NaN.</para></remarks>
[Maturity(Maturity.Paper, "training as a transition between states; row columns are analogies (the transition of a system one row large)")]
public sealed class PhaseTransitionEstimator<TTransformer> : IEstimator<PhaseTransitionTransformer<TTransformer>>
    where TTransformer : class, ITransformer
{
    private readonly MLContext _context;
    private readonly IEstimator<TTransformer> _trainer;
    private readonly PhaseTransitionOptions _options;

    internal PhaseTransitionEstimator(MLContext context, IEstimator<TTransformer> trainer, PhaseTransitionOptions options) =>
        (_context, _trainer, _options) = (context, trainer, options.Checked());

    /// <summary>Trains on the data and measures.</summary>
    /// <param name="input">The trainer's data.</param>
    /// <returns>The trained model with the row columns.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type, or held-out rows lack a step.</exception>
    /// <exception cref="InvalidOperationException">The initial state does not suit the model, or its task has no loss of a row; the message says what
    /// does.</exception>
    /// <exception cref="UnusableDataException">No row can be measured, or a label is outside the energy's domain.</exception>
    /// <exception cref="OperationCanceledException">The measurement was cancelled.</exception>
    public PhaseTransitionTransformer<TTransformer> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _options.Cancellation.ThrowIfCancellationRequested();
        return FitTrace.Run("transition", activity =>
        {
            PhaseTransitionTransformer<TTransformer> fitted = Fitted(input);
            activity?.SetTag("thermo.temperature", fitted.Record.Transition.Temperature.Value);
            return fitted;
        });
    }

    private PhaseTransitionTransformer<TTransformer> Fitted(IDataView input)
    {
        if (!IsChain)
            input.Schema.Demand("label", _options.LabelColumnName, Columns.Label, _ => true);
        var measurement = new TransitionMeasurement(_context, _trainer, _options);
        (ITransformer model, RowNames names, RowTransition rows, PhaseTransitionRecord record, IReadOnlyList<ITransformer> steps) = measurement.Fit(input);
        return new PhaseTransitionTransformer<TTransformer>((TTransformer)model, steps, record, names, rows);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (!IsChain)
            inputSchema.Demand("label", _options.LabelColumnName, Columns.Label, _ => true);
        SchemaShape shape = _trainer.GetOutputSchema(inputSchema);
        shape.Demand("label", _options.LabelColumnName, Columns.Label, _ => true);
        shape.Demand("score", _options.ScoreColumnName, Columns.Score, Columns.IsScore);
        var keys = new DataViewSchema.Annotations.Builder();
        var type = new VectorDataViewType(TextDataViewType.Instance, 1);
        keys.Add("KeyValues", type, (ref VBuffer<ReadOnlyMemory<char>> _) => { });
        string[] numbers = [_options.EnergyColumnName, _options.EntropyColumnName, _options.TemperatureColumnName];
        return Shapes.With(
            shape,
            [
                .. numbers.Select(name => Shapes.Column(name, NumberDataViewType.Single)),
                Shapes.Column(_options.TransitionColumnName, new KeyDataViewType(typeof(uint), 1), keys.ToAnnotations()),
            ]);
    }

    /// <summary>Whether steps before the trainer are wrapped too, which may make the label.</summary>
    private bool IsChain => _trainer.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(EstimatorChain<>);
}
