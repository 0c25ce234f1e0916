using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using ML.Thermo.Energies;

namespace ML.Thermo.Tests.Langevin;

/// <summary>Defaults, with ML.NET's own scaler in front and nothing tuned, on the shipped data.</summary>
public sealed class LangevinDefaultsTests
{
    private readonly MLContext _context = new(1);

    [TestCase("iris.csv", 2)]
    [TestCase("wine.csv", 2)]
    [TestCase("digits.csv", 1)]
    public void Many_classes_are_told_apart_as_well_as_by_the_better_of_SDCA_and_LBFGS(string file, int repeats)
    {
        IDataView data = Classes(file);
        var trainers = _context.MulticlassClassification.Trainers;
        AssertClose(repeats, data, (train, test, trainer) =>
            _context.MulticlassClassification.Evaluate(Scaled(trainer).Fit(train).Transform(test)).MicroAccuracy,
            _context.Thermo().MulticlassClassification.Langevin(), trainers.SdcaMaximumEntropy(), trainers.LbfgsMaximumEntropy());
    }

    [Test]
    public void Two_classes_are_told_apart_as_well_as_by_the_better_of_SDCA_and_LBFGS()
    {
        var trainers = _context.BinaryClassification.Trainers;
        AssertClose(1, RealData.BreastCancer(_context), (train, test, trainer) =>
            _context.BinaryClassification.EvaluateNonCalibrated(Scaled(trainer).Fit(train).Transform(test)).Accuracy,
            _context.Thermo().BinaryClassification.Langevin(), trainers.SdcaLogisticRegression(), trainers.LbfgsLogisticRegression());
    }

    [Test]
    public void A_number_is_predicted_as_well_as_by_SDCA()
    {
        AssertClose(1, RealData.Diabetes(_context), (train, test, trainer) =>
            _context.Regression.Evaluate(Scaled(trainer).Fit(train).Transform(test)).RSquared,
            _context.Thermo().Regression.Langevin(), _context.Regression.Trainers.Sdca());
    }

    [Test]
    public void The_absolute_error_is_learned_on_raw_and_on_scaled_data([Values] bool scaled, [Values(64, 1000)] int batch)
    {
        IDataView data = _context.Data.LoadFromTextFile(
            Path.Combine(TestContext.CurrentContext.TestDirectory, "data", "diabetes.csv"),
            [new TextLoader.Column("Features", DataKind.Single, 0, 9), new TextLoader.Column("Label", DataKind.Single, 10)], ',', true);
        var trainer = _context.Thermo().Regression.Langevin(new() { Energy = Energy.MeanAbsolute, BatchSize = batch });
        ITransformer model = scaled ? Scaled(trainer).Fit(data) : trainer.Fit(data);
        double median = data.GetColumn<float>("Label").Order().ElementAt(221), constant = data.GetColumn<float>("Label").Average(y => Math.Abs(y - median));
        Assert.That(_context.Regression.Evaluate(model.Transform(data)).MeanAbsoluteError, Is.LessThan(0.75 * constant));
        Assert.That(_context.Thermo().GetTraining(model).Equilibrium.GroundEnergy, Is.Positive.And.LessThan(constant));
    }

    [Test]
    public void A_chain_that_still_drifts_is_a_warning_in_the_log()
    {
        var context = new MLContext(1);
        var warnings = new List<string>();
        context.Log += (_, line) =>
        {
            if (line.Kind == ChannelMessageKind.Warning)
                warnings.Add(line.Message);
        };
        var model = context.Thermo().MulticlassClassification.Langevin(numberOfIterations: 5).Fit(RealData.Iris(context));
        Assert.That(context.Thermo().GetTraining(model).Equilibrium.IsReached, Is.False);
        Assert.That(warnings, Has.Some.Contains("still drifting"));
    }

    [Test]
    public void The_units_of_the_features_do_not_matter()
    {
        (float[][] features, double[] targets, _) = RealData.Standardized("diabetes.csv");
        float[] Scores(Func<float, int, float> unit)
        {
            IDataView data = RealData.View(
                _context, features.Zip(targets, (x, y) => new RealData.Number { Features = [.. x.Select(unit)], Label = (float)y }).ToArray(), 10);
            return [.. _context.Thermo().Regression.Langevin(numberOfIterations: 50).Fit(data).Transform(data).GetColumn<float>("Score")];
        }

        Assert.That(Scores((x, j) => (x * (1 << j)) + 3), Is.EqualTo(Scores((x, _) => x)).Within(0.1)); // of numbers between 25 and 346
    }

    /// <summary>Paired folds: the mean loss to the better trainer is at most .01, beyond two standard errors of the folds.</summary>
    private void AssertClose(
        int repeats, IDataView data, Func<IDataView, IDataView, IEstimator<ITransformer>, double> score, params IEstimator<ITransformer>[] trainers)
    {
        double[][] scores = [.. trainers.Select(_ => new double[5 * repeats])];
        for (int repeat = 0; repeat < repeats; repeat++)
        {
            int fold = 5 * repeat;
            foreach (var split in _context.Data.CrossValidationSplit(_context.Data.Cache(data), 5, seed: repeat))
            {
                for (int k = 0; k < trainers.Length; k++)
                    scores[k][fold] = score(_context.Data.Cache(split.TrainSet), _context.Data.Cache(split.TestSet), trainers[k]);
                fold++;
            }
        }

        double[] best = scores.Skip(1).MaxBy(values => values.Average())!;
        TestContext.Out.WriteLine(string.Join(", ", scores.Select(values => $"{values.Average():F4}")));
        double[] losses = [.. best.Zip(scores[0], (theirs, ours) => theirs - ours)];
        double mean = losses.Average(), error = Math.Sqrt(losses.Sum(loss => (loss - mean) * (loss - mean)) / (losses.Length * (losses.Length - 1.0)));
        Assert.That(mean, Is.LessThan(0.01 + (2 * error)));
    }

    private IEstimator<ITransformer> Scaled(IEstimator<ITransformer> trainer) => _context.Transforms.NormalizeMeanVariance("Features").Append(trainer);

    private IDataView Classes(string file)
    {
        string[] lines = File.ReadAllLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "data", file));
        double[][] rows = [.. lines.Skip(1).Select(line => line.Split(',').Select(cell =>
            double.Parse(cell, System.Globalization.CultureInfo.InvariantCulture)).ToArray())];
        double least = rows.Min(row => row[^1]);
        IDataView data = RealData.View(
            _context,
            rows.Select(row => new Numbered { Features = [.. row[..^1].Select(x => (float)x)], Number = (float)(row[^1] - least) })
                .ToArray(), rows[0].Length - 1);
        return _context.Transforms.Conversion.MapValueToKey("Label", "Number").Fit(data).Transform(data);
    }

    private sealed class Numbered
    {
        public float[] Features { get; set; } = [];

        public float Number { get; set; }
    }
}
