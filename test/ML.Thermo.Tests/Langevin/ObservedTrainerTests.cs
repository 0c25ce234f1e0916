using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using ML.Thermo.Langevin;

namespace ML.Thermo.Tests.Langevin;

/// <summary>ML.NET's own trainers, watched while they train.</summary>
public sealed class ObservedTrainerTests
{
    private readonly MLContext _context = new(1);

    [Test]
    public void Observation_changes_nothing([Values] bool observed)
    {
        var context = new MLContext(2);
        IDataView data = RealData.Diabetes(context);
        var plain = new MLContext(2).Regression.Trainers.OnlineGradientDescent(lossFunction: new SquaredLoss(), numberOfIterations: 4).Fit(data).Model;
        IEstimator<RegressionPredictionTransformer<LinearRegressionModelParameters>> trainer = observed
            ? context.Thermo().Observe(
                loss => context.Regression.Trainers.OnlineGradientDescent(lossFunction: loss, numberOfIterations: 4), new SquaredLoss(), _ => { })
            : context.Regression.Trainers.OnlineGradientDescent(lossFunction: new SquaredLoss(), numberOfIterations: 4);
        var model = trainer.Fit(data).Model;
        Assert.That(model.Weights, Is.EqualTo(plain.Weights));
        Assert.That(model.Bias, Is.EqualTo(plain.Bias));
    }

    [Test]
    public void Every_pass_is_seen_with_its_energy_entropy_and_temperature()
    {
        var seen = new List<TrainingEpoch>();
        IDataView data = RealData.Diabetes(_context);
        var counting = new Counting();
        _context.Thermo().Observe(loss => _context.Regression.Trainers.OnlineGradientDescent(lossFunction: loss, numberOfIterations: 6), counting, seen.Add)
            .Fit(data);
        Assert.That(seen.Select(epoch => epoch.Epoch), Is.EqualTo(Enumerable.Range(1, 6)));
        double[][] passes = [.. counting.Losses.Chunk(442)];
        for (int i = 0; i < 6; i++)
        {
            double mean = passes[i].Average(), variance = passes[i].Sum(loss => (loss - mean) * (loss - mean)) / 441;
            Assert.That(seen[i].Energy, Is.EqualTo(mean).Within(1e-9 * mean));
            Assert.That(seen[i].Entropy, Is.EqualTo(0.5 * Math.Log(2 * Math.PI * Math.E * variance / 442)).Within(1e-9));
        }

        Assert.That(seen[^1].Energy, Is.LessThan(seen[0].Energy));
        Assert.That(seen[^1].Temperature, Is.EqualTo((seen[^1].Energy - seen[0].Energy) / (seen[^1].Entropy - seen[0].Entropy)).Within(1e-9));
        Assert.That(seen[0].Temperature, Is.NaN);
        Assert.That(seen[0].GradientNorm, Is.NaN, "which the loss does not see");
    }

    [TestCase(1)]
    [TestCase(2)]
    public void SDCA_is_seen_pass_by_pass_on_any_number_of_threads(int threads)
    {
        var seen = new List<TrainingEpoch>();
        ObservedTrainer<RegressionPredictionTransformer<LinearRegressionModelParameters>> trainer = _context.Thermo().Observe(
            loss => _context.Regression.Trainers.Sdca(new SdcaRegressionTrainer.Options
            {
                LossFunction = loss,
                NumberOfThreads = threads,
                MaximumNumberOfIterations = 8,
                ConvergenceTolerance = 1e-6f,
            }),
            new SquaredLoss(),
            seen.Add);
        trainer.Fit(RealData.Diabetes(_context));
        Assert.That(seen, Has.Count.EqualTo(8));
        Assert.That(seen[^1].Energy, Is.LessThan(seen[0].Energy).And.GreaterThan(2000));
        trainer.Fit(RealData.Diabetes(_context));
        Assert.That(seen.Skip(8).Select(epoch => epoch.Epoch), Is.EqualTo(Enumerable.Range(1, 8)), "a second training begins anew");
    }

    [Test]
    public void Binary_trainers_are_seen_by_losses_of_their_own()
    {
        var seen = new List<TrainingEpoch>();
        IDataView data = RealData.BreastCancer(_context);
        int Passes(IEstimator<ITransformer> trainer)
        {
            seen.Clear();
            trainer.Fit(data);
            Assert.That(seen[^1].Energy, Is.LessThan(0.5));
            return seen.Count;
        }

        Assert.That(
            Passes(_context.Thermo().Observe(
                loss => _context.BinaryClassification.Trainers.AveragedPerceptron(lossFunction: loss, numberOfIterations: 5), new HingeLoss(), seen.Add)),
            Is.EqualTo(5));
        Assert.That(
            Passes(_context.Thermo().Observe(
                loss => _context.BinaryClassification.Trainers.SgdNonCalibrated(
                    new SgdNonCalibratedTrainer.Options { LossFunction = loss, NumberOfThreads = 1, NumberOfIterations = 5, LearningRate = 0.1 }),
                new LogLoss(),
                seen.Add)),
            Is.EqualTo(5));
        Assert.That(
            Passes(_context.Thermo().Observe(
                loss => _context.BinaryClassification.Trainers.SdcaNonCalibrated(new SdcaNonCalibratedBinaryTrainer.Options
                {
                    LossFunction = loss,
                    NumberOfThreads = 1,
                    MaximumNumberOfIterations = 5,
                    ConvergenceTolerance = 1e-6f,
                }),
                new SmoothedHingeLoss(),
                seen.Add)),
            Is.EqualTo(5));
    }

    [Test]
    public void Rows_with_gaps_belong_to_no_pass()
    {
        (float[][] features, double[] targets, _) = RealData.Standardized("diabetes.csv");
        features[7][1] = float.NaN;
        targets[9] = double.NaN;
        IDataView data = RealData.View(_context, features.Zip(targets, (x, y) => new RealData.Number { Features = x, Label = (float)y }).ToArray(), 10);
        var seen = new List<TrainingEpoch>();
        _context.Thermo().Observe(loss =>
            _context.Regression.Trainers.OnlineGradientDescent(lossFunction: loss, numberOfIterations: 3), new SquaredLoss(), seen.Add).Fit(data);
        Assert.That(seen, Has.Count.EqualTo(3));
    }

    [TestCase(1)]
    [TestCase(2)]
    public void Training_stops_when_it_is_cancelled(int threads)
    {
        using var source = new CancellationTokenSource();
        var trainer = _context.Thermo().Observe(
            loss => _context.Regression.Trainers.Sdca(new SdcaRegressionTrainer.Options
            {
                LossFunction = loss,
                NumberOfThreads = threads,
                MaximumNumberOfIterations = 100_000,
                ConvergenceTolerance = 1e-30f,
            }),
            new SquaredLoss(),
            epoch =>
            {
                if (epoch.Epoch == 3)
                    source.Cancel();
            },
            cancellation: source.Token);
        Assert.That(() => trainer.Fit(RealData.Diabetes(_context)), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void What_cannot_be_observed_is_refused_in_words()
    {
        var trainer = _context.Thermo().Observe(loss => _context.Regression.Trainers.Sdca(lossFunction: loss), new PoissonLoss(), _ => { });
        Assert.That(() => trainer.Fit(RealData.Diabetes(_context)), Throws.InvalidOperationException.With.Message.Contains("PoissonLoss"));
        Assert.That(
            () => trainer.Fit(RealData.Iris(_context)), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("a Single or a Boolean"));
        Assert.That(() => trainer.Fit(null!), Throws.ArgumentNullException);
        Assert.That(() => _context.Thermo().Observe<ITransformer>(null!, new SquaredLoss(), _ => { }), Throws.ArgumentNullException);
    }

    [Test]
    public void An_observed_trainer_stands_in_a_pipeline()
    {
        var seen = new List<TrainingEpoch>();
        var pipeline = _context.Transforms.NormalizeMeanVariance("Features")
            .Append(_context.Thermo().Observe(
                loss => _context.Regression.Trainers.OnlineGradientDescent(lossFunction: loss, numberOfIterations: 2), new SquaredLoss(), seen.Add));
        Workout.Of(pipeline, RealData.Diabetes(_context));
        Assert.That(seen, Has.Count.EqualTo(2));
    }

    /// <summary>Keeps every loss that it was asked for.</summary>
    private sealed class Counting : IRegressionLoss
    {
        private readonly SquaredLoss _loss = new();

        public List<double> Losses { get; } = [];

        public double Loss(float output, float label)
        {
            Losses.Add(_loss.Loss(output, label));
            return Losses[^1];
        }

        public float Derivative(float output, float label) => _loss.Derivative(output, label);
    }
}
