using ML.Thermo.Initialization;

namespace ML.Thermo.Benchmarks.Drift;

/// <summary>The shifts of the drift experiment, each at three strengths; strength −1 draws a window without any.</summary>
internal static class DriftShifts
{
    public static readonly string[] Names = ["covariate shift", "label shift", "concept drift", "noise growth", "constant column", "unit change"];

    /// <summary>A window of rows drawn with replacement from the pool, and shifted.</summary>
    /// <param name="trial">Whose pool.</param>
    /// <param name="shift">One of the names.</param>
    /// <param name="strength">0, 1, 2, or −1 for none.</param>
    /// <param name="rows">How many.</param>
    /// <param name="kind">Chooses the column or direction that drifts.</param>
    /// <param name="random">Chooses the rows and their noise.</param>
    public static DriftRows Draw(DriftTrial trial, string shift, int strength, int rows, RandomStream kind, RandomStream random)
    {
        DriftRows pool = trial.Pool;
        int inputs = pool.Features[0].Length - 1; // the last is the intercept
        int column = (int)kind.NextInteger(inputs);
        double[] direction = [.. Enumerable.Range(0, inputs).Select(_ => kind.NextNormal() / Math.Sqrt(inputs))];
        double[]? tilt = shift switch
        {
            "covariate shift" => Standard([.. pool.Features.Select(row => Dot(row, direction))]),
            "label shift" => Standard(pool.Labels),
            _ => null,
        };
        double[] cumulative = [.. pool.Labels.Select((_, i) => tilt is null || strength < 0 ? 1 : Math.Exp(Size(0.3, 0.6, 1) * tilt[i]))];
        for (int i = 1; i < cumulative.Length; i++)
            cumulative[i] += cumulative[i - 1];
        var features = new double[rows][];
        double[] labels = new double[rows];
        for (int k = 0; k < rows; k++)
        {
            int i = Array.BinarySearch(cumulative, random.NextDouble() * cumulative[^1]);
            i = Math.Min(i < 0 ? ~i : i, cumulative.Length - 1);
            features[k] = [.. pool.Features[i]];
            labels[k] = pool.Labels[i];
            if (strength >= 0)
                labels[k] = Moved(features[k], labels[k]);
            if (strength >= 0 && shift == "constant column")
                Break(features[k], constant: true);
            if (strength >= 0 && shift == "unit change")
                Break(features[k], constant: false);
        }

        return new DriftRows(features, labels);

        double Size(double low, double middle, double high) => strength switch { 0 => low, 1 => middle, _ => high };

        double Moved(double[] x, double y) => (shift, trial.IsClassification) switch
        {
            ("concept drift", false) => y + (Size(0.3, 0.6, 1.2) * trial.Residual * x[column]),
            ("concept drift", true) => x[column] > 0 && random.NextDouble() < Size(0.1, 0.2, 0.4) ? 1 - y : y,
            ("noise growth", false) => y + (Size(0.5, 0.75, 1) * trial.Residual * random.NextNormal()),
            ("noise growth", true) => random.NextDouble() < Size(0.05, 0.1, 0.2) ? 1 - y : y,
            _ => y,
        };

        void Break(double[] x, bool constant)
        {
            int broken = constant ? (int)Size(1, 2, 4) : 1;
            for (int b = 0; b < Math.Min(broken, inputs); b++)
            {
                int j = (column + b) % inputs;
                x[j] = constant ? 0 : x[j] * Size(1.5, 2.5, 10); // features are standardised: zero is their mean
            }
        }
    }

    private static double Dot(double[] row, double[] direction) => direction.Select((d, j) => d * row[j]).Sum();

    private static double[] Standard(double[] values)
    {
        double mean = values.Average(), spread = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        return [.. values.Select(v => (v - mean) / spread)];
    }
}
