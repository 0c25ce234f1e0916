using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Forecasts;

namespace ML.Thermo.Tests.Forecasts;

[TestFixture]
internal sealed class MoreDataTests
{
    // y = x·w + noise of variance 1 with d = 5: E_∞ = 1, and twice as many rows bring about (d + 1)/2n.
    [Test]
    public void A_regression_is_told_its_floor_and_the_gain_of_twice_as_many_rows()
    {
        MLContext context = new(1);
        MoreDataForecast linear = context.Thermo().MoreData(
            Rows(context, 300), context.Regression.Trainers.Sdca(new Microsoft.ML.Trainers.SdcaRegressionTrainer.Options { L2Regularization = 1e-3f, MaximumNumberOfIterations = 100 }));
        Assert.Multiple(() =>
        {
            Assert.That(linear.Rows, Is.EqualTo(300));
            Assert.That(linear.Method, Is.EqualTo(MoreDataMethod.CrossValidation));
            Assert.That(linear.Floor.Value, Is.EqualTo(1).Within(0.35));
            Assert.That(linear.GainOfDoubling.Value, Is.InRange(0.25 * 6 / 600, 3.0 * 6 / 600));
            Assert.That(linear.GainOfDoubling.StandardError, Is.NaN, "not known");
        });
    }

    [Test]
    public void Too_few_folds_and_columns_that_are_not_there_are_refused()
    {
        MLContext context = new(1);
        IDataView data = Rows(context, 40);
        Assert.Multiple(() =>
        {
            Assert.That(() => context.Thermo().MoreData(data, context.Regression.Trainers.Sdca(), folds: 1), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => context.Thermo().MoreData(data, context.Regression.Trainers.Sdca(), labelColumnName: "Target"), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }

    private static IDataView Rows(MLContext context, int count)
    {
        Random random = new(3);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        Row[] rows = [.. Enumerable.Range(0, count).Select(_ =>
        {
            float[] x = [.. Enumerable.Range(0, 5).Select(_ => (float)Normal())];
            return new Row { Features = x, Label = x[0] - (0.5f * x[1]) + (float)Normal() };
        })]; // the same in every pass
        return context.Data.LoadFromEnumerable(rows);
    }

    private sealed class Row
    {
        [VectorType(5)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }
}
