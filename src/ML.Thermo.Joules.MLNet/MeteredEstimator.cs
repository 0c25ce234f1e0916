using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Joules.Metering;

namespace ML.Thermo.Joules.MLNet;

/// <summary>Trains another estimator, unchanged, and keeps in the model what the training cost.</summary>
/// <remarks>
/// <para>To create this estimator, use <see cref="JoulesExtensions.Metered"/>. The model is the trainer's own, bit for bit: nothing is drawn from the
/// context, and the data are looked at as often as the trainer does.</para>
/// <para><b>Output columns.</b> The trainer's, and a key column <c>Joules</c> whose key values hold the record, <c>name=value</c>; it costs nothing
/// where it is not read.</para>
/// <para>The joules are those of the whole machine while <see cref="Fit"/> ran. Required package to load a saved model: none of ours. Exportable to
/// ONNX: the trainer's own product is, the first of the chain.</para></remarks>
[Maturity(Maturity.Estimator)]
public sealed class MeteredEstimator : IEstimator<TransformerChain<ITransformer>>
{
    private readonly IEstimator<ITransformer> _trainer;
    private readonly JouleMachine? _machine;

    internal MeteredEstimator(IEstimator<ITransformer> trainer, JouleMachine? machine) => (_trainer, _machine) = (trainer, machine);

    /// <summary>Trains and measures.</summary>
    /// <param name="input">The trainer's data.</param>
    /// <returns>The trainer's product, then what carries the record: ML.NET's own steps, made when the model is first used.</returns>
    public TransformerChain<ITransformer> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using JouleMeter meter = (_machine ?? JouleMachine.Shared).Start();
        ITransformer trained = _trainer.Fit(input);
        var record = TrainingJoules.Of(meter.Stop());
        DataViewSchema schema = input.Schema;
        return new TransformerChain<ITransformer>([trained, new RecordStep(record, () => JouleSteps.Make(schema, trained.GetOutputSchema(schema), record))]);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return _trainer.GetOutputSchema(inputSchema); // what others read; the record's column is for those who know it
    }
}
