using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Logistic;
using ML.Thermo.Linear.Squared;

namespace ML.Thermo.Benchmarks.Drift;

/// <summary>Rows with their labels.</summary>
internal sealed record DriftRows(double[][] Features, double[] Labels);

/// <summary>
/// One random division of a data set: a linear model trained on two fifths; the other rows are the population that the reference and all
/// windows are drawn from, with replacement, so that without a shift they have exactly one law.
/// </summary>
internal sealed class DriftTrial
{
    private readonly Energy _energy;
    private readonly double[] _parameters;

    private DriftTrial(Energy energy, double[] parameters, DriftRows reference, DriftRows pool, double residual)
    {
        (_energy, _parameters, Reference, Pool, Residual) = (energy, parameters, reference, pool, residual);
    }

    public DriftRows Reference { get; }

    public DriftRows Pool { get; }

    /// <summary>Standard deviation of the model's residuals on the reference.</summary>
    public double Residual { get; }

    public bool IsClassification => _energy == Energy.CrossEntropy;

    /// <summary>The first division from this seed on in which the training rows are not separable.</summary>
    public static DriftTrial Of(ComplexitySet set, ulong seed)
    {
        LabelledData all = set.Data.WithIntercept();
        for (ulong attempt = 0; ; attempt++)
        {
            int[] order = [.. Enumerable.Range(0, all.Rows)];
            var random = new RandomStream(seed, 1000 + attempt);
            for (int i = 0; i < order.Length; i++)
            {
                int j = i + (int)random.NextInteger(order.Length - i);
                (order[i], order[j]) = (order[j], order[i]);
            }

            int trained = all.Rows * 2 / 5, reference = all.Rows * 7 / 20;
            DriftRows training = Rows(all, order.AsSpan(0, trained)), pool = Rows(all, order.AsSpan(trained));
            int[] drawn = [.. Enumerable.Range(0, reference).Select(_ => order[trained + (int)random.NextInteger(order.Length - trained)])];
            DriftRows accepted = Rows(all, drawn);
            var data = new LabelledData(training.Features.SelectMany(row => row).ToArray(), training.Labels);
            GroundState ground = set.Energy == Energy.CrossEntropy ? LogisticRegression.Solve(data) : LeastSquares.Solve(data);
            if (ground.Status.HasFlag(Status.Separable))
                continue;
            double[] w = [.. ground.Parameters];
            var trial = new DriftTrial(set.Energy, w, accepted, pool, 0);
            double residual = Math.Sqrt(accepted.Features.Zip(accepted.Labels, (x, y) => Math.Pow(trial.Output(x) - y, 2)).Average());
            return new DriftTrial(set.Energy, w, accepted, pool, residual);
        }
    }

    public double Loss(double[] x, double y) => _energy.Loss(Output(x), y);

    /// <summary>A probability for classes, else the output.</summary>
    public double Prediction(double[] x) => IsClassification ? 1 / (1 + Math.Exp(-Output(x))) : Output(x);

    public double Self(double[] x) => IsClassification ? SelfEnergy.Binary(Prediction(x)) : double.NaN;

    private double Output(double[] x) => x.Zip(_parameters, (a, b) => a * b).Sum();

    private static DriftRows Rows(LabelledData data, ReadOnlySpan<int> rows)
    {
        var features = new double[rows.Length][];
        double[] labels = new double[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            (features[i], labels[i]) = (data.Row(rows[i]).ToArray(), data.Targets.Span[rows[i]]);
        return new DriftRows(features, labels);
    }
}
