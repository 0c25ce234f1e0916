using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Initialization;

namespace ML.Thermo.Benchmarks;

/// <summary>Rows and trainers whose measurement was once dear.</summary>
internal static class CostRows
{
    /// <summary>The rows in memory, and the trainer.</summary>
    /// <param name="context">The context of both.</param>
    /// <param name="name">features, rows, classes-K or third-kind.</param>
    public static (IDataView Data, Func<IEstimator<ITransformer>> Trainer) Of(MLContext context, string name)
    {
        var flags = context.BinaryClassification.Trainers;
        var many = context.MulticlassClassification.Trainers;
        int classes = name.StartsWith("classes-", StringComparison.Ordinal) ? int.Parse(name["classes-".Length..], null) : 3;
        return name switch
        {
            "features" => (Rows(context, 3000, 1000, 3, "Flag"), () => flags.LbfgsLogisticRegression()),
            "rows" => (Rows(context, 1_000_000, 4, 3, "Flag"), () => flags.LbfgsLogisticRegression()),
            "third-kind" => (Rows(context, 20_000, 3, 3, "Class"), () => many.LbfgsMaximumEntropy()),
            _ => (Rows(context, 3000, 3, classes, "Class"), () => many.NaiveBayes()),
        };
    }

    private static IDataView Rows(MLContext context, int count, int width, int classes, string label)
    {
        var schema = SchemaDefinition.Create(typeof(Example));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
        schema["Class"].ColumnType = new KeyDataViewType(typeof(uint), classes);
        var random = new RandomStream(1, 0);
        Example[] examples = [.. Enumerable.Range(0, count).Select(row =>
        {
            float[] x = [.. Enumerable.Range(0, width).Select(_ => (float)random.NextNormal())];
            float sum = x.Take(10).Sum() + (float)random.NextNormal();
            return new Example
            {
                Features = x,
                Number = sum,
                Flag = sum > 0,
                Class = 1 + (classes > 3 ? (uint)random.NextInteger(classes) : sum < -1 ? 0 : sum < 1 ? 1u : 2),
            };
        })];
        return context.Data.Cache(context.Transforms.CopyColumns("Label", label).Fit(context.Data.LoadFromEnumerable(examples, schema))
            .Transform(context.Data.LoadFromEnumerable(examples, schema)));
    }

    private sealed class Example
    {
        public float[] Features { get; set; } = [];

        public float Number { get; set; }

        public bool Flag { get; set; }

        [KeyType(3)]
        public uint Class { get; set; }
    }
}
