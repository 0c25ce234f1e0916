using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using ML.Thermo.Initialization;

namespace ML.Thermo.Tests.Pipelines;

/// <summary>Rows with labels of every kind, drawn by seed: two binary ones of two features, a number, three classes.</summary>
internal static class Rows
{
    public static Row[] Draw(int count, ulong seed = 1)
    {
        var random = new RandomStream(seed, 0);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            float a = (float)random.NextNormal(), b = (float)random.NextNormal();
            return new Row
            {
                Features = [a, b],
                A = a + random.NextNormal() > 0,
                B = b + (0.1 * random.NextNormal()) > 0,
                Y = (float)((3 * a) - b + (0.5 * random.NextNormal())),
                C = b > 0.4 ? "hi" : b < -0.4 ? "lo" : "mid",
                Grade = b > 0 ? 2u : 1,
                Group = $"g{i / 10}",
            };
        })];
    }

    /// <summary>Ten features, a coin and a uniform number that have nothing to do with them.</summary>
    public static Noise[] Nothing(int count, ulong seed)
    {
        var random = new RandomStream(seed, 1);
        return [.. Enumerable.Range(0, count).Select(_ => new Noise
        {
            Features = [.. Enumerable.Range(0, 10).Select(_ => (float)random.NextNormal())],
            A = random.NextInteger(2) == 0,
            Y = (float)random.NextDouble(),
        })];
    }

    /// <summary>Binary classifiers with and without probabilities, by name.</summary>
    public static IEstimator<ITransformer> Binary(MLContext context, string name, string label) => name switch
    {
        "perceptron" => context.BinaryClassification.Trainers.AveragedPerceptron(label),
        "svm" => context.BinaryClassification.Trainers.LinearSvm(label),
        "logistic" => context.BinaryClassification.Trainers.LbfgsLogisticRegression(label),
        "tree" => context.BinaryClassification.Trainers.FastTree(label, numberOfTrees: 10),
        "lightgbm" => context.BinaryClassification.Trainers.LightGbm(new Microsoft.ML.Trainers.LightGbm.LightGbmBinaryTrainer.Options
        {
            LabelColumnName = label,
            NumberOfIterations = 10,
            NumberOfThreads = 1,
            Seed = 1,
        }),
        "calibrated perceptron" => context.BinaryClassification.Trainers.AveragedPerceptron(label)
            .Append(context.BinaryClassification.Calibrators.Platt(label)),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Expected a classifier of these tests."),
    };

    /// <summary>Regression trainers by name.</summary>
    public static IEstimator<ITransformer> Regression(MLContext context, string name, string label) => name switch
    {
        "gradient" => context.Regression.Trainers.OnlineGradientDescent(label),
        "tree" => context.Regression.Trainers.FastTree(label, numberOfTrees: 10),
        "poisson" => context.Regression.Trainers.LbfgsPoissonRegression(label),
        "lightgbm" => context.Regression.Trainers.LightGbm(new Microsoft.ML.Trainers.LightGbm.LightGbmRegressionTrainer.Options
        {
            LabelColumnName = label,
            NumberOfIterations = 10,
            NumberOfThreads = 1,
            Seed = 1,
        }),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Expected a regression of these tests."),
    };

    internal sealed class Row
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public bool A { get; set; }

        public bool B { get; set; }

        public float Y { get; set; }

        public string C { get; set; } = "";

        public uint Grade { get; set; }

        public string Group { get; set; } = "";
    }

    internal sealed class Noise
    {
        [VectorType(10)]
        public float[] Features { get; set; } = [];

        public bool A { get; set; }

        public float Y { get; set; }
    }
}
