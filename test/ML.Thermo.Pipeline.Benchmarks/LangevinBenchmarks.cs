using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Initialization;

namespace ML.Thermo.Benchmarks;

/// <summary>Training in a heat bath against ML.NET's online gradient descent: the same data, the same number of passes, everything measured.</summary>
internal static class LangevinBenchmarks
{
    private const int Rows = 200_000, Width = 50;

    public static IEnumerable<Comparison> All()
    {
        var context = new MLContext(1);
        IDataView data = context.Data.Cache(context.Data.LoadFromEnumerable(Examples()));
        foreach (int passes in new[] { 5, 50 })
        {
            yield return new Comparison(
                $"Regression.Langevin, {passes} passes, 200,000 x 50", $"OnlineGradientDescent, {passes} passes",
                () => context.Thermo().Regression.Langevin(numberOfIterations: passes).Fit(data),
                () => context.Regression.Trainers.OnlineGradientDescent(numberOfIterations: passes).Fit(data), 1.5);
        }
    }

    private static Example[] Examples()
    {
        var random = new RandomStream(1, 0);
        return [.. Enumerable.Range(0, Rows).Select(_ =>
        {
            float[] x = [.. Enumerable.Range(0, Width).Select(_ => (float)random.NextNormal())];
            return new Example { Features = x, Label = x.Take(10).Sum() + (float)random.NextNormal() };
        })];
    }

    private sealed class Example
    {
        [VectorType(Width)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }
}
