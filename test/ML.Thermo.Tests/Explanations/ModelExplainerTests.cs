using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using ML.Thermo.Explanations;

namespace ML.Thermo.Tests.Explanations;

public class A_model_of_ML_NET
{
    private static readonly string[] Scalars = ["Age", "Income", "Children", "Married"];

    [Test]
    public void That_is_linear_is_explained_by_its_standardised_weights_in_the_users_columns()
    {
        var context = new MLContext(1);
        IDataView people = context.Data.LoadFromEnumerable(People(300));
        foreach ((ITransformer model, LinearModelParameters linear) in LinearModels(context, people))
        {
            Explanation why = context.Thermo().Explain(model, people).Explain(people, 5);
            double[] sigma = Deviations(people, context);
            Assert.That(why.Terms.Select(term => term.Name), Is.EquivalentTo(Scalars), "and neither label nor notes");
            double scale = why.Terms.Max(term => Math.Abs(term.Effect.Value));
            for (int j = 0; j < Scalars.Length; j++)
            {
                Term term = why.Terms.Single(t => t.Name == Scalars[j]);
                Assert.That(term.Effect.Value, Is.EqualTo(linear.Weights[j] * sigma[j]).Within(2e-5 * scale), $"{Scalars[j]} of {model}");
            }

            Assert.That(why.Models[^1].Unfaithfulness, Is.LessThan(1e-6));
            Assert.That(why.Terms.Single(term => term.Name == "Married").Feature.Kind, Is.EqualTo(FeatureKind.Switch));
            Assert.That(why.Terms.Single(term => term.Name == "Children").Feature.IsWhole, Is.True);
        }
    }

    [Test]
    public void That_was_loaded_is_explained_as_the_fitted_one_bit_for_bit()
    {
        var context = new MLContext(1);
        IDataView people = context.Data.LoadFromEnumerable(People(200));
        ITransformer fitted = Features(context).Append(context.BinaryClassification.Trainers.FastTree(numberOfTrees: 20, labelColumnName: "Buys")).Fit(people);
        string file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"explained-{Guid.NewGuid():N}.zip");
        try
        {
            context.Model.Save(fitted, people.Schema, file);
            ITransformer loaded = context.Model.Load(file, out DataViewSchema _);
            Explanation[] before = [.. context.Thermo().Explain(fitted, people).Explain(context.Data.TakeRows(people, 7))];
            Explanation[] after = [.. context.Thermo().Explain(loaded, people, new() { BatchRows = 3 }).Explain(context.Data.TakeRows(people, 7))];
            Assert.That(after.Select(why => why.Terms), Is.EqualTo(before.Select(why => why.Terms)), "and whatever the batches are");
            Assert.That(before.Select(why => why.Row), Is.EqualTo(Enumerable.Range(0, 7)));
            Assert.That(before[0].Scale, Is.EqualTo(OutputScale.Probability));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public void Of_two_classes_is_explained_by_the_probability_of_the_predicted_one_or_its_log_odds()
    {
        var context = new MLContext(1);
        IDataView people = context.Data.LoadFromEnumerable(People(300));
        ITransformer model = Features(context).Append(context.BinaryClassification.Trainers.LbfgsLogisticRegression(labelColumnName: "Buys")).Fit(people);
        Scored[] scored = [.. context.Data.CreateEnumerable<Scored>(model.Transform(people), false)];
        ModelExplainer probability = context.Thermo().Explain(model, people), odds = context.Thermo().Explain(model, people, new() { LogOdds = true });
        ModelExplainer yes = context.Thermo().Explain(model, people, new() { LogOdds = true, Class = "True" });
        for (int row = 0; row < 6; row++)
        {
            bool predicted = scored[row].PredictedLabel;
            Explanation p = probability.Explain(people, row), z = odds.Explain(people, row);
            Assert.That(p.Class, Is.EqualTo(predicted ? "True" : "False"));
            Assert.That(p.Value, Is.EqualTo(predicted ? scored[row].Probability : 1 - scored[row].Probability).Within(1e-7));
            Assert.That(z.Value, Is.EqualTo(Math.Abs(scored[row].Score)).Within(1e-6));
            Assert.That(z.LinearShare, Is.EqualTo(1).Within(1e-6), "log-odds of a logistic regression are a sum");
            Assert.That(yes.Explain(people, row).Value, Is.EqualTo(scored[row].Score).Within(1e-6));
        }
    }

    [Test]
    public void Of_several_classes_names_the_class()
    {
        var context = new MLContext(1);
        IDataView flowers = context.Data.LoadFromEnumerable(Flowers());
        ITransformer model = context.Transforms.Conversion.MapValueToKey("Key", "Species").Append(context.Transforms.Concatenate("Features", "Petal", "Sepal"))
            .Append(context.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Key")).Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(flowers);
        Explanation why = context.Thermo().Explain(model, flowers).Explain(flowers, 0);
        Assert.That((why.Class, why.Scale, why.Output), Is.EqualTo(("setosa", OutputScale.Probability, "Score")));
        Assert.That(why.Terms.Select(term => term.Name), Is.EquivalentTo(new[] { "Petal[0]", "Petal[1]", "Sepal" }), "a vector by its slots");
        Explanation other = context.Thermo().Explain(model, flowers, new() { Class = "virginica", LogOdds = true }).Explain(flowers, 0);
        Assert.That((other.Class, other.Value), Is.EqualTo(("virginica", other.Value)));
        Assert.That(other.Value, Is.Negative);
        Assert.That(() => context.Thermo().Explain(model, flowers, new() { Class = "tulip" }).Explain(flowers, 0),
            Throws.ArgumentException.With.Message.Contains("no class 'tulip'").And.Message.Contains("setosa"));
    }

    [Test]
    public void On_a_bag_of_words_gives_each_word_its_weight() // acceptance: token effects equal the weights
    {
        var context = new MLContext(1);
        Review[] reviews = [.. Reviews()];
        IDataView data = context.Data.LoadFromEnumerable(reviews);
        ITransformer model = context.Transforms.Text.TokenizeIntoWords("Tokens", "Text").Append(context.Transforms.Conversion.MapValueToKey("Tokens"))
            .Append(context.Transforms.Text.ProduceNgrams("Features", "Tokens", ngramLength: 1, useAllLengths: false,
                weighting: Microsoft.ML.Transforms.Text.NgramExtractingEstimator.WeightingCriteria.Tf))
            .Append(context.Regression.Trainers.Sdca(new SdcaRegressionTrainer.Options { LabelColumnName = "Stars", NumberOfThreads = 1 })).Fit(data);
        DataViewSchema.Column features = model.Transform(data).Schema["Features"];
        VBuffer<ReadOnlyMemory<char>> slots = default;
        features.GetSlotNames(ref slots);
        string[] words = [.. slots.DenseValues().Select(word => word.ToString())];
        IReadOnlyList<float> weights = ((ISingleFeaturePredictionTransformer<LinearRegressionModelParameters>)((TransformerChain<RegressionPredictionTransformer<LinearRegressionModelParameters>>)model)
            .LastTransformer).Model.Weights;
        for (int row = 0; row < 5; row++)
        {
            Explanation why = context.Thermo().Explain(model, data).Explain(data, row);
            Assert.That(why.Terms.Select(term => term.Feature.Text), Is.EquivalentTo(reviews[row].Text.Split(' ')));
            foreach (Term term in why.Terms)
                Assert.That(term.Effect.Value, Is.EqualTo(weights[Array.IndexOf(words, term.Feature.Text)]).Within(1e-5), $"'{term.Feature.Text}' of '{reviews[row].Text}'");
        }
    }

    [Test]
    public void With_categories_of_text_and_keys_replaces_them_by_frequent_others()
    {
        var context = new MLContext(1);
        House[] houses = [.. Houses()];
        IDataView data = context.Data.LoadFromEnumerable(houses);
        ITransformer model = context.Transforms.Categorical.OneHotEncoding("Where", "City").Append(context.Transforms.Conversion.MapKeyToVector("What", "Kind"))
            .Append(context.Transforms.Concatenate("Features", "Where", "What", "Size"))
            .Append(context.Regression.Trainers.Sdca(new SdcaRegressionTrainer.Options { LabelColumnName = "Price", NumberOfThreads = 1, MaximumNumberOfIterations = 200 })).Fit(data);
        Explanation why = context.Thermo().Explain(model, data, new() { Explain = new() { Replicates = 1 } }).Explain(data, 0);
        Assert.That(why.Terms.Single(term => term.Name == "City").Feature, Is.EqualTo(ExplainedFeature.Category("City", houses[0].City)));
        Assert.That(why.Terms.Single(term => term.Name == "Kind").Feature.Kind, Is.EqualTo(FeatureKind.Category));
        string most = houses.GroupBy(house => house.City).Where(group => group.Key != houses[0].City).MaxBy(group => group.Count())!.Key;
        House[] pair = [houses[0], new() { City = most, Kind = houses[0].Kind, Size = houses[0].Size }];
        float[] prices = [.. model.Transform(context.Data.LoadFromEnumerable(pair)).GetColumn<float>("Score")];
        Assert.That(why.Terms.Single(term => term.Name == "City").Effect.Value, Is.EqualTo(prices[0] - prices[1]).Within(1e-3), "what being there adds");
    }

    [Test]
    public void Is_explained_in_columns_and_the_step_is_not_saved()
    {
        var context = new MLContext(1);
        IDataView people = context.Data.LoadFromEnumerable(People(120));
        ITransformer model = Features(context).Append(context.Regression.Trainers.FastForest("Income2", numberOfTrees: 5)).Fit(people);
        ExplanationEstimator step = context.Thermo().Explanation(model, people);
        IDataView few = context.Data.TakeRows(people, 9);
        ExplanationTransformer made = step.Fit(people);
        IDataView explained = made.Transform(few);
        Assert.That(explained.Schema.TakeLast(4).Select(column => column.Name),
            Is.EqualTo(new[] { "Explanation", "Unfaithfulness", "InterpretationEntropy", "EffectiveFeatures" }));
        VBuffer<ReadOnlyMemory<char>> slots = default;
        explained.Schema["Explanation"].GetSlotNames(ref slots);
        string[] names = [.. slots.DenseValues().Select(name => name.ToString())];
        Explanation[] each = [.. context.Thermo().Explain(model, people).Explain(few)];
        float[][] effects = [.. explained.GetColumn<float[]>("Explanation")];
        Assert.That(effects, Has.Length.EqualTo(9));
        for (int row = 0; row < 9; row++)
            Assert.That(effects[row], Is.EqualTo(names.Select(name => (float)each[row].Terms.Single(term => term.Name == name).Effect.Value)));
        Assert.That(explained.GetColumn<float>("Unfaithfulness"), Is.EqualTo(each.Select(why => (float)why.Unfaithfulness)));
        Assert.That(explained.GetColumn<float>("EffectiveFeatures"), Is.EqualTo(each.Select(why => (float)why.EffectiveFeatures)));
        Assert.That(explained.GetColumn<float>("Age").Count(), Is.EqualTo(9), "no explanation is made for other columns");

        SchemaShape promised = step.GetOutputSchema(new SchemaShapeOf(context, people).Shape);
        Assert.That(promised.Select(column => column.Name), Is.SupersetOf(new[] { "Explanation", "EffectiveFeatures" }));
        using var stream = new MemoryStream();
        Assert.That(() => context.Model.Save(made, people.Schema, stream), Throws.Exception.With.Message.Contains("is not saved")
            .Or.InnerException.With.Message.Contains("is not saved"));
    }

    [Test]
    public void Says_what_cannot_be_explained()
    {
        var context = new MLContext(1);
        IDataView people = context.Data.LoadFromEnumerable(People(100));
        ITransformer model = Features(context).Append(context.Regression.Trainers.Sdca("Income2")).Fit(people);
        ThermoCatalog thermo = context.Thermo();
        Assert.That(() => thermo.Explain(model, people).Explain(people, 100), Throws.TypeOf<UnusableDataException>().With.Message.Contains("Row 100 is not among the 100 rows"));
        Assert.That(() => thermo.Explain(model, context.Data.TakeRows(people, 1)), Throws.TypeOf<UnusableDataException>().With.Message.Contains("The background has 1 row"));
        Assert.That(() => thermo.Explain(model, people, new() { OutputColumnName = "Notes" }), Throws.ArgumentException.With.Message.Contains("labels cannot be explained"));
        Assert.That(() => thermo.Explain(model, people, new() { OutputColumnName = "Scor" }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("no output column 'Scor'"));
        Assert.That(() => thermo.Explain(model, people, new() { LogOdds = true }), Throws.ArgumentException.With.Message.Contains("log-odds are of classifiers"));
        Assert.That(() => thermo.Explain(model, people, new() { FeatureColumnNames = ["Agee"] }), Throws.ArgumentException.With.Message.Contains("no column 'Agee'").And.Message.Contains("Age"));
        Assert.That(() => thermo.Explain(model, people, new() { BatchRows = 0 }), Throws.ArgumentException);
        Person unknown = People(1).Single();
        unknown.Age = float.NaN;
        Assert.That(() => thermo.Explain(model, people).Explain(context.Data.LoadFromEnumerable(new[] { unknown }), 0),
            Throws.TypeOf<UnusableDataException>().With.Message.Contains("'Age' of the explained row is NaN"));
        ITransformer dropping = new TransformerChain<ITransformer>(model, new Dropping());
        Assert.That(() => thermo.Explain(dropping, people), Throws.ArgumentException.With.Message.Contains("FeatureColumnNames"));
        Assert.That(() => thermo.Explain(dropping, people, new() { FeatureColumnNames = ["Age", "Income"] }).Explain(people, 0),
            Throws.TypeOf<UnusableDataException>().With.Message.Contains("drops rows"));
        Assert.That(() => thermo.Explanation(model, people, new() { FeatureColumnNames = ["Age", "Notes"], WordColumnNames = ["Notes"] }),
            Throws.ArgumentException.With.Message.Contains("Words differ from row to row"));
    }

    [Test]
    public void Ends_within_a_batch_where_it_is_cancelled_and_tells_how_far_it_is()
    {
        var context = new MLContext(1);
        IDataView people = context.Data.LoadFromEnumerable(People(100));
        ITransformer model = Features(context).Append(context.Regression.Trainers.Sdca("Income2")).Fit(people);
        using var stop = new CancellationTokenSource();
        List<long> told = [];
        ModelExplainer explainer = context.Thermo().Explain(model, people, new()
        {
            BatchRows = 10,
            Cancellation = stop.Token,
            Progress = new Reported(done =>
            {
                told.Add(done);
                if (done == 20)
                    stop.Cancel();
            }),
        });
        List<Explanation> found = [];
        Assert.That(() => found.AddRange(explainer.Explain(people)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(told, Is.EqualTo(new long[] { 10, 20 }));
    }

    private static IEnumerable<(ITransformer Model, LinearModelParameters Linear)> LinearModels(MLContext context, IDataView people)
    {
        IEstimator<ITransformer> features = Features(context);
        var sdca = features.Append(context.Regression.Trainers.Sdca(new SdcaRegressionTrainer.Options { LabelColumnName = "Income2", NumberOfThreads = 1 })).Fit(people);
        yield return (sdca, sdca.LastTransformer.Model);
        var gradient = features.Append(context.Regression.Trainers.OnlineGradientDescent("Income2", learningRate: 1e-3f)).Fit(people);
        yield return (gradient, gradient.LastTransformer.Model);
        var perceptron = features.Append(context.BinaryClassification.Trainers.AveragedPerceptron("Buys")).Fit(people);
        yield return (perceptron, perceptron.LastTransformer.Model);
    }

    private static IEstimator<ITransformer> Features(MLContext context) => context.Transforms.Conversion.ConvertType("ChildrenF", "Children", DataKind.Single)
        .Append(context.Transforms.Conversion.ConvertType("MarriedF", "Married", DataKind.Single))
        .Append(context.Transforms.Concatenate("Features", "Age", "Income", "ChildrenF", "MarriedF"));

    private static double[] Deviations(IDataView people, MLContext context)
    {
        Person[] all = [.. context.Data.CreateEnumerable<Person>(people, false)];
        return [.. new Func<Person, double>[] { p => p.Age, p => p.Income, p => p.Children, p => p.Married ? 1 : 0 }
            .Select(of => Math.Sqrt(all.Average(p => of(p) * of(p)) - Math.Pow(all.Average(of), 2)))];
    }

    private static IEnumerable<Person> People(int count)
    {
        var random = new Random(3);
        for (int i = 0; i < count; i++)
        {
            var person = new Person { Age = random.Next(-9, 10) / 4f, Income = (float)random.NextDouble(), Children = random.Next(6), Married = random.Next(2) == 0, Notes = $"note {i % 3}" };
            person.Income2 = (2 * person.Age) - (3 * person.Income) + (.5f * person.Children) + (person.Married ? 1 : 0);
            person.Buys = person.Income2 + random.NextDouble() > 1;
            yield return person;
        }
    }

    private static IEnumerable<Flower> Flowers()
    {
        string[] lines = File.ReadAllLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "data", "iris.csv"));
        foreach (string[] cells in lines.Skip(1).Select(line => line.Split(',')))
        {
            float[] x = [.. cells.Take(4).Select(cell => float.Parse(cell, System.Globalization.CultureInfo.InvariantCulture))];
            yield return new() { Sepal = x[0], Petal = x[2..], Species = cells[4] switch { "0" => "setosa", "1" => "versicolor", _ => "virginica" } };
        }
    }

    private static IEnumerable<Review> Reviews()
    {
        string[] words = ["good", "bad", "plot", "actor", "dull", "great", "slow", "fun"];
        float[] worth = [1, -1, .1f, 0, -.7f, 1.5f, -.4f, .8f];
        var random = new Random(7);
        for (int i = 0; i < 200; i++)
        {
            int[] chosen = [.. Enumerable.Range(0, 3 + random.Next(4)).Select(_ => random.Next(words.Length))];
            yield return new() { Text = string.Join(' ', chosen.Select(k => words[k])), Stars = 3 + chosen.Sum(k => worth[k]) };
        }
    }

    private static IEnumerable<House> Houses()
    {
        var random = new Random(5);
        string[] cities = ["Ulm", "Bonn", "Ulm", "Jena", "Ulm", "Bonn"];
        for (int i = 0; i < 200; i++)
        {
            int city = random.Next(6);
            uint kind = (uint)random.Next(1, 4);
            float size = random.Next(40, 90) / 50f;
            yield return new() { City = cities[city], Kind = kind, Size = size, Price = size + (cities[city] == "Bonn" ? 1 : cities[city] == "Jena" ? -1 : 0) + (kind == 2 ? .5f : 0) };
        }
    }

    internal sealed class Person
    {
        public float Age { get; set; }

        public float Income { get; set; }

        public int Children { get; set; }

        public bool Married { get; set; }

        public string Notes { get; set; } = "";

        public float Income2 { get; set; }

        public bool Buys { get; set; }
    }

    internal sealed class Scored
    {
        public bool PredictedLabel { get; set; }

        public float Probability { get; set; }

        public float Score { get; set; }
    }

    internal sealed class Flower
    {
        public float Sepal { get; set; }

        [VectorType(2)]
        public float[] Petal { get; set; } = [];

        public string Species { get; set; } = "";
    }

    internal sealed class Review
    {
        public string Text { get; set; } = "";

        public float Stars { get; set; }
    }

    internal sealed class House
    {
        public string City { get; set; } = "";

        [KeyType(3)]
        public uint Kind { get; set; }

        public float Size { get; set; }

        public float Price { get; set; }
    }

    private sealed class Reported(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }

    /// <summary>The promised schema of data.</summary>
    private sealed class SchemaShapeOf : IEstimator<ITransformer>
    {
        public SchemaShapeOf(MLContext context, IDataView data) =>
            new EstimatorChain<ITransformer>().Append(context.Transforms.CopyColumns("Copy", "Age")).Append(this).Fit(data);

        public SchemaShape Shape { get; private set; } = null!;

        public ITransformer Fit(IDataView input) => new TransformerChain<ITransformer>();

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Shape = inputSchema;
    }

    /// <summary>A step that keeps every other row.</summary>
    private sealed class Dropping : ITransformer
    {
        private readonly MLContext _context = new();

        public bool IsRowToRowMapper => false;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException();

        public IDataView Transform(IDataView input) => _context.Data.SkipRows(input, 1);

        public void Save(ModelSaveContext ctx) => throw new NotSupportedException();
    }
}
