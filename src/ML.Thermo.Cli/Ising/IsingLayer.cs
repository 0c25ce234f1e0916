using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Ising;
using ML.Thermo.Linear.Logistic;

namespace ML.Thermo.Cli.Ising;

/// <summary>One layer σ(b + w Σs) on configurations that were turned to M ≥ 0, trained far below and far above the transition alone.</summary>
/// <param name="Bias">b.</param>
/// <param name="Weight">w, of a spin.</param>
/// <param name="Crossing">Where its mean output passes ½; NaN where it does not inside the grid.</param>
internal sealed record IsingLayer(double Bias, double Weight, double Crossing)
{
    /// <summary>Temperatures that are left out of the training: nobody tells the layer where the transition is.</summary>
    public const double LowestLeftOut = 1.7, HighestLeftOut = 2.9;

    public static IsingLayer Fit(IReadOnlyList<LatticeMeasurement> measurements)
    {
        List<double> sizes = [], labels = [];
        foreach (LatticeMeasurement at in measurements.Where(at => at.Temperature is < LowestLeftOut or > HighestLeftOut))
        {
            sizes.AddRange(at.Magnetisations.Select(m => Math.Abs(m) / (double)(at.Size * at.Size)));
            labels.AddRange(at.Magnetisations.Select(_ => at.Temperature < LowestLeftOut ? 1.0 : 0));
        }

        if (labels.Distinct().Count() < 2)
            return new(double.NaN, double.NaN, double.NaN);
        double[] features = [.. sizes.SelectMany(m => new[] { m, 1 })];
        GroundState fit = LogisticRegression.Solve(new LabelledData(features, labels.ToArray(), ["m", "intercept"]));
        if (fit.Status.HasFlag(Status.Separable))
            return new(double.NaN, double.NaN, Separated(measurements, sizes, labels));
        double spins = measurements[0].Size * measurements[0].Size, w = fit.Parameters[0], b = fit.Parameters[1];
        return new(b, w / spins, Crossed(measurements, m => 1 / (1 + Math.Exp(-(b + (w * m))))));
    }

    /// <summary>Large lattices are separated by |m|: the steepest layer is a threshold halfway between both groups.</summary>
    private static double Separated(IReadOnlyList<LatticeMeasurement> measurements, List<double> sizes, List<double> labels)
    {
        double ordered = sizes.Where((_, i) => labels[i] == 1).Min(), other = sizes.Where((_, i) => labels[i] == 0).Max();
        return Crossed(measurements, m => m > (ordered + other) / 2 ? 1 : 0);
    }

    private static double Crossed(IReadOnlyList<LatticeMeasurement> measurements, Func<double, double> output)
    {
        double[] means = [.. measurements.Select(at => at.Magnetisations.Average(m => output(Math.Abs(m) / (double)(at.Size * at.Size))))];
        for (int k = 0; k + 1 < means.Length; k++)
        {
            if (means[k] >= 0.5 && means[k + 1] < 0.5)
            {
                double share = (means[k] - 0.5) / (means[k] - means[k + 1]);
                return measurements[k].Temperature + (share * (measurements[k + 1].Temperature - measurements[k].Temperature));
            }
        }

        return double.NaN;
    }
}
