using Microsoft.ML;
using ML.Thermo.Measurement;
using ML.Thermo.Transitions;

namespace ML.Thermo.Forecasts;

/// <summary>Losses of a trainer's models on the rows that they had and those that they had not, over the folds of a cross-validation.</summary>
internal sealed class FoldedLosses(MLContext context, IEstimator<ITransformer> trainer, PhaseTransitionOptions options)
{
    /// <summary>The loss on rows that the other folds' model had not, on rows that it had, and the number of rows.</summary>
    public (double HeldOut, double Training, long Rows) Of(IDataView data, int folds)
    {
        double heldOut = 0, training = 0;
        long rows = 0, learnt = 0;
        int seed = (int)(options.Transition.Seed & int.MaxValue);
        foreach (DataOperationsCatalog.TrainTestData fold in context.Data.CrossValidationSplit(data, folds, seed: seed))
        {
            options.Cancellation.ThrowIfCancellationRequested();
            ITransformer model = trainer.Fit(fold.TrainSet);
            (double own, long had) = Losses(model, fold.TrainSet);
            (double others, long hadNot) = Losses(model, fold.TestSet);
            (heldOut, training, rows, learnt) = (heldOut + others, training + own, rows + hadNot, learnt + had);
            (model as IDisposable)?.Dispose();
        }

        if (rows == 0 || learnt == 0)
            throw new UnusableDataException("No row has a label and a score: expected some in every fold.");
        return (heldOut / rows, training / learnt, rows);
    }

    private (double Sum, long Rows) Losses(ITransformer model, IDataView rows)
    {
        IDataView scored = TransitionMeasurement.Apply(model, rows);
        ScoreReading reading = ScoreReading.Of(new TrainedModel(model), scored, options);
        ScoredData columns = new(scored, reading.Columns.Label(options.LabelColumnName), reading.ScoreColumn, null);
        Sample sample = Sample.Of(columns, reading.Output, reading.Energy, options.Cancellation);
        double sum = 0;
        foreach (double loss in sample.Losses)
            sum += loss;
        return (sum, sample.Rows);
    }
}
