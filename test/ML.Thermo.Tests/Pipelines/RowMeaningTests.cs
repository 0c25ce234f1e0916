using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Initialization;

namespace ML.Thermo.Tests.Pipelines;

/// <summary>What the row columns are not, as the guide says.</summary>
public sealed class RowMeaningTests
{
    [Test]
    public void The_temperature_of_a_logistic_regression_falls_with_the_distance_from_the_centre()
    {
        var context = new MLContext(1);
        var random = new RandomStream(1, 0);
        Rows.Row[] rows = [.. Enumerable.Range(0, 1000).Select(_ =>
        {
            float a = (float)random.NextNormal(), b = (float)((0.99 * a) + (Math.Sqrt(1 - (0.99 * 0.99)) * random.NextNormal()));
            return new Rows.Row { Features = [a, b], A = a + b + random.NextNormal() > 0 };
        })];
        IDataView data = context.Data.LoadFromEnumerable(rows);
        var model = context.Thermo().PhaseTransition(context.BinaryClassification.Trainers.LbfgsLogisticRegression("A"), "A").Fit(data);
        float[] temperatures = [.. model.Transform(data).GetColumn<float>("Temperature")];
        double[] distances = [.. rows.Select(row => (double)(row.Features[0] * row.Features[0]) + (row.Features[1] * row.Features[1]))];
        Assert.That(Spearman([.. temperatures.Select(t => (double)t)], distances), Is.LessThan(-0.9));
    }

    private static double Spearman(double[] a, double[] b)
    {
        double[] x = Ranks(a), y = Ranks(b);
        double n = a.Length, mean = (n - 1) / 2;
        return x.Zip(y, (u, v) => (u - mean) * (v - mean)).Sum() / x.Sum(u => (u - mean) * (u - mean));
    }

    private static double[] Ranks(double[] values)
    {
        double[] ranks = new double[values.Length];
        int[] order = [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i])];
        for (int rank = 0; rank < order.Length; rank++)
            ranks[order[rank]] = rank;
        return ranks;
    }
}
