using System.Numerics.Tensors;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;
using ML.Thermo.Linear.Algebra;

namespace ML.Thermo.Forecasts;

/// <summary>What more rows would bring to a linear model.</summary>
/// <remarks>Squared error: losses of rows left out one by one in closed form, e/(1 − h) for a residual e of leverage h (Allen 1974). Cross-entropy: five folds
/// and the curvature of one fit. Absolute error: five folds.</remarks>
[Maturity(Maturity.Estimator)]
public static class LinearForecast
{
    private const int Folds = 5;
    private const double MostLeverage = 1 - 1e-9;

    /// <summary>Two estimates of λ further apart than this factor do not agree.</summary>
    private const double Apart = 3;

    /// <summary>The forecast for a system's training rows.</summary>
    /// <param name="system">The model with its rows.</param>
    /// <param name="seed">Chooses the folds.</param>
    /// <param name="cancellation">Checked before each fit.</param>
    /// <returns>Null where there is none: fewer than ten rows, dependent columns, separable classes, a model that passes through its rows, or one that is not
    /// regular.</returns>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public static MoreDataForecast? Of(LinearSystem system, ulong seed = 1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(system);
        LabelledData data = system.Training;
        if (data.Rows < 2 * Folds || system.GroundState.Status != Status.Defined)
            return null;
        cancellation.ThrowIfCancellationRequested();
        double[] training = system.Losses(data);
        MoreDataForecast? found = system.Energy == Energy.MeanSquared ? LeaveOneOut(system, training) : CrossValidated(system, seed, cancellation);
        if (found is not null && system.Energy == Energy.CrossEntropy)
            found = WithCurvature(system, found);
        return found is null || found.TrainingLoss < MoreDataForecast.FarBelow * found.HeldOutLoss ? null : found;
    }

    private static MoreDataForecast? LeaveOneOut(LinearSystem system, double[] training)
    {
        double[] leverages = Leverages(system.Training, null);
        if (Array.Exists(leverages, h => !(h < MostLeverage)))
            return null;
        double[] heldOut = [.. training.Zip(leverages, (loss, h) => loss / ((1 - h) * (1 - h)))];
        return MoreDataForecast.FromLosses(heldOut, training, system.Training.Rows, system.Training.Rows, MoreDataMethod.LeaveOneOut);
    }

    private static MoreDataForecast? CrossValidated(LinearSystem system, ulong seed, CancellationToken cancellation)
    {
        LabelledData data = system.Training;
        RandomStream random = new(seed, 0);
        double[] keys = [.. Enumerable.Range(0, data.Rows).Select(_ => random.NextDouble())];
        int[] fold = new int[data.Rows];
        foreach ((int row, int place) in Enumerable.Range(0, data.Rows).OrderBy(row => keys[row]).Select((row, place) => (row, place)))
            fold[row] = place % Folds;
        double[] heldOut = new double[data.Rows], training = new double[data.Rows];
        for (int f = 0; f < Folds; f++)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] kept = [.. Enumerable.Range(0, data.Rows).Where(row => fold[row] != f)];
            LinearSystem part = new(Rows(data, kept), system.Energy, system.Law);
            if (part.GroundState.Status != Status.Defined)
                return null;
            double[] losses = part.Losses(data);
            for (int row = 0; row < data.Rows; row++)
            {
                if (fold[row] == f)
                    heldOut[row] = losses[row];
                else
                    training[row] += losses[row] / (Folds - 1);
            }
        }

        return MoreDataForecast.FromLosses(heldOut, training, data.Rows, data.Rows * (1 - (1.0 / Folds)), MoreDataMethod.CrossValidation);
    }

    /// <summary>λ = tr(H⁻¹C)/2 with H the mean curvature and C the covariance of the gradients: Σ s² h/2 for slopes s and leverages h under H.</summary>
    private static MoreDataForecast? WithCurvature(LinearSystem system, MoreDataForecast gap)
    {
        LabelledData data = system.Training;
        double[] outputs = data.Outputs(system.GroundState.Parameters);
        ReadOnlyMemory<double> targets = data.Targets;
        double[] leverages = Leverages(data, row => system.Energy.Curvature(outputs[row], targets.Span[row]));
        double curvature = 0;
        for (int row = 0; row < outputs.Length; row++)
        {
            double slope = system.Energy.Slope(outputs[row], targets.Span[row]), weight = system.Energy.Curvature(outputs[row], targets.Span[row]);
            curvature += weight > 0 ? slope * slope * leverages[row] / weight / 2 : 0;
        }

        double ratio = gap.LearningCoefficient.Value / curvature;
        if (!(ratio is > 1 / Apart and < Apart))
            return null;
        double mean = (gap.LearningCoefficient.Value + curvature) / 2, error = gap.LearningCoefficient.StandardError / 2;
        return gap with
        {
            LearningCoefficient = new(mean, error),
            GainOfDoubling = new(mean / (2 * data.Rows), error / (2 * data.Rows)),
            Method = MoreDataMethod.CrossValidationAndCurvature,
        };
    }

    /// <summary>w x·(XᵀWX)⁻¹x of each row.</summary>
    private static double[] Leverages(LabelledData data, Func<int, double>? weight)
    {
        int d = data.Columns;
        ReadOnlySpan<double> scaled = weight is null ? data.Features.Span : Scaled(data, weight);
        double[][] triangle = HouseholderTriangle.Of(scaled, d);
        double[] leverages = new double[data.Rows];
        double[] solved = new double[d];
        for (int row = 0; row < data.Rows; row++)
        {
            for (int j = 0; j < d; j++) // Rᵀu = x
            {
                double sum = scaled[(row * d) + j];
                for (int k = 0; k < j; k++)
                    sum -= triangle[j][k] * solved[k];
                solved[j] = sum / triangle[j][j];
            }

            leverages[row] = solved.Sum(u => u * u);
        }

        return leverages;
    }

    private static double[] Scaled(LabelledData data, Func<int, double> weight)
    {
        double[] scaled = data.Features.ToArray();
        for (int row = 0; row < data.Rows; row++)
            TensorPrimitives.Multiply(data.Row(row), Math.Sqrt(weight(row)), scaled.AsSpan(row * data.Columns, data.Columns));
        return scaled;
    }

    private static LabelledData Rows(LabelledData data, int[] rows)
    {
        double[] features = new double[rows.Length * data.Columns], targets = new double[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            data.Row(rows[i]).CopyTo(features.AsSpan(i * data.Columns));
            targets[i] = data.Targets.Span[rows[i]];
        }

        return new LabelledData(features, targets, data.FeatureNames);
    }
}
