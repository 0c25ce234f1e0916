using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using ML.Thermo.Energies;
using ML.Thermo.Tempering;

namespace ML.Thermo.Tests.Tempering;

/// <summary>Models in ML.NET that refresh themselves, against the ladder itself.</summary>
public sealed class TemperedTrainerTests : Sandbox
{
    private readonly MLContext _context = new(1);

    [Test]
    public void A_regression_stands_what_every_component_must()
    {
        IDataView data = RealData.Diabetes(_context);
        Workout.Of(
            _context.Thermo().Regression.Tempered(), data, _context.Transforms.DropColumns("Features").Fit(data).Transform(data), RealData.BreastCancer(_context));
    }

    [Test]
    public void A_classifier_stands_what_every_component_must()
    {
        IDataView data = RealData.BreastCancer(_context);
        Workout.Of(_context.Thermo().BinaryClassification.Tempered(), data, RealData.Diabetes(_context));
    }

    [Test]
    public void A_classifier_of_several_classes_stands_what_every_component_must()
    {
        IDataView data = RealData.Iris(_context);
        Workout.Of(_context.Thermo().MulticlassClassification.Tempered(), data, RealData.Diabetes(_context));
    }

    [Test]
    public void Of_several_classes_it_keeps_their_names_and_gives_the_probabilities_of_the_ladder()
    {
        IDataView data = _context.Data.ShuffleRows(RealData.IrisWithNames(_context), seed: 1);
        data = _context.Transforms.Conversion.MapValueToKey("Label").Append(_context.Transforms.CopyColumns("Species", "Label")).Fit(data).Transform(data);
        IDataView first = _context.Data.TakeRows(data, 90), second = _context.Data.SkipRows(data, 90);
        var model = _context.Thermo().MulticlassClassification.Tempered().Fit(first);
        model.Update(second);
        string file = Path.Combine(Folder, "species.zip");
        _context.Model.Save(model, first.Schema, file);
        ITransformer loaded = _context.Thermo().Load(file);
        Assert.That(loaded, Is.InstanceOf(model.GetType()));
        (double[][] x, double[] y) = Rows(first);
        var ladder = TemperedLadder.LearnClasses(x, y, 3);
        (x, y) = Rows(second);
        ladder.Update(x, y);
        foreach (IDataView scored in new[] { model.Transform(second), loaded.Transform(second) })
        {
            float[][] probabilities = [.. scored.GetColumn<float[]>("Score")];
            for (int row = 0; row < x.Length; row++)
            {
                double[] logits = ladder.Logits(x[row]), shares = [.. logits.Select(logit => Math.Exp(logit - logits.Max()))];
                Assert.That(probabilities[row], Is.EqualTo(shares.Select(share => share / shares.Sum())).Within(1e-4));
            }

            string[] names = [.. _context.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel").Fit(scored).Transform(scored).GetColumn<string>("Name")];
            Assert.That(names, Is.All.AnyOf("species 0", "species 1", "species 2"));
            Assert.That(_context.MulticlassClassification.Evaluate(scored).MicroAccuracy, Is.GreaterThan(0.9));
        }

        ((TemperedTransformer<MulticlassPredictionTransformer<MaximumEntropyModelParameters>>)loaded).Update(second);
        Assert.That(loaded.GetOutputSchema(second.Schema)["PredictedLabel"].HasKeyValues(), "the names outlive an update of a loaded model");
    }

    private static (double[][] Features, double[] Labels) Rows(IDataView data) =>
        ([.. data.GetColumn<float[]>("Features").Select(row => row.Select(value => (double)value).ToArray())], [.. data.GetColumn<uint>("Label").Select(key => key - 1.0)]);

    [Test]
    public void It_scores_and_learns_as_the_ladder_does()
    {
        (float[][] x, double[] y, _) = RealData.Standardized("diabetes.csv");
        double[][] features = [.. x.Select(row => row.Select(value => (double)value).ToArray())];
        y = [.. y.Select(value => (double)(float)value)];
        IDataView data = RealData.Diabetes(_context);
        var model = _context.Thermo().Regression.Tempered().Fit(_context.Data.TakeRows(data, 200));
        var ladder = TemperedLadder.Learn(features[..200], y[..200], Energy.MeanSquared);
        for (int window = 200; window < 400; window += 50)
        {
            TemperedWindow cost = model.Update(_context.Data.TakeRows(_context.Data.SkipRows(data, window), 50));
            TemperedWindow expected = ladder.Update(features[window..(window + 50)], y[window..(window + 50)]);
            Assert.That(cost.Loss, Is.EqualTo(expected.Loss).Within(1e-6).Percent);
            Assert.That(cost.Rows, Is.EqualTo(50));
        }

        float[] scores = [.. model.Transform(data).GetColumn<float>("Score")];
        Assert.That(scores, Is.EqualTo(features.Select(row => ladder.Output(row))).Within(1e-2));
        Assert.That(model.EffectiveRows, Is.EqualTo(ladder.EffectiveRows).Within(1e-6));
        Assert.That(model.Members.Sum(member => member.Weight), Is.EqualTo(1).Within(1e-12));
        LinearRegressionModelParameters native = model.Native.Model;
        Assert.That(native.Weights, Is.EqualTo(ladder.Parameters.Take(10)).Within(1e-3));
        Assert.That(native.Bias, Is.EqualTo(ladder.Parameters[10]).Within(1e-3));
    }

    [Test]
    public void A_loaded_model_goes_on_as_if_nothing_had_been([Values("numbers", "flags", "classes")] string labels)
    {
        if (labels == "classes")
            GoesOn(_context.Data.ShuffleRows(RealData.Iris(_context), seed: 2), _context.Thermo().MulticlassClassification.Tempered(), 60, 40);
        else if (labels == "flags")
            GoesOn(RealData.BreastCancer(_context), _context.Thermo().BinaryClassification.Tempered());
        else
            GoesOn(RealData.Diabetes(_context), _context.Thermo().Regression.Tempered());
    }

    [Test]
    public void The_model_of_a_classifier_is_the_logistic_one()
    {
        IDataView data = RealData.BreastCancer(_context);
        var model = _context.Thermo().BinaryClassification.Tempered().Fit(data);
        IDataView scored = model.Transform(data);
        foreach ((float score, float probability) in scored.GetColumn<float>("Score").Zip(scored.GetColumn<float>("Probability")).Take(50))
            Assert.That(probability, Is.EqualTo(1 / (1 + Math.Exp(-score))).Within(1e-5));
        Assert.That(_context.BinaryClassification.Evaluate(scored).Accuracy, Is.GreaterThan(0.97));
    }

    [Test]
    public void ML_NETs_own_model_comes_out_and_needs_no_package()
    {
        IDataView data = RealData.Diabetes(_context);
        var model = _context.Thermo().Regression.Tempered().Fit(data);
        ITransformer plain = Workout.SaveAndLoad(model.Native, data.Schema, out _);
        Assert.That(plain.GetType().Assembly.GetName().Name, Does.StartWith("Microsoft.ML"));
        Assert.That(plain.Transform(data).GetColumn<float>("Score"), Is.EqualTo(model.Transform(data).GetColumn<float>("Score")));
    }

    [Test]
    public void A_window_without_labels_is_refused_and_leaves_the_model_as_it_was()
    {
        IDataView data = RealData.Diabetes(_context);
        var model = _context.Thermo().Regression.Tempered().Fit(data);
        IDataView without = _context.Transforms.Expression("Label", "x : na(x)", "Label").Fit(data).Transform(data);
        Assert.That(() => model.Update(without), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("None of 442 rows"));
        Assert.That(() => model.Update(RealData.Iris(_context)), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(model.Windows, Is.Zero);
        Assert.That(() => _context.Thermo().Regression.Tempered(options: new() { Discount = 2 }), Throws.ArgumentException.With.Message.Contains("discount 2"));
    }

    private void GoesOn<T>(IDataView data, TemperedTrainer<T> trainer, int reference = 200, int rows = 80)
        where T : class, ITransformer
    {
        IDataView first = _context.Data.TakeRows(data, reference), second = _context.Data.TakeRows(_context.Data.SkipRows(data, reference), rows);
        IDataView third = _context.Data.SkipRows(data, reference + rows);
        TemperedTransformer<T> model = trainer.Fit(first);
        model.Update(second);
        string file = Path.Combine(Folder, "model.zip");
        _context.Model.Save(model, first.Schema, file);
        var loaded = (TemperedTransformer<T>)_context.Thermo().Load(file);
        Assert.That(loaded.Members, Is.EqualTo(model.Members));
        Assert.That(Scores(loaded, third), Is.EqualTo(Scores(model, third)));
        Assert.That(loaded.Update(third), Is.EqualTo(model.Update(third)));
        Assert.That(loaded.Members, Is.EqualTo(model.Members));
        Assert.That(Scores(loaded, first), Is.EqualTo(Scores(model, first)));

        static float[][] Scores(ITransformer model, IDataView rows)
        {
            IDataView scored = model.Transform(rows);
            return scored.Schema["Score"].Type is VectorDataViewType ? [.. scored.GetColumn<float[]>("Score")]
                : [.. scored.GetColumn<float>("Score").Select(score => new[] { score })];
        }
    }
}
