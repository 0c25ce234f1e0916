using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using ML.Thermo.Refresh;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Pipelines;

/// <summary>Scores that are no prediction of a row's label, probabilities of zero and one, and predictions that never change.</summary>
public sealed class TaskTests
{
    private readonly MLContext _context = new(1);

    private IDataView Data => _context.Data.LoadFromEnumerable(Rows.Draw(600));

    [Test]
    public void Tasks_without_a_loss_of_a_row_are_refused_with_the_reason([Values("ranking", "clustering", "anomaly")] string task)
    {
        (IEstimator<ITransformer> before, IEstimator<ITransformer> trainer, string label) = Task(task);
        IDataView data = before.Fit(Data).Transform(Data);
        Assert.That(
            () => _context.Thermo().PhaseTransition(trainer, label).Fit(data),
            Throws.InvalidOperationException.With.Message.Contains("no loss of a single row"));
        IDataView scored = trainer.Fit(data).Transform(data);
        Assert.That(
            () => _context.Thermo().Refresh(new RefreshOptions { LabelColumnName = label, WindowRows = 50 }).Fit(scored),
            Throws.InvalidOperationException.With.Message.Contains(task == "anomaly" ? "calibrator" : "no loss of a single row"));
    }

    [Test]
    public void A_forest_is_asked_for_a_calibrator_and_measured_with_one()
    {
        var forest = _context.BinaryClassification.Trainers.FastForest("A", numberOfTrees: 20);
        Assert.That(
            () => _context.Thermo().PhaseTransition(forest, "A").Fit(Data),
            Throws.InvalidOperationException.With.Message.Contains("Calibrators.Platt"));
        Transition calibrated = _context.Thermo().PhaseTransition(
            forest.Append(_context.BinaryClassification.Calibrators.Platt("A")), "A").Fit(Data).Transition;
        Assert.That(calibrated.To.Energy.Value, Is.LessThan(Math.Log(2)));
        Assert.That(calibrated.DeltaEnergy.Value, Is.Positive);
    }

    [Test]
    public void Certain_probabilities_cost_what_they_cost_in_a_monitor([Values("isotonic", "naive")] string name)
    {
        IEstimator<ITransformer> calibrator = name == "isotonic"
            ? _context.BinaryClassification.Calibrators.Isotonic("A") : _context.BinaryClassification.Calibrators.Naive("A");
        var model = _context.Thermo().PhaseTransition(_context.BinaryClassification.Trainers.AveragedPerceptron("A").Append(calibrator), "A").Fit(Data);
        IDataView scored = model.Transform(Data);
        Assert.That(model.Transition.From.Energy.IsDefined && model.Transition.To.Energy.IsDefined);
        Assert.That(scored.GetColumn<float>("Temperature").Count(float.IsNaN), Is.Zero);

        var training = new PhaseTransitionOptions { LabelColumnName = "A", TypeIIRows = TypeIIRows.Training };
        var known = _context.Thermo().PhaseTransition(_context.BinaryClassification.Trainers.AveragedPerceptron("A").Append(calibrator), training).Fit(Data);
        IDataView rows = known.Model.Transform(Data);
        double expected = rows.GetColumn<float>("Probability").Zip(rows.GetColumn<bool>("A"), (p, y) =>
            -Math.Log(Math.Clamp(y ? p : 1.0 - p, PredictionEnergy.LeastProbability, 1))).Average();
        Assert.That(known.Transition.To.Energy.Value, Is.EqualTo(expected).Within(1e-6 * expected));
    }

    [Test]
    public void A_prediction_that_never_changes_has_an_untrained_state_without_spread()
    {
        Transition transition = _context.Thermo().PhaseTransition(_context.BinaryClassification.Trainers.Prior("A"), "A").Fit(Data).Transition;
        Assert.That(transition.From.Variance.Value, Is.Zero);
        Assert.That(transition.Status.HasFlag(Status.PointState));
        Assert.That(transition.Status.HasFlag(Status.Negative), Is.False);
        Assert.That(transition.DeltaEnergy.Value, Is.Zero.Within(1e-12));
    }

    [Test]
    public void Output_columns_that_would_hide_others_are_refused()
    {
        var trainer = _context.Regression.Trainers.OnlineGradientDescent("Y");
        Assert.That(() => Options("Score", "S", "T"), Throws.ArgumentException.With.Message.Contains("'Score'"));
        Assert.That(() => Options("X", "X", "T"), Throws.ArgumentException.With.Message.Contains("different names"));
        Assert.That(() => Options("Y", "S", "T"), Throws.ArgumentException.With.Message.Contains("'Y'"));
        var binary = _context.BinaryClassification.Trainers.LbfgsLogisticRegression("A");
        Assert.That(
            () => _context.Thermo().PhaseTransition(binary, new PhaseTransitionOptions { LabelColumnName = "A", EnergyColumnName = "Probability" }).Fit(Data),
            Throws.ArgumentException.With.Message.Contains("'Probability'"));

        object Options(string energy, string entropy, string temperature) => _context.Thermo().PhaseTransition(trainer, new PhaseTransitionOptions
        {
            LabelColumnName = "Y",
            EnergyColumnName = energy,
            EntropyColumnName = entropy,
            TemperatureColumnName = temperature,
        });
    }

    [Test]
    public void Two_thousand_classes_are_measured_in_a_moment()
    {
        const int Classes = 2000;
        var random = new Random(1);
        var rows = Enumerable.Range(0, 3 * Classes).Select(i => new Many
        {
            Features = [random.NextSingle(), random.NextSingle()],
            Label = (uint)(i % Classes) + 1,
        }).ToArray();
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        var model = _context.Thermo().PhaseTransition(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
            new LbfgsMaximumEntropyMulticlassTrainer.Options { MaximumNumberOfIterations = 2 })).Fit(data);
        Assert.That(model.Transition.From.Energy.IsDefined);
        float[] temperatures = [.. model.Transform(_context.Data.TakeRows(data, 50)).GetColumn<float>("Temperature")];
        Assert.That(temperatures, Has.None.NaN);
    }

    private (IEstimator<ITransformer> Before, IEstimator<ITransformer> Trainer, string Label) Task(string task) => task switch
    {
        "ranking" => (
            _context.Transforms.Conversion.MapValueToKey("Group").Append(_context.Transforms.Conversion.MapValueToKey("Grade")),
            _context.Ranking.Trainers.FastTree("Grade", rowGroupColumnName: "Group", numberOfTrees: 5), "Grade"),
        "clustering" => (
            _context.Transforms.Conversion.MapValueToKey("Label", "C"), _context.Clustering.Trainers.KMeans(numberOfClusters: 3), "Label"),
        _ => (_context.Transforms.CopyColumns("Copy", "A"), _context.AnomalyDetection.Trainers.RandomizedPca(rank: 1), "A"),
    };

    private sealed class Many
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        [KeyType(2000)]
        public uint Label { get; set; }
    }
}
