using ML.Thermo.Data;

namespace ML.Thermo.Tests.Data;

public sealed class LabelledDataTests
{
    private static LabelledData Made(int rows, int columns) => new(
        Enumerable.Range(0, rows * columns).Select(i => (double)i).ToArray(),
        Enumerable.Range(0, rows).Select(i => (double)i).ToArray());

    [Test]
    public void A_split_puts_every_row_on_exactly_one_side()
    {
        (LabelledData training, LabelledData heldOut) = Made(100, 3).Split(0.3, seed: 1);

        Assert.Multiple(() =>
        {
            Assert.That(heldOut.Rows, Is.EqualTo(30));
            Assert.That(training.Targets.ToArray().Concat(heldOut.Targets.ToArray()).Order(), Is.EqualTo(Enumerable.Range(0, 100).Select(i => (double)i)));
            Assert.That(heldOut.Row(0).ToArray(), Is.EqualTo(Enumerable.Range(0, 3).Select(j => (heldOut.Targets.Span[0] * 3) + j)));
        });
    }

    [Test]
    public void A_split_repeats_under_its_seed_and_differs_under_another()
    {
        double[] HeldOut(ulong seed) => Made(100, 1).Split(0.3, seed).HeldOut.Targets.ToArray();
        double[] again = HeldOut(1);
        Assert.Multiple(() =>
        {
            Assert.That(HeldOut(1), Is.EqualTo(again));
            Assert.That(HeldOut(2), Is.Not.EqualTo(again));
        });
    }

    [Test]
    public void Every_row_is_held_out_equally_often()
    {
        double[] times = new double[10];
        for (ulong seed = 0; seed < 3000; seed++)
        {
            foreach (double row in Made(10, 1).Split(0.3, seed).HeldOut.Targets.Span)
                times[(int)row]++;
        }

        double error = Math.Sqrt(3000 * 0.3 * 0.7);
        Assert.That(times, Is.All.EqualTo(900).Within(4 * error));
    }

    [Test]
    public void Standardised_features_have_mean_zero_and_variance_one()
    {
        LabelledData data = Made(50, 2);
        (double[] means, double[] deviations) = data.FeatureScales();
        (double[] after, double[] spread) = data.Standardize(means, deviations).FeatureScales();
        Assert.Multiple(() =>
        {
            Assert.That(after, Is.All.EqualTo(0).Within(1e-12));
            Assert.That(spread, Is.All.EqualTo(1).Within(1e-12));
        });
    }

    [Test]
    public void A_cell_that_is_not_finite_is_named_by_row_and_column() =>
        Assert.That(
            () => new LabelledData(new[] { 1, 2, 3, double.NaN }, new double[] { 1, 2 }, ["height", "weight"]),
            Throws.TypeOf<UnusableDataException>().With.Message.Contains("'weight' of row 2 is NaN"));

    [Test]
    public void Empty_data_are_refused() =>
        Assert.That(() => new LabelledData(default, default), Throws.TypeOf<UnusableDataException>().With.Message.Contains("empty"));
}
