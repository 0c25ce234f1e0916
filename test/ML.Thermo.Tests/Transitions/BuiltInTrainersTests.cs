using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Transitions;

/// <summary>Every trainer of Microsoft.ML, Microsoft.ML.FastTree and Microsoft.ML.LightGbm that predicts a label, wrapped.</summary>
public sealed class BuiltInTrainersTests
{
    private static readonly Dictionary<string, (Func<MLContext, IDataView> Data, Func<MLContext, IEstimator<ITransformer>> Trainer)> Trainers = new()
    {
        ["Sdca"] = (
            RealData.Diabetes,
            context => context.Regression.Trainers.Sdca(new SdcaRegressionTrainer.Options { NumberOfThreads = 1, MaximumNumberOfIterations = 20 })),
        ["OnlineGradientDescent"] = (RealData.Diabetes, context => context.Regression.Trainers.OnlineGradientDescent()),
        ["LbfgsPoissonRegression"] = (RealData.Diabetes, context => context.Regression.Trainers.LbfgsPoissonRegression()),
        ["FastTree"] = (RealData.Diabetes, context => context.Regression.Trainers.FastTree(numberOfTrees: 10)),
        ["FastTreeTweedie"] = (RealData.Diabetes, context => context.Regression.Trainers.FastTreeTweedie(numberOfTrees: 10)),
        ["FastForest"] = (RealData.Diabetes, context => context.Regression.Trainers.FastForest(numberOfTrees: 10)),
        ["Gam"] = (RealData.Diabetes, context => context.Regression.Trainers.Gam(numberOfIterations: 50)),
        ["LightGbm"] = (RealData.Diabetes, context => context.Regression.Trainers.LightGbm(new LightGbmRegressionTrainer.Options
        {
            NumberOfIterations = 10,
            NumberOfThreads = 1,
            Seed = 1,
        })),
        ["AveragedPerceptron"] = (RealData.BreastCancer, context => context.BinaryClassification.Trainers.AveragedPerceptron()),
        ["AveragedPerceptron calibrated"] = (RealData.BreastCancer, context => context.BinaryClassification.Trainers.AveragedPerceptron()
            .Append(context.BinaryClassification.Calibrators.Platt())),
        ["SdcaLogisticRegression"] = (RealData.BreastCancer, context => context.BinaryClassification.Trainers.SdcaLogisticRegression(
            new SdcaLogisticRegressionBinaryTrainer.Options { NumberOfThreads = 1, MaximumNumberOfIterations = 20 })),
        ["SdcaNonCalibrated"] = (RealData.BreastCancer, context => context.BinaryClassification.Trainers.SdcaNonCalibrated(
            new SdcaNonCalibratedBinaryTrainer.Options { NumberOfThreads = 1, MaximumNumberOfIterations = 20 })),
        ["LbfgsLogisticRegression"] = (RealData.BreastCancer, context => context.BinaryClassification.Trainers.LbfgsLogisticRegression()),
        ["SgdCalibrated"] = (RealData.BreastCancer, context => context.BinaryClassification.Trainers.SgdCalibrated(
            new SgdCalibratedTrainer.Options { NumberOfThreads = 1 })),
        ["SgdNonCalibrated"] = (RealData.BreastCancer, context => context.BinaryClassification.Trainers.SgdNonCalibrated(
            new SgdNonCalibratedTrainer.Options { NumberOfThreads = 1 })),
        ["LinearSvm"] = (RealData.BreastCancer, context => context.BinaryClassification.Trainers.LinearSvm()),
        ["LdSvm"] = (RealData.BreastCancer, context => context.BinaryClassification.Trainers.LdSvm(numberOfIterations: 500)),
        ["Prior"] = (RealData.BreastCancer, context => context.BinaryClassification.Trainers.Prior()),
        ["FieldAwareFactorizationMachine"] = (RealData.BreastCancer, context => context.BinaryClassification.Trainers.FieldAwareFactorizationMachine()),
        ["FastTree classifier"] = (RealData.BreastCancer, context => context.BinaryClassification.Trainers.FastTree(numberOfTrees: 10)),
        ["FastForest classifier"] = (RealData.BreastCancer, context => context.BinaryClassification.Trainers.FastForest(numberOfTrees: 10)
            .Append(context.BinaryClassification.Calibrators.Platt())),
        ["Gam classifier"] = (RealData.BreastCancer, context => context.BinaryClassification.Trainers.Gam(numberOfIterations: 50)),
        ["LightGbm classifier"] = (RealData.BreastCancer, context => context.BinaryClassification.Trainers.LightGbm(new LightGbmBinaryTrainer.Options
        {
            NumberOfIterations = 10,
            NumberOfThreads = 1,
            Seed = 1,
        })),
        ["LightGbm multiclass"] = (RealData.Iris, context => context.MulticlassClassification.Trainers.LightGbm(new LightGbmMulticlassTrainer.Options
        {
            NumberOfIterations = 10,
            NumberOfThreads = 1,
            Seed = 1,
        })),
        ["SdcaMaximumEntropy"] = (RealData.Iris, context => context.MulticlassClassification.Trainers.SdcaMaximumEntropy(
            new SdcaMaximumEntropyMulticlassTrainer.Options { NumberOfThreads = 1, MaximumNumberOfIterations = 20 })),
        ["SdcaNonCalibrated multiclass"] = (RealData.Iris, context => context.MulticlassClassification.Trainers.SdcaNonCalibrated(
            new SdcaNonCalibratedMulticlassTrainer.Options { NumberOfThreads = 1, MaximumNumberOfIterations = 20 })),
        ["LbfgsMaximumEntropy"] = (RealData.Iris, context => context.MulticlassClassification.Trainers.LbfgsMaximumEntropy()),
        ["NaiveBayes"] = (RealData.Iris, context => context.MulticlassClassification.Trainers.NaiveBayes()),
        ["OneVersusAll"] = (RealData.Iris, context => context.MulticlassClassification.Trainers.OneVersusAll(
            context.BinaryClassification.Trainers.LbfgsLogisticRegression())),
        ["PairwiseCoupling"] = (RealData.Iris, context => context.MulticlassClassification.Trainers.PairwiseCoupling(
            context.BinaryClassification.Trainers.LbfgsLogisticRegression())),
    };

    private static readonly HashSet<string> Linear =
    [
        "Sdca", "OnlineGradientDescent", "AveragedPerceptron", "AveragedPerceptron calibrated", "SdcaLogisticRegression", "SdcaNonCalibrated",
        "LbfgsLogisticRegression", "SgdCalibrated", "SgdNonCalibrated", "LinearSvm", "SdcaMaximumEntropy", "SdcaNonCalibrated multiclass",
        "LbfgsMaximumEntropy",
    ];

    private static IEnumerable<string> Names => Trainers.Keys;

    /// <summary>A catalog's method makes a trainer, and the row of its name tries it.</summary>
    [TestCase(typeof(RegressionCatalog.RegressionTrainers), "diabetes")]
    [TestCase(typeof(BinaryClassificationCatalog.BinaryClassificationTrainers), "breast cancer")]
    [TestCase(typeof(MulticlassClassificationCatalog.MulticlassClassificationTrainers), "iris")]
    public void No_trainer_of_the_three_packages_is_missing(Type catalog, string data)
    {
        Func<MLContext, IDataView> rows = data == "iris" ? RealData.Iris : data == "diabetes" ? RealData.Diabetes : RealData.BreastCancer;
        string[] made = [.. new[] { typeof(StandardTrainersCatalog), typeof(FastTreeRegressionTrainer), typeof(LightGbmRegressionTrainer) }
            .SelectMany(type => type.Assembly.GetExportedTypes()).SelectMany(type => type.GetMethods())
            .Where(method => method.IsStatic && method.GetParameters() is [{ ParameterType: var first }, ..] && first == catalog)
            .Select(method => method.Name).Distinct()];
        Assert.That(made, Has.Length.GreaterThan(5));
        string[] tried = [.. Trainers.Where(trainer => trainer.Value.Data.Method == rows.Method).Select(trainer => trainer.Key.Split(' ')[0])];
        Assert.That(made, Is.SubsetOf(tried));
    }

    [TestCaseSource(nameof(Names))]
    public void A_wrapped_trainer_stands_the_workout(string name)
    {
        var context = new MLContext(1);
        IDataView data = Trainers[name].Data(context);
        IDataView withoutLabel = context.Transforms.DropColumns("Label").Fit(data).Transform(data);
        IDataView withoutFeatures = context.Transforms.DropColumns("Features").Fit(data).Transform(data);
        bool promisesAnything = name is "Prior" or "OneVersusAll" or "PairwiseCoupling"; // ML.NET's own lack the check, or need no features
        IEstimator<PhaseTransitionTransformer> estimator = context.Thermo().PhaseTransition(Trainers[name].Trainer(context));
        Workout.Of(estimator, data, promisesAnything ? [] : [withoutFeatures]);
        Assert.That(() => estimator.Fit(withoutLabel), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("label column 'Label'"));
    }

    private static IEnumerable<string> RepeatableNames => Names.Where(name => name != "LdSvm"); // two runs of it with one seed differ, bare as well

    [TestCaseSource(nameof(RepeatableNames))]
    public void Training_is_the_same_with_and_without_the_wrapper(string name)
    {
        // Equal seeds; a second trainer is made after the first was fitted, so that anything the wrapper drew from the context would move it.
        var bare = new MLContext(7);
        IDataView data = Trainers[name].Data(bare);
        List<string> expected = Scores(Trainers[name].Trainer(bare).Fit(data), data);
        List<string> next = Scores(Trainers[name].Trainer(bare).Fit(data), data);

        var wrapping = new MLContext(7);
        data = Trainers[name].Data(wrapping);
        PhaseTransitionTransformer model = wrapping.Thermo().PhaseTransition(Trainers[name].Trainer(wrapping)).Fit(data);
        Assert.That(Scores(model, data), Is.EqualTo(expected));
        Assert.That(Scores(Trainers[name].Trainer(wrapping).Fit(data), data), Is.EqualTo(next), "a trainer made later in the same context");
    }

    [TestCaseSource(nameof(Names))]
    public void The_transition_says_what_stands_for_the_untrained_model(string name)
    {
        var context = new MLContext(1);
        IDataView data = Trainers[name].Data(context);
        PhaseTransitionTransformer model = context.Thermo().PhaseTransition(Trainers[name].Trainer(context)).Fit(data);
        bool isLinear = Linear.Contains(name);
        Assert.That(model.Record.InitialState, Is.EqualTo(isLinear ? InitialStateKind.ParameterLaw : InitialStateKind.LabelMarginal));
        Assert.That(model.Transition.Status.HasFlag(Status.Analogy), Is.EqualTo(!isLinear));
        Assert.That(model.Record.EnergyName, Is.EqualTo(data.Schema["Label"].Type == NumberDataViewType.Single ? "mse" : "ce"));
        Assert.That(model.Transition.DeltaEnergy.Value, name == "Prior" ? Is.EqualTo(0).Within(1e-6) : Is.Positive);
        if (!isLinear)
        {
            IEstimator<PhaseTransitionTransformer> asked = context.Thermo().PhaseTransition(
                Trainers[name].Trainer(context), initialState: InitialState.ParameterLaw("he"));
            Assert.That(() => asked.Fit(data), Throws.InvalidOperationException.With.Message.Contains("LabelMarginal").And.Message.Contains("PermutedLabels"));
        }
    }

    private static List<string> Scores(ITransformer model, IDataView data)
    {
        IDataView scored = model.Transform(data);
        return Workout.Rows(new MLContext(0).Transforms.SelectColumns("Score").Fit(scored).Transform(scored));
    }
}
