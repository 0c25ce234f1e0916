using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using ML.Thermo.Measurement;
using ML.Thermo.Schemas;

namespace ML.Thermo.Langevin;

/// <summary>Trains another estimator, unchanged, and reports every pass over the data while it trains.</summary>
/// <typeparam name="TTransformer">What the trainer makes.</typeparam>
/// <remarks>
/// <para>To create this estimator, use <see cref="ThermoCatalog.Observe{TTransformer}"/>. The energy of an epoch is the mean loss of the rows as
/// the trainer met them, each before its own update; regularisation is not in it. The temperature counts from the first epoch.</para>
/// <para>It looks at label and features once more than the trainer does, to count the rows without gaps. With several threads, epochs of the trainer
/// overlap, and an epoch here is as many rows as the data have.</para></remarks>
[Maturity(Maturity.Paper, "energy, entropy and temperature of states; along training this project's reading of them")]
public sealed class ObservedTrainer<TTransformer> : IEstimator<TTransformer>
    where TTransformer : ITransformer
{
    private const string LabelType = "a Single or a Boolean";

    private readonly IEstimator<TTransformer> _trainer;
    private readonly ObservedLoss _loss;
    private readonly string _label, _features;
    private readonly CancellationToken _cancellation;
    private readonly Lock _lock = new();

    internal ObservedTrainer(IEstimator<TTransformer> trainer, ObservedLoss loss, string label, string features, CancellationToken cancellation) =>
        (_trainer, _loss, _label, _features, _cancellation) = (trainer, loss, label, features, cancellation);

    /// <summary>Trains; one training at a time.</summary>
    /// <param name="input">The trainer's data.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _cancellation.ThrowIfCancellationRequested();
        DataViewSchema.Column label = input.Schema.Demand("label", _label, LabelType, type => type == NumberDataViewType.Single || type is BooleanDataViewType);
        DataViewSchema.Column features = input.Schema.Demand("feature", _features, Columns.Features, Columns.IsFeatures);
        lock (_lock)
        {
            _loss.Begin(Count(input, label, features));
            try
            {
                return _trainer.Fit(input);
            }
            catch (AggregateException threads) when (threads.Flatten().InnerExceptions.OfType<OperationCanceledException>().FirstOrDefault() is not null)
            {
                throw new OperationCanceledException("Training was cancelled.", threads, _cancellation);
            }
        }
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _trainer.GetOutputSchema(inputSchema);

    /// <summary>The rows that ML.NET's trainers learn from: those without gaps.</summary>
    private long Count(IDataView data, DataViewSchema.Column label, DataViewSchema.Column features)
    {
        long rows = 0;
        using DataViewRowCursor cursor = data.GetRowCursor([label, features]);
        Func<double> target = ScoredData.LabelReader(cursor, label);
        ValueGetter<VBuffer<float>> vector = cursor.GetGetter<VBuffer<float>>(features);
        VBuffer<float> x = default;
        while (cursor.MoveNext())
        {
            _cancellation.ThrowIfCancellationRequested();
            vector(ref x);
            if (double.IsFinite(target()) && ScoredData.IsComplete(x))
                rows++;
        }

        return rows;
    }
}
