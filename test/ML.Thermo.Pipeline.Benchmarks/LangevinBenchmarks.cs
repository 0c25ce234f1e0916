using Microsoft.ML;

namespace ML.Thermo.Benchmarks;

/// <summary>Training in a heat bath against ML.NET's online gradient descent: the same data, the same number of passes, everything measured.</summary>
internal static class LangevinBenchmarks
{
    public static IEnumerable<Comparison> All()
    {
        var context = new MLContext(1);
        IDataView data = new GeneratedRows(width: 50).Load(context);
        foreach (int passes in new[] { 5, 50 })
        {
            yield return new Comparison(
                $"Regression.Langevin, {passes} passes, 200,000 x 50", $"OnlineGradientDescent, {passes} passes",
                () => context.Thermo().Regression.Langevin(numberOfIterations: passes).Fit(data),
                () => context.Regression.Trainers.OnlineGradientDescent(numberOfIterations: passes).Fit(data), 1.5);
        }
    }
}
