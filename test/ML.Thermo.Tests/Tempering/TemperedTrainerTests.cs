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
    public void A_loaded_model_goes_on_as_if_nothing_had_been([Values] bool labels)
    {
        if (labels)
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

    private void GoesOn<T>(IDataView data, TemperedTrainer<T> trainer)
        where T : class, ITransformer
    {
        IDataView first = _context.Data.TakeRows(data, 200), second = _context.Data.TakeRows(_context.Data.SkipRows(data, 200), 80);
        IDataView third = _context.Data.SkipRows(data, 280);
        TemperedTransformer<T> model = trainer.Fit(first);
        model.Update(second);
        string file = Path.Combine(Folder, "model.zip");
        _context.Model.Save(model, first.Schema, file);
        var loaded = (TemperedTransformer<T>)_context.Thermo().Load(file);
        Assert.That(loaded.Members, Is.EqualTo(model.Members));
        Assert.That(loaded.Transform(third).GetColumn<float>("Score"), Is.EqualTo(model.Transform(third).GetColumn<float>("Score")));
        Assert.That(loaded.Update(third), Is.EqualTo(model.Update(third)));
        Assert.That(loaded.Members, Is.EqualTo(model.Members));
        Assert.That(loaded.Transform(first).GetColumn<float>("Score"), Is.EqualTo(model.Transform(first).GetColumn<float>("Score")));
    }
}
