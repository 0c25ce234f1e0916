using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Transitions;

public sealed class TransitionTests
{
    [Test]
    public void The_type_I_state_is_the_cores([Values("mse", "mae", "ce")] string energyName, [Values("normal:0,1", "uniform:-1,1")] string law)
    {
        var context = new MLContext(1);
        bool isBinary = energyName == "ce";
        string file = isBinary ? "breast-cancer.csv" : "diabetes.csv";
        Energy energy = Energy.Parse(energyName);
        IEstimator<ITransformer> trainer = isBinary
            ? context.BinaryClassification.Trainers.LbfgsLogisticRegression()
            : context.Regression.Trainers.OnlineGradientDescent();
        PhaseTransitionTransformer model = context.Thermo().PhaseTransition(
            trainer, initialState: InitialState.ParameterLaw(law, "normal:0,2"), energy: energy, typeIIRows: TypeIIRows.Training)
            .Fit(isBinary ? RealData.BreastCancer(context) : RealData.Diabetes(context));

        LabelledData rows = Rows(file).WithIntercept();
        InitializationLaw weight = InitializationScheme.Parse(law).For(1);
        var system = new LinearSystem(rows, energy, new ParameterLaw([.. Enumerable.Repeat(weight, rows.Columns - 1), InitializationLaw.Normal(0, 2)]));
        State expected = system.TypeI(), actual = model.Transition.From;
        Assert.That(actual.Energy.Value, Is.EqualTo(expected.Energy.Value).Within(1e-6 * expected.Energy.Value));
        Assert.That(actual.Variance.Value, Is.EqualTo(expected.Variance.Value).Within(1e-6 * expected.Variance.Value));
        Assert.That(actual.Entropy.Value, Is.EqualTo(expected.Entropy.Value).Within(1e-6));
        Assert.That(actual.Entropy.Method, Is.EqualTo(expected.Entropy.Method));
        Assert.That(actual.GroundEnergy, Is.EqualTo(expected.GroundEnergy).Within(1e-6 * expected.Energy.Value));
    }

    [Test]
    public void The_whole_transition_is_the_cores_where_the_trainer_reaches_the_ground_state()
    {
        // ML.NET's logistic regression without penalty, to its end, on data without a separating hyperplane: three features of breast cancer.
        var context = new MLContext(1);
        (float[][] features, double[] targets, _) = RealData.Standardized("breast-cancer.csv");
        float[][] few = [.. features.Select(x => new[] { x[1], x[4], x[8] })];
        IDataView data = RealData.View(context, few.Zip(targets, (x, y) => new RealData.Flag { Features = x, Label = y > 0 }).ToArray(), 3);
        PhaseTransitionTransformer model = context.Thermo().PhaseTransition(
            context.BinaryClassification.Trainers.LbfgsLogisticRegression(l1Regularization: 0, l2Regularization: 0, optimizationTolerance: 1e-9f),
            typeIIRows: TypeIIRows.Training).Fit(data);

        var system = new LinearSystem(
            new LabelledData(few.SelectMany(x => x).Select(x => (double)x).ToArray(), targets).WithIntercept(),
            Energy.CrossEntropy,
            new ParameterLaw([.. Enumerable.Repeat(InitializationLaw.Normal(0, 1), 3), InitializationLaw.Constant(0)]));
        Transition expected = system.Train(), actual = model.Transition;
        Assert.That(actual.To.Energy.Value, Is.EqualTo(expected.To.Energy.Value).Within(1e-6));
        Assert.That(actual.DeltaEntropy.Value, Is.EqualTo(expected.DeltaEntropy.Value).Within(1e-4)); // ML.NET's parameters end a little earlier
        Assert.That(actual.Temperature.Value, Is.EqualTo(expected.Temperature.Value).Within(1e-4 * expected.Temperature.Value));
    }

    [Test]
    public void The_trained_energy_is_what_the_evaluator_calls_loss()
    {
        var context = new MLContext(1);
        IDataView data = RealData.Diabetes(context);
        PhaseTransitionTransformer regression = context.Thermo().PhaseTransition(
            context.Regression.Trainers.OnlineGradientDescent(), typeIIRows: TypeIIRows.Training).Fit(data);
        RegressionMetrics metrics = context.Regression.Evaluate(regression.Transform(data));
        Assert.That(regression.Transition.To.Energy.Value, Is.EqualTo(metrics.MeanSquaredError).Within(1e-5 * metrics.MeanSquaredError));

        IDataView tumours = RealData.BreastCancer(context);
        PhaseTransitionTransformer binary = context.Thermo().PhaseTransition(
            context.BinaryClassification.Trainers.LbfgsLogisticRegression(), typeIIRows: TypeIIRows.Training).Fit(tumours);
        double logLoss = context.BinaryClassification.Evaluate(binary.Transform(tumours)).LogLoss * Math.Log(2); // ML.NET counts in bits
        Assert.That(binary.Transition.To.Energy.Value, Is.EqualTo(logLoss).Within(1e-5 * logLoss));

        IDataView flowers = RealData.Iris(context);
        PhaseTransitionTransformer multiclass = context.Thermo().PhaseTransition(
            context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(), typeIIRows: TypeIIRows.Training).Fit(flowers);
        Assert.That(
            multiclass.Transition.To.Energy.Value, Is.EqualTo(context.MulticlassClassification.Evaluate(multiclass.Transform(flowers)).LogLoss).Within(1e-5));
    }

    [Test]
    public void Predictions_drawn_from_the_labels_lose_twice_their_variance()
    {
        var context = new MLContext(1);
        PhaseTransitionTransformer model = context.Thermo().PhaseTransition(
            context.Regression.Trainers.FastTree(), initialState: InitialState.LabelMarginal, typeIIRows: TypeIIRows.Training).Fit(RealData.Diabetes(context));
        double[] labels = RealData.Standardized("diabetes.csv").Targets;
        double mean = labels.Average(), variance = labels.Average(y => Math.Pow(y - mean, 2));
        double third = labels.Average(y => Math.Pow(y - mean, 3)), fourth = labels.Average(y => Math.Pow(y - mean, 4));
        Assert.That(model.Transition.From.Energy.Value, Is.EqualTo(2 * variance).Within(1e-6 * variance));
        double spread = labels.Average(y => fourth - (variance * variance) + (4 * variance * Math.Pow(y - mean, 2)) - (4 * third * (y - mean))) / labels.Length;
        Assert.That(model.Transition.From.Variance.Value, Is.EqualTo(spread).Within(1e-6 * spread));
        Assert.That((model.Transition.From.Variance.StandardError, model.Transition.Temperature.StandardError), Is.EqualTo((double.NaN, double.NaN)));
        Assert.That(model.Transition.Status.HasFlag(Status.Analogy));
    }

    [Test]
    public void Permuted_labels_teach_nothing()
    {
        var context = new MLContext(1);
        PhaseTransitionTransformer model = context.Thermo().PhaseTransition(
            context.BinaryClassification.Trainers.FastTree(numberOfLeaves: 4, numberOfTrees: 5),
            initialState: InitialState.PermutedLabels(12)).Fit(RealData.BreastCancer(context));
        State before = model.Transition.From;
        const double Prior = 0.6601; // entropy of 212 and 357 of 569, nats
        Assert.That(before.Energy.Value, Is.EqualTo(Prior).Within(0.1));
        Assert.That(before.SampleSize, Is.EqualTo(12));
        Assert.That(before.Status.HasFlag(Status.Analogy | Status.SmallSample));
        Assert.That(model.Transition.To.Energy.Value, Is.LessThan(before.Energy.Value / 2));
        Assert.That(model.Record.InitialState, Is.EqualTo(InitialStateKind.PermutedLabels));
    }

    [Test]
    public void Permuted_labels_serve_a_chain_that_maps_text_labels()
    {
        var context = new MLContext(1);
        IEstimator<ITransformer> chain = context.Transforms.Conversion.MapValueToKey("Label")
            .Append(context.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
        PhaseTransitionTransformer model = context.Thermo().PhaseTransition(chain, initialState: InitialState.PermutedLabels(4))
            .Fit(RealData.IrisWithNames(context));
        Assert.That(model.Transition.From.Energy.Value, Is.GreaterThan(0.9)); // ln 3 = 1.1 for uninformed predictions
        Assert.That(model.Transition.To.Energy.Value, Is.LessThan(0.3));
    }

    [Test]
    public void A_mixed_initialisation_goes_by_slot_names()
    {
        var context = new MLContext(1);
        IDataView data = RealData.Diabetes(context);
        State Before(InitialState state) =>
            context.Thermo().PhaseTransition(context.Regression.Trainers.OnlineGradientDescent(), initialState: state, typeIIRows: TypeIIRows.Training)
                .Fit(data).Transition.From;
        ParameterLawState all = InitialState.ParameterLaw("normal:0,2");
        double difference = Before(all).Energy.Value - Before(all.Except("bmi", InitializationLaw.Normal(0, 1))).Energy.Value;
        Assert.That(difference, Is.EqualTo(3).Within(1e-3)); // (4 − 1) times the mean square of a standardised feature
        Assert.That(
            () => Before(all.Except("weight", InitializationLaw.Constant(0))),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("weight").And.Message.Contains("bmi"));
    }

    [Test]
    public void Held_out_rows_are_kept_from_the_trainer()
    {
        var context = new MLContext(1);
        IDataView data = RealData.Diabetes(context);
        PhaseTransitionTransformer model = context.Thermo().PhaseTransition(
            context.Regression.Trainers.OnlineGradientDescent(), new PhaseTransitionOptions { TypeIIRows = TypeIIRows.HeldOut(0.3) }).Fit(data);
        DataOperationsCatalog.TrainTestData split = new MLContext(0).Data.TrainTestSplit(data, 0.3, seed: 1);
        var alone = context.Regression.Trainers.OnlineGradientDescent().Fit(split.TrainSet);
        Assert.That(Workout.Rows(alone.Transform(data)), Is.EqualTo(Workout.Rows(model.Model.Transform(data))));
        double expected = context.Regression.Evaluate(alone.Transform(split.TestSet)).MeanSquaredError;
        Assert.That(model.Transition.To.Energy.Value, Is.EqualTo(expected).Within(1e-5 * expected));
        Assert.That(model.Record.IsHeldOut);
        Assert.That(model.Record.TrainingRows + model.Record.TypeIIRows, Is.EqualTo(442));
        Assert.That(model.Record.FreshPoints, Is.EqualTo(model.Record.TrainingRows));
    }

    [Test]
    public void A_column_or_a_view_can_name_the_held_out_rows()
    {
        var context = new MLContext(1);
        IDataView data = RealData.IrisWithNames(context);
        IEstimator<ITransformer> Chain() => context.Transforms.Conversion.MapValueToKey("Label").Append(
            context.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
        PhaseTransitionTransformer byColumn = context.Thermo().PhaseTransition(
            Chain(), new PhaseTransitionOptions { TypeIIRows = TypeIIRows.HeldOut("IsHeldOut") }).Fit(data);
        Assert.That(byColumn.Record.TypeIIRows, Is.EqualTo(50));
        Assert.That(byColumn.Record.TrainingRows, Is.EqualTo(100));

        IDataView Part(bool heldOut) => context.Data.FilterByCustomPredicate<RealData.NamedSpecies>(data, row => row.IsHeldOut != heldOut);
        PhaseTransitionTransformer byView = context.Thermo().PhaseTransition(
            Chain(), new PhaseTransitionOptions { TypeIIRows = TypeIIRows.HeldOut(Part(true)) }).Fit(Part(false));
        Assert.That(byView.Transition.Temperature.Value, Is.EqualTo(byColumn.Transition.Temperature.Value).Within(1e-9));
    }
    private static LabelledData Rows(string file)
    {
        (float[][] features, double[] targets, string[] names) = RealData.Standardized(file);
        return new LabelledData(features.SelectMany(x => x).Select(x => (double)x).ToArray(), targets, names);
    }
}
