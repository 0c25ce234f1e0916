using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Initialization;
using ML.Thermo.Refresh;

namespace ML.Thermo.Tests.Refresh;

/// <summary>Shipped data in random order, cut into rows to train on, to refer to, and to watch.</summary>
internal static class Monitored
{
    public static readonly RefreshOptions SmallWindows = new() { WindowRows = 40, Drift = new() { Draws = 199 } };

    /// <summary>The rows of diabetes.csv: a third to train on, the others shuffled by the seed.</summary>
    public static (IDataView Training, RealData.Number[] Others) Diabetes(MLContext context, ulong seed = 1)
    {
        (float[][] features, double[] targets, string[] names) = RealData.Standardized("diabetes.csv");
        RealData.Number[] rows = [.. features.Select((x, i) => new RealData.Number { Features = x, Label = (float)targets[i] })];
        Shuffle(rows, 0);
        RealData.Number[] others = rows[147..];
        Shuffle(others, seed);
        return (RealData.View(context, rows[..147], names.Length, names), others);
    }

    public static IDataView View(MLContext context, IEnumerable<RealData.Number> rows) => RealData.View(
        context, rows, 10, RealData.Standardized("diabetes.csv").Names);

    public static ITransformer Regression(MLContext context, IDataView training) =>
        context.Regression.Trainers.OnlineGradientDescent(learningRate: 0.02f, numberOfIterations: 20).Fit(training);

    /// <summary>A regression with its refresh, and rows that neither has seen.</summary>
    public static (ITransformer Model, RefreshTransformer Refresh, RealData.Number[] Rows) Example(MLContext context, RefreshOptions? options = null)
    {
        (IDataView training, RealData.Number[] others) = Diabetes(context);
        ITransformer model = Regression(context, training);
        RefreshTransformer refresh = context.Thermo().Refresh(options ?? SmallWindows).Fit(model.Transform(View(context, others[..150])));
        return (model.Append(refresh), refresh, others[150..]);
    }

    private static void Shuffle<T>(T[] rows, ulong seed)
    {
        var random = new RandomStream(99, seed);
        for (int i = rows.Length - 1; i > 0; i--)
        {
            int j = (int)random.NextInteger(i + 1);
            (rows[i], rows[j]) = (rows[j], rows[i]);
        }
    }
}
