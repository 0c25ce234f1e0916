using ML.Thermo.Energies;
using ML.Thermo.Refresh;

namespace ML.Thermo.Cli.Refresh;

/// <summary>Energies of a model that is known by its predictions only, with the place of what is wrong.</summary>
/// <param name="energy">mse, mae or ce.</param>
/// <param name="predictions">Columns of predictions.</param>
internal sealed class PredictionLoss(string energy, IReadOnlyList<string> predictions)
{
    private const double LeastRounding = 1e-3;

    private readonly PredictionEnergy _energy = new(
        energy != "ce" ? PredictionKind.Value : predictions.Count == 1 ? PredictionKind.Probability : PredictionKind.Probabilities, Energy.Parse(energy));

    /// <summary>The loss of a row; NaN where the label is not known.</summary>
    /// <param name="rows">The row.</param>
    /// <exception cref="UnusableDataException">Label or prediction is outside its domain.</exception>
    public double Loss(RefreshRows rows)
    {
        double label = rows.Label;
        if (double.IsNaN(label))
            return double.NaN;
        Check(rows);
        int classes = rows.Predictions.Length;
        if (energy == "ce" && classes == 1 && label is not (0 or 1))
            throw new UnusableDataException($"{rows.PlaceName} has the label {label}: with one probability the loss expects 0 or 1.");
        if (energy == "ce" && classes > 1 && !(label >= 0 && label < classes && label == Math.Floor(label)))
            throw new UnusableDataException($"{rows.PlaceName} has the label {label}: expected a class 0 … {classes - 1} or one of " +
                $"{string.Join(", ", predictions)}.");
        return _energy.Loss(rows.Predictions, label);
    }

    /// <summary>The loss that the prediction expects of itself; NaN where it makes no such statement.</summary>
    /// <param name="rows">The row.</param>
    public double Self(RefreshRows rows)
    {
        Check(rows);
        return _energy.SelfEnergy(rows.Predictions);
    }

    /// <summary>Refuses what is no probability.</summary>
    private void Check(RefreshRows rows)
    {
        if (energy != "ce")
            return;
        double sum = 0;
        for (int k = 0; k < rows.Predictions.Length; k++)
        {
            double p = rows.Predictions[k];
            sum += p;
            if (p is not (>= 0 and <= 1))
                throw new UnusableDataException($"{rows.PlaceName}, column '{predictions[k]}', is {p}: with --energy ce a prediction is a probability " +
                    "from 0 to 1.");
        }

        if (rows.Predictions.Length > 1 && Math.Abs(sum - 1) > Rounding(rows.Predictions))
            throw new UnusableDataException($"{rows.PlaceName}: the probabilities {string.Join(", ", predictions)} add up to {sum}: expected 1, " +
                "or as near to it as numbers of so many digits come.");
    }

    /// <summary>
    /// How far from 1 the sum of rounded probabilities may be: half a unit of the last decimal place that they show for each of them, at most four standard
    /// deviations of so many roundings.
    /// </summary>
    private static double Rounding(ReadOnlySpan<double> probabilities)
    {
        double classes = probabilities.Length;
        for (double scale = 10; scale <= 1000; scale *= 10)
        {
            bool isRound = true;
            foreach (double p in probabilities)
                isRound &= Math.Abs((p * scale) - Math.Round(p * scale)) < 1e-6;
            if (isRound)
                return Math.Max(LeastRounding, (Math.Min(0.5 * classes, 4 * Math.Sqrt(classes / 12)) / scale) + 1e-9);
        }

        return LeastRounding;
    }
}
