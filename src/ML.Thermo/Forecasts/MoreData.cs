using Microsoft.ML;
using ML.Thermo.Transitions;

namespace ML.Thermo.Forecasts;

/// <summary>What more rows would bring to any trainer, by the gap of its folds' losses.</summary>
internal static class MoreData
{
    public static MoreDataForecast Of(MLContext context, IDataView data, IEstimator<ITransformer> trainer, int folds, PhaseTransitionOptions options)
    {
        FoldedLosses losses = new(context, trainer, options);
        (double heldOut, double training, long rows) = losses.Of(data, folds);
        double learntFrom = rows * (1 - (1.0 / folds));
        if (training >= MoreDataForecast.FarBelow * heldOut)
        {
            return MoreDataForecast.Of(
                new(heldOut - training, double.NaN), new((heldOut + training) / 2, double.NaN), rows, learntFrom, MoreDataMethod.CrossValidation);
        }

        // Not regular: half of what the step from half of the rows to those of a fold brought.
        (double half, _, _) = losses.Of(data, 2);
        return new MoreDataForecast
        {
            Rows = rows,
            GainOfDoubling = new((half - heldOut) / 2, double.NaN),
            Floor = Estimate.Undefined,
            LearningCoefficient = Estimate.Undefined,
            HeldOutLoss = heldOut,
            TrainingLoss = training,
            Method = MoreDataMethod.HalfOfLastDoubling,
        };
    }
}
