using FsCheck;
using FsCheck.Fluent;
using ML.Thermo.Onnx.Weights;

namespace ML.Thermo.Tests.Weights;

public class Moments_of_the_weights
{
    internal static readonly double[] Ten = [-1.3, 0.2, 0.4, 2.1, -0.7, 0.05, 1.1, -0.4, 0.9, -2.2];

    [Test]
    public void Are_those_of_scipy()
    {
        // golden: scipy 1.10.1, stats.skew and stats.kurtosis (Fisher, biased), numpy var
        EntryMoments moments = EntryMoments.Of(new WeightMatrix(Ten, Layouts.Dense(2, 5)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(moments.Mean, Is.EqualTo(0.015).Within(1e-16));
            Assert.That(moments.Variance, Is.EqualTo(1.381025).Within(1e-15));
            Assert.That(moments.Skewness, Is.EqualTo(-0.15283195171488909).Within(1e-15));
            Assert.That(moments.ExcessKurtosis, Is.EqualTo(-0.4689427690995691).Within(1e-15));
            Assert.That((moments.Minimum, moments.Maximum, moments.Count), Is.EqualTo((-2.2, 2.1, 10L)));
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 50)]
    public Property Do_not_depend_on_length_or_precision() => Prop.ForAll(Arb.From(Gen.Choose(2, 5000)), count =>
    {
        float[] entries = Matrices.Single(Matrices.Normal(count, (ulong)count).Select(x => 3 + (0.01 * x)));
        EntryMoments single = EntryMoments.Of(new WeightMatrix(entries, Layouts.Dense(1, count)));
        EntryMoments twice = EntryMoments.Of(new WeightMatrix([.. entries.Select(x => (double)x)], Layouts.Dense(1, count)));
        double mean = entries.Average(x => (double)x), variance = entries.Average(x => Math.Pow(x - mean, 2));
        double kurtosis = (entries.Average(x => Math.Pow(x - mean, 4)) / (variance * variance)) - 3;
        return single == twice && Math.Abs(single.Mean - mean) < 1e-12
            && Math.Abs(single.Variance - variance) < 1e-11 * variance && Math.Abs(single.ExcessKurtosis - kurtosis) < 1e-9;
    });

    [Test]
    public void Count_zeros_and_weights_that_are_not_finite()
    {
        EntryMoments pruned = EntryMoments.Of(new WeightMatrix([0f, 0, 0, 1, -0f, 2, 3, 4], Layouts.Dense(2, 4)));
        EntryMoments broken = EntryMoments.Of(new WeightMatrix([0f, float.NaN, 1, float.NegativeInfinity], Layouts.Dense(2, 2)));
        float[] many = [.. Enumerable.Repeat(1f, 40), float.PositiveInfinity, .. Enumerable.Repeat(-2f, 40)];
        EntryMoments infinite = EntryMoments.Of(new WeightMatrix(many, Layouts.Dense(3, 27)));
        many[40] = float.NaN;
        EntryMoments missing = EntryMoments.Of(new WeightMatrix(many, Layouts.Dense(3, 27)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((infinite.Minimum, infinite.Maximum, infinite.NotFinite), Is.EqualTo((-2.0, double.PositiveInfinity, 1L)));
            Assert.That((missing.Minimum, missing.Maximum, missing.NotFinite), Is.EqualTo((double.NaN, double.NaN, 1L)));
            Assert.That((pruned.ZeroFraction, pruned.NotFinite), Is.EqualTo((0.5, 0L)));
            Assert.That((broken.NotFinite, broken.Mean, broken.Variance), Is.EqualTo((2L, double.NaN, double.NaN)));
        }
    }

    [Test]
    public void Of_a_constant_have_no_shape()
    {
        EntryMoments moments = EntryMoments.Of(new WeightMatrix([2f, 2, 2, 2], Layouts.Dense(2, 2)));
        Assert.That((moments.Variance, moments.Skewness, moments.ExcessKurtosis), Is.EqualTo((0.0, double.NaN, double.NaN)));
    }

    [Test]
    public void See_only_the_view()
    {
        float[] fused = [1, 2, 100, 3, 4, 100, 5, 6, 100];
        EntryMoments moments = EntryMoments.Of(new WeightMatrix(fused, Layouts.Dense(3, 2) with { RowStride = 3 }));
        Assert.That((moments.Count, moments.Mean, moments.Maximum), Is.EqualTo((6L, 3.5, 6.0)));
    }
}
