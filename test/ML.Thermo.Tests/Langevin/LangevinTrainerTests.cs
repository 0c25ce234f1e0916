using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Langevin;
using ML.Thermo.Linear;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Langevin;

/// <summary>Trainers with a thermostat on real data: what they learn, and the record they leave.</summary>
public sealed class LangevinTrainerTests
{
    private readonly MLContext _context = new(1);

    [TestCase("mse")]
    [TestCase("mae")]
    public void Regression_without_heat_finds_the_ground_state(string energy)
    {
        (GroundState ground, double[] learned, TrainingRecord record) = Fit(energy, 0, epochs: energy == "mae" ? 3000 : 2000);
        Assert.That(record.Epochs[^1].Energy, Is.EqualTo(ground.Energy).Within(energy == "mse" ? 1e-3 : 0.1)); // 2859.7 and 43.1
        Assert.That(learned, Is.EqualTo(ground.Parameters).Within(energy == "mse" ? 0.1 : 5)); // up to 152 and 137
        Assert.That(record.Equilibrium.LearningCoefficient.Value.Value, Is.NaN, "no bath, no λ");
    }

    [Test]
    public void Binary_classification_without_heat_finds_the_ground_state()
    {
        (GroundState ground, double[] learned, TrainingRecord record) = Fit("ce", 0, epochs: 2000);
        Assert.That(record.Epochs[^1].Energy, Is.EqualTo(ground.Energy).Within(1e-5));
        Assert.That(learned, Is.EqualTo(ground.Parameters).Within(0.01));
    }

    [Test]
    public void Multiclass_classification_without_heat_agrees_with_maximum_entropy()
    {
        IDataView data = RealData.Iris(_context);
        var ours = _context.Thermo().MulticlassClassification.Langevin(temperature: 0, l2Regularization: 0.01, numberOfIterations: 1500).Fit(data);
        var theirs = _context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(l1Regularization: 0, l2Regularization: 1.5f, optimizationTolerance: 1e-9f)
            .Fit(data); // 0.01 × 150
        VBuffer<float>[] expected = null!;
        theirs.Model.GetWeights(ref expected, out int classes);
        IReadOnlyList<IReadOnlyList<double>> weights = _context.Thermo().GetTraining(ours).Parameters;
        for (int k = 0; k < classes; k++)
            Assert.That(weights[k].SkipLast(1), Is.EqualTo(expected[k].DenseValues()).Within(0.01), $"class {k}");
        var (ourMetrics, theirMetrics) = (
            _context.MulticlassClassification.Evaluate(ours.Transform(data)), _context.MulticlassClassification.Evaluate(theirs.Transform(data)));
        Assert.That(ourMetrics.MicroAccuracy, Is.GreaterThan(0.93));
        Assert.That(ourMetrics.LogLoss, Is.EqualTo(theirMetrics.LogLoss).Within(0.001), "scores are probabilities");
    }

    /// <summary>Eleven parameters of a regular minimum: λ = 11/2 at every low temperature, and the same by the heat capacity.</summary>
    [TestCase("mse", 1.0)]
    [TestCase("ce", 1e-4)]
    public void The_record_tells_the_learning_coefficient_of_a_regular_model(string energy, double temperature)
    {
        (GroundState ground, _, TrainingRecord record) = Fit(energy, temperature, epochs: 20_000);
        Equilibrium at = record.Equilibrium;
        Assert.That(at.GroundEnergy, Is.EqualTo(ground.Energy).Within(0.02 * temperature).Or.EqualTo(ground.Energy).Within(1e-3).Percent);
        Estimate lambda = at.LearningCoefficient.Value;
        Assert.That(lambda.Value, Is.EqualTo(5.5).Within((4 * lambda.StandardError) + 0.1));
        Assert.That(lambda.StandardError, Is.LessThan(0.5));
        Assert.That(at.HeatCapacity.Value, Is.EqualTo(5.5).Within(4 * at.HeatCapacity.StandardError));
        Assert.That(
            at.ConfigurationalTemperature.Value, Is.EqualTo(temperature).Within((4 * at.ConfigurationalTemperature.StandardError) + (0.02 * temperature)));
        Assert.That(at.IsReached);
    }

    [Test]
    public void Few_iterations_are_told_to_be_few() // too few even to say that the bath is not reached
    {
        (_, _, TrainingRecord record) = Fit("mse", 1, epochs: 10);
        Assert.That(record.Equilibrium.Status.HasFlag(Status.SmallSample));
    }

    [Test]
    public void The_record_follows_training_from_the_start()
    {
        var seen = new List<TrainingEpoch>();
        var trainer = _context.Thermo().Regression.Langevin(
            new LangevinRegressionOptions { Bath = Bath.Annealed(2000, 2), NumberOfIterations = 80, Observer = seen.Add });
        TrainingRecord record = _context.Thermo().GetTraining(trainer.Fit(RealData.Diabetes(_context)));
        Assert.That(record.Epochs, Is.EqualTo(seen).And.Count.EqualTo(81));
        TrainingEpoch start = record.Epochs[0], end = record.Epochs[^1];
        double[] targets = RealData.Standardized("diabetes.csv").Targets;
        Assert.That(start.Energy, Is.EqualTo(targets.Average(y => y * y)).Within(1e-3), "all parameters zero");
        Assert.That(start.Temperature, Is.NaN);
        Assert.That((start.BathTemperature, end.BathTemperature), Is.EqualTo((2000.0, 2.0)));
        Assert.That(end.Temperature, Is.EqualTo((end.Energy - start.Energy) / (end.Entropy - start.Entropy)).Within(1e-9).And.Positive);
        Assert.That(end.GradientNorm, Is.LessThan(0.1 * start.GradientNorm));

        // the Type II state of the same losses, by the core
        State state = TypeIIState.FromLosses([.. targets.Select(y => (double)(float)y * (float)y)], targets.Length, TypeIIEntropy.CentralLimit);
        Assert.That(start.Entropy, Is.EqualTo(state.Entropy.Value).Within(1e-5));
    }

    [Test]
    public void A_seed_fixes_the_model_and_training_disturbs_nobody()
    {
        float[] Weights(ulong seed) =>
            [.. _context.Thermo().Regression.Langevin(new LangevinRegressionOptions { Seed =
                seed, NumberOfIterations = 20 }).Fit(RealData.Diabetes(_context)).Model.Weights];
        float[] first = Weights(5);
        Assert.That(Weights(5), Is.EqualTo(first));
        Assert.That(Weights(6), Is.Not.EqualTo(first));

        float[] Sdca(bool besides)
        {
            var context = new MLContext(9);
            IDataView data = RealData.Diabetes(context);
            if (besides)
                context.Thermo().Regression.Langevin(numberOfIterations: 2).Fit(data);
            return [.. context.Regression.Trainers.Sdca(new SdcaRegressionTrainer.Options { NumberOfThreads =
                1, MaximumNumberOfIterations = 5 }).Fit(data).Model.Weights];
        }

        Assert.That(Sdca(besides: true), Is.EqualTo(Sdca(besides: false)));
    }

    [Test]
    public void Example_weights_are_copies_of_rows()
    {
        (float[][] features, double[] targets, _) = RealData.Standardized("diabetes.csv");
        Weighted[] rows = [.. features.Select((x, i) => new Weighted { Features = x, Label = (float)targets[i], Share = i % 3 })];
        IDataView weighted = RealData.View(_context, rows, 10), copies = RealData.View(
            _context, rows.SelectMany(row => Enumerable.Repeat(row, (int)row.Share)).ToArray(), 10);
        var options = new LangevinRegressionOptions { Bath = Bath.Zero, NumberOfIterations = 600, BatchSize = int.MaxValue, LearningRate = 0.1 };
        var byWeight = _context.Thermo().Regression.Langevin(options with { ExampleWeightColumnName = "Share" }).Fit(weighted).Model;
        var byCopies = _context.Thermo().Regression.Langevin(options).Fit(copies).Model;
        Assert.That(byWeight.Weights, Is.EqualTo(byCopies.Weights).Within(2e-3));
        Assert.That(byWeight.Bias, Is.EqualTo(byCopies.Bias).Within(2e-3));
    }

    [Test]
    public void Rows_with_gaps_are_left_out_and_counted()
    {
        (float[][] features, double[] targets, _) = RealData.Standardized("diabetes.csv");
        Weighted[] rows = [.. features.Select((x, i) => new Weighted { Features = [.. x], Label = (float)targets[i], Share = 1 })];
        (rows[3].Features[2], rows[5].Label, rows[8].Share) = (float.NaN, float.NaN, float.NaN);
        var messages = new List<string>();
        var context = new MLContext(1);
        context.Log += (_, log) => messages.Add(log.Message);
        var model = context.Thermo().Regression.Langevin(exampleWeightColumnName: "Share", numberOfIterations: 2).Fit(RealData.View(context, rows, 10));
        TrainingRecord record = context.Thermo().GetTraining(model);
        Assert.That((record.Rows, record.SkippedRows), Is.EqualTo((439, 3L)));
        Assert.That(messages, Has.Some.Contains("Skipped 3 rows"));
    }

    [Test]
    public void Training_can_be_cancelled_and_watched()
    {
        using var source = new CancellationTokenSource();
        var trainer = _context.Thermo().BinaryClassification.Langevin(new LangevinTrainerOptions
        {
            Cancellation = source.Token,
            Observer = epoch =>
            {
                Assert.That(epoch.Epoch, Is.LessThan(3));
                if (epoch.Epoch == 2)
                    source.Cancel();
            },
        });
        Assert.That(() => trainer.Fit(RealData.BreastCancer(_context)), Throws.InstanceOf<OperationCanceledException>());
    }

    /// <summary>The ground state by the core, the weights and bias that were learned, and the record.</summary>
    private (GroundState Ground, double[] Learned, TrainingRecord Record) Fit(string energy, double temperature, int epochs)
    {
        (float[][] features, double[] targets, _) = RealData.Standardized("diabetes.csv");
        double[] labels = [.. targets.Select(y => energy == "ce" ? y > 140 ? 1.0 : 0 : (double)(float)y)];
        var data = new LabelledData(features.SelectMany(x => x.Select(value => (double)value)).ToArray(), labels).WithIntercept();
        var system = new LinearSystem(data, Energy.Parse(energy), ParameterLaw.Same(InitializationLaw.Normal(0, 1), 11));
        LinearModelParameters model;
        TrainingRecord record;
        if (energy == "ce")
        {
            IDataView view = RealData.View(_context, features.Select((x, i) => new RealData.Flag { Features = x, Label = labels[i] == 1 }).ToArray(), 10);
            var trained = _context.Thermo().BinaryClassification.Langevin(temperature: temperature, l2Regularization: 0, numberOfIterations: epochs).Fit(view);
            (model, record) = (trained.Model.SubModel, _context.Thermo().GetTraining(trained));
        }
        else
        {
            var trained = _context.Thermo().Regression.Langevin(energy: Energy.Parse(energy), temperature: temperature, numberOfIterations: epochs)
                .Fit(RealData.Diabetes(_context));
            (model, record) = (trained.Model, _context.Thermo().GetTraining(trained));
        }

        return (system.GroundState, [.. model.Weights, model.Bias], record);
    }

    private sealed class Weighted
    {
        public float[] Features { get; set; } = [];

        public float Label { get; set; }

        public float Share { get; set; }
    }
}
