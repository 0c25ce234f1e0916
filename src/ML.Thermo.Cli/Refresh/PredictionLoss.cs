using ML.Thermo.Drift;

namespace ML.Thermo.Cli.Refresh;

/// <summary>Energies of a model that is known by its predictions only.</summary>
/// <param name="energy">mse, mae or ce.</param>
/// <param name="predictions">Columns of predictions.</param>
internal sealed class PredictionLoss(string energy, IReadOnlyList<string> predictions)
{
    private const double LeastProbability = 1e-15; // a wrong answer given with certainty costs 34.5 nats, not infinitely many

    /// <summary>The loss of a row; NaN where the label is not known.</summary>
    /// <param name="rows">The row.</param>
    /// <exception cref="UnusableDataException">Label or prediction is outside its domain.</exception>
    public double Loss(RefreshRows rows)
    {
        double label = rows.Label;
        if (double.IsNaN(label))
            return double.NaN;
        ReadOnlySpan<double> p = rows.Predictions;
        if (energy != "ce")
            return energy == "mse" ? (p[0] - label) * (p[0] - label) : Math.Abs(p[0] - label);
        double sum = Check(rows);
        if (p.Length == 1)
        {
            return label is 0 or 1
                ? -Math.Log(Math.Max(label == 1 ? p[0] : 1 - p[0], LeastProbability))
                : throw new UnusableDataException($"{rows.PlaceName} has the label {label}: with one probability the loss expects 0 or 1.");
        }

        return label >= 0 && label < p.Length && label == Math.Floor(label)
            ? -Math.Log(Math.Max(p[(int)label] / sum, LeastProbability))
            : throw new UnusableDataException($"{rows.PlaceName} has the label {label}: expected a class 0 … {p.Length - 1} or one of {string.Join(", ", predictions)}.");
    }

    /// <summary>The loss that the prediction expects of itself; NaN where it makes no such statement.</summary>
    /// <param name="rows">The row.</param>
    public double Self(RefreshRows rows)
    {
        if (energy != "ce")
            return double.NaN;
        Check(rows);
        return rows.Predictions.Length == 1 ? SelfEnergy.Binary(rows.Predictions[0]) : SelfEnergy.Classes(rows.Predictions);
    }

    /// <summary>The sum of the probabilities.</summary>
    private double Check(RefreshRows rows)
    {
        double sum = 0;
        for (int k = 0; k < rows.Predictions.Length; k++)
        {
            double p = rows.Predictions[k];
            sum += p;
            if (p is not (>= 0 and <= 1))
                throw new UnusableDataException($"{rows.PlaceName}, column '{predictions[k]}', is {p}: with --energy ce a prediction is a probability from 0 to 1.");
        }

        if (rows.Predictions.Length > 1 && Math.Abs(sum - 1) > 1e-3)
            throw new UnusableDataException($"{rows.PlaceName}: the probabilities {string.Join(", ", predictions)} add up to {sum}: expected 1.");
        return sum;
    }
}
