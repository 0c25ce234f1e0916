using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using ML.Thermo.Schemas;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Transitions;

/// <summary>A wrapped trainer in the places where trainers stand.</summary>
public sealed class PipelineTests
{
    private static readonly string[] Columns = ["Score", "Energy", "Entropy", "Temperature"];

    [Test]
    public void Cross_validation_gives_the_same_metrics_with_and_without([Values] bool inChain)
    {
        double[] Errors(bool wrapped)
        {
            var context = new MLContext(3);
            IDataView data = RealData.Diabetes(context);
            IEstimator<ITransformer> trainer = context.Regression.Trainers.Sdca(new SdcaRegressionTrainer.Options { NumberOfThreads = 1 });
            IEstimator<ITransformer> estimator = wrapped
                ? context.Thermo().PhaseTransition(trainer, typeIIRows: TypeIIRows.Training) // a twin would draw from the numbers of the next fold
                : trainer;
            IEstimator<ITransformer> pipeline = inChain ? context.Transforms.NormalizeMinMax("Features").Append(estimator) : estimator;
            return [.. context.Regression.CrossValidate(data, pipeline, 4).Select(fold => fold.Metrics.MeanSquaredError)];
        }

        Assert.That(Errors(wrapped: true), Is.EqualTo(Errors(wrapped: false)));
    }

    [Test]
    public void A_prediction_engine_gives_the_columns_of_the_data_view([Values] bool loaded, [Values] RowTarget target)
    {
        var context = new MLContext(1);
        IDataView data = RealData.Diabetes(context);
        ITransformer model = context.Transforms.NormalizeMeanVariance("Features")
            .Append(context.Thermo().PhaseTransition(context.Regression.Trainers.OnlineGradientDescent(), new PhaseTransitionOptions { RowTarget = target }))
                .Fit(data);
        if (loaded)
            model = Workout.SaveAndLoad(model, data.Schema, out _);
        Row[] expected = [.. context.Data.CreateEnumerable<Row>(model.Transform(data), false)];
        using var engine = context.Model.CreatePredictionEngine<Ten, Row>(model);
        (float[][] features, double[] targets, _) = RealData.Standardized("diabetes.csv");
        for (int i = 0; i < expected.Length; i += 40)
            Assert.That(engine.Predict(new Ten { Features = features[i], Label = (float)targets[i] }), Is.EqualTo(expected[i]));
    }

    [Test]
    public void A_prediction_engine_serves_classes_too()
    {
        var context = new MLContext(1);
        IDataView data = RealData.Iris(context);
        ITransformer model = context.Thermo().PhaseTransition(context.MulticlassClassification.Trainers.NaiveBayes()).Fit(data);
        Thermometer[] expected = [.. context.Data.CreateEnumerable<Thermometer>(model.Transform(data), false)];
        using var engine = context.Model.CreatePredictionEngine<Four, Thermometer>(model);
        float[][] features = RealData.Standardized("iris.csv").Features;
        for (int i = 0; i < expected.Length; i += 20)
            Assert.That(engine.Predict(new Four { Features = features[i] }), Is.EqualTo(expected[i]));
    }

    [Test]
    public void Parallel_cursors_deliver_the_rows_of_one()
    {
        var context = new MLContext(1);
        IDataView data = context.Data.Cache(RealData.Diabetes(context));
        IDataView scored = context.Thermo().PhaseTransition(context.Regression.Trainers.OnlineGradientDescent()).Fit(data).Transform(data);
        DataViewSchema.Column[] columns = [.. Columns.Select(name => scored.Schema[name])];
        var rows = new List<string>();
        foreach (DataViewRowCursor cursor in scored.GetRowCursorSet(columns, 4))
        {
            using (cursor)
            {
                ValueGetter<float>[] getters = [.. columns.Select(column => cursor.GetGetter<float>(column))];
                while (cursor.MoveNext())
                    rows.Add(string.Join(' ', getters.Select(Get)));
            }
        }

        IDataView selected = context.Transforms.SelectColumns(Columns).Fit(scored).Transform(scored);
        Assert.That(rows, Is.EquivalentTo(Workout.Rows(selected)));

        static float Get(ValueGetter<float> getter)
        {
            float value = 0;
            getter(ref value);
            return value;
        }
    }

    [Test]
    public void Sparse_features_give_what_dense_ones_give([Values("normal:0,1", "uniform:-1,2")] string law)
    {
        var context = new MLContext(1);
        float[][] features = [.. RealData.Standardized("diabetes.csv").Features.Select(row => row.Select((x, j) => j % 3 == 0 ? x : 0).ToArray())];
        double[] targets = RealData.Standardized("diabetes.csv").Targets;
        IDataView dense = RealData.View(context, features.Zip(targets, (x, y) => new RealData.Number { Features = x, Label = (float)y }).ToArray(), 10);
        IDataView sparse = RealData.View(context, features.Zip(targets, (x, y) => new Sparse
        {
            Features = new VBuffer<float>(10, x.Count(v => v != 0), [.. x.Where(v => v != 0)], [.. Enumerable.Range(0, 10).Where(j => x[j] != 0)]),
            Label = (float)y,
        }).ToArray(), 10);
        InitialState state = InitialState.ParameterLaw(law).Except("x4", Initialization.InitializationLaw.Normal(0.5, 2));
        PhaseTransitionTransformer model = context.Thermo().PhaseTransition(context.Regression.Trainers.OnlineGradientDescent(), initialState: state)
            .Fit(dense);
        PhaseTransitionTransformer other = context.Thermo().PhaseTransition(context.Regression.Trainers.OnlineGradientDescent(), initialState: state)
            .Fit(sparse);
        Assert.That(other.Transition.From.Energy.Value, Is.EqualTo(model.Transition.From.Energy.Value).Within(1e-9).Percent);
        Thermometer[] a = [.. context.Data.CreateEnumerable<Thermometer>(model.Transform(dense), false)];
        Thermometer[] b = [.. context.Data.CreateEnumerable<Thermometer>(model.Transform(sparse), false)];
        Assert.That(a.Zip(b), Has.All.Matches<(Thermometer Dense, Thermometer Sparse)>(
            pair => Math.Abs(pair.Dense.Temperature - pair.Sparse.Temperature) <= 1e-5 * Math.Abs(pair.Dense.Temperature)));
    }

    [Test]
    public void A_cache_checkpoint_fits_before_and_behind()
    {
        var context = new MLContext(1);
        IDataView data = RealData.Diabetes(context);
        ITransformer model = context.Transforms.NormalizeMinMax("Features").AppendCacheCheckpoint(context)
            .Append(context.Thermo().PhaseTransition(context.Regression.Trainers.OnlineGradientDescent())).AppendCacheCheckpoint(context)
            .Append(context.Transforms.CopyColumns("Heat", "Temperature")).Fit(data);
        Assert.That(context.Thermo().GetTransition(model).Temperature.IsDefined);
        Assert.That(model.Transform(data).Schema.GetColumnOrNull("Heat"), Is.Not.Null);
    }

    [Test]
    public void Rows_are_computed_when_they_are_asked_for()
    {
        var context = new MLContext(1);
        ITransformer model = context.Thermo().PhaseTransition(context.Regression.Trainers.OnlineGradientDescent()).Fit(RealData.Diabetes(context));
        int read = 0;
        IEnumerable<RealData.Number> Endless()
        {
            float[] x = RealData.Standardized("diabetes.csv").Features[0];
            for (; ; read++)
                yield return new RealData.Number { Features = x };
        }

        IDataView scored = model.Transform(RealData.View(context, Endless(), 10));
        Assert.That(read, Is.Zero);
        Assert.That(context.Data.CreateEnumerable<Thermometer>(scored, false).Take(5).Last().Temperature, Is.Positive);
        Assert.That(read, Is.LessThan(100_000)); // ML.NET's cursors read some thousand rows ahead
    }

    [Test]
    public void The_columns_cost_nothing_that_is_not_asked_for()
    {
        var context = new MLContext(1);
        ITransformer model = context.Thermo().PhaseTransition(context.Regression.Trainers.OnlineGradientDescent()).Fit(RealData.Diabetes(context));
        IDataView data = RealData.Diabetes(context);
        IRowToRowMapper mapper = model.GetRowToRowMapper(data.Schema);
        string[] For(string column) => [.. mapper.GetDependencies([mapper.OutputSchema[column]]).Select(c => c.Name)];
        Assert.That(For("Label"), Is.EqualTo(new[] { "Label" }));
        Assert.That(For("Transition"), Is.Empty);
        Assert.That(For("Temperature"), Is.EqualTo(new[] { "Features" }));
    }

    [Test]
    public void Importance_and_contributions_work_on_the_model_inside()
    {
        var context = new MLContext(1);
        IDataView data = RealData.Diabetes(context);
        PhaseTransitionTransformer model = context.Thermo().PhaseTransition(context.Regression.Trainers.OnlineGradientDescent()).Fit(data);
        IDataView scored = model.Transform(data);
        var inside = (RegressionPredictionTransformer<LinearRegressionModelParameters>)model.Model;
        Assert.That(context.Regression.PermutationFeatureImportance(inside, scored), Has.Length.EqualTo(10));
        IDataView contributions = context.Transforms.CalculateFeatureContribution(inside).Fit(scored).Transform(scored);
        Assert.That(contributions.Schema.GetColumnOrNull("FeatureContributions"), Is.Not.Null);
    }

    [Test]
    public void Names_can_be_chosen_and_two_measurements_live_side_by_side()
    {
        var context = new MLContext(1);
        IDataView data = RealData.Diabetes(context);
        IEstimator<PhaseTransitionTransformer> Measure(string suffix, InitialState state) => context.Thermo().PhaseTransition(
            context.Regression.Trainers.OnlineGradientDescent(), new PhaseTransitionOptions
            {
                EnergyColumnName = "Energy" + suffix,
                EntropyColumnName = "Entropy" + suffix,
                TemperatureColumnName = "Temperature" + suffix,
                TransitionColumnName = "Transition" + suffix,
                InitialState = state,
            });
        ITransformer model = Measure("1", InitialState.LabelMarginal).Append(Measure("2", InitialState.Auto)).Fit(data);
        IEnumerable<string> names = model.Transform(data).Schema.Where(column => !column.IsHidden).Select(column => column.Name);
        Assert.That(names, Is.SupersetOf(new[] { "Temperature1", "Temperature2", "Transition1", "Energy2" }));
        Assert.That(names, Has.None.StartsWith("__thermo"));
        Assert.That(context.Thermo().GetRecord(model).InitialState, Is.EqualTo(InitialStateKind.ParameterLaw), "the last one");
    }

    [Test]
    public void A_label_mapped_inside_the_chain_is_not_needed_for_scoring()
    {
        var context = new MLContext(1);
        IDataView data = RealData.IrisWithNames(context);
        PhaseTransitionTransformer model = context.Thermo().PhaseTransition(
            context.Transforms.Conversion.MapValueToKey("Label")
                .Append(context.MulticlassClassification.Trainers.LbfgsMaximumEntropy())).Fit(data);
        MulticlassClassificationMetrics metrics = context.MulticlassClassification.Evaluate(model.Transform(data));
        Assert.That(metrics.MicroAccuracy, Is.GreaterThan(0.9));

        IEstimator<ITransformer> forTraining = new EstimatorChain<ITransformer>()
            .Append(context.Transforms.Conversion.MapValueToKey("Label"), TransformerScope.TrainTest)
            .Append(context.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
        PhaseTransitionTransformer scoped = context.Thermo().PhaseTransition(forTraining).Fit(data);
        IDataView unlabelled = context.Transforms.DropColumns("Label").Fit(data).Transform(data);
        Assert.That(context.Data.CreateEnumerable<Thermometer>(scoped.Transform(unlabelled), false).Count(), Is.EqualTo(150));
        Assert.That(context.MulticlassClassification.Evaluate(scoped.Transform(data)).LogLoss, Is.EqualTo(metrics.LogLoss).Within(1e-6));
    }

    [Test]
    public void A_wrapper_sits_in_a_third_partys_place_too()
    {
        var context = new MLContext(1);
        IDataView data = RealData.Diabetes(context);
        PhaseTransitionTransformer model = context.Thermo().PhaseTransition(new Halver(), typeIIRows: TypeIIRows.Training).Fit(data);
        Assert.That(model.Record.InitialState, Is.EqualTo(InitialStateKind.LabelMarginal));
        Assert.That(model.Transition.To.Energy.Value, Is.EqualTo(RealData.Standardized("diabetes.csv").Targets.Average(y => y * y / 4)).Within(1e-6).Percent);
    }

    [Test]
    public void The_log_tells_what_was_measured()
    {
        var context = new MLContext(1);
        var lines = new List<string>();
        context.Log += (_, line) => lines.Add(line.Message);
        context.Thermo().PhaseTransition(context.Regression.Trainers.OnlineGradientDescent()).Fit(RealData.Diabetes(context));
        Assert.That(lines, Has.Some.Contains("Thermo").And.Contains("ParameterLaw"));
    }

    /// <summary>An estimator that is not ML.NET's: the score is half the label.</summary>
    private sealed class Halver : IEstimator<ITransformer>
    {
        private readonly IEstimator<ITransformer> _half = new MLContext(0).Transforms.Expression("Score", "y : y / 2", "Label");

        public ITransformer Fit(IDataView input) => _half.Fit(input);

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _half.GetOutputSchema(inputSchema);
    }

    private sealed class Sparse
    {
        public VBuffer<float> Features { get; set; }

        public float Label { get; set; }
    }

    private sealed class Ten
    {
        [VectorType(10)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }

    private sealed class Four
    {
        [VectorType(4)]
        public float[] Features { get; set; } = [];

        [KeyType(3)]
        public uint Label { get; set; }
    }

    private sealed record Row
    {
        public float Score { get; set; }

        public float Energy { get; set; }

        public float Entropy { get; set; }

        public float Temperature { get; set; }
    }

    private sealed record Thermometer
    {
        public float Energy { get; set; }

        public float Entropy { get; set; }

        public float Temperature { get; set; }
    }
}
