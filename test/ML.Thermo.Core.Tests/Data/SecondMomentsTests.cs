using ML.Thermo.Data;
using ML.Thermo.Tests.Linear;
using ML.Thermo.Tests.Linear.Squared;

namespace ML.Thermo.Tests.Data;

public sealed class SecondMomentsTests
{
    [Test]
    public void Moments_of_small_data_are_those_computed_by_hand()
    {
        var d1 = SecondMoments.Of(LinearExamples.D1);
        Assert.That((d1.Count, d1.Columns, d1[0, 0], d1.CrossMoments[0], d1.TargetMoment), Is.EqualTo((5L, 1, 2.5, 3.8, 5.85)));
        var d2 = SecondMoments.Of(LinearExamples.D2);
        Assert.That(d2.FeatureMoments.ToArray(), Is.EqualTo(new[] { 4 / 3.0, 1 / 6.0, 1 / 6.0, 5 / 6.0 }).Within(1e-15));
        Assert.That(d2.CrossMoments.ToArray(), Is.EqualTo(new[] { 4 / 3.0, 1.75 }).Within(1e-15));
        Assert.That(d2.TargetMoment, Is.EqualTo(26.75 / 6).Within(1e-15));
    }

    [Test]
    public void Traces_of_the_Hessian_need_no_eigenvalues()
    {
        var moments = SecondMoments.Of(LinearExamples.D2); // golden: eigenvalues of Σ 0.78287073 and 1.38379594
        Assert.That(moments.TraceOfHessian, Is.EqualTo(2 * (0.78287073 + 1.38379594)).Within(2e-8));
        Assert.That(moments.TraceOfSquaredHessian, Is.EqualTo(4 * ((0.78287073 * 0.78287073) + (1.38379594 * 1.38379594))).Within(1e-7));
    }

    [TestCase(1, 1)]
    [TestCase(7, 5)]
    [TestCase(129, 8)]
    [TestCase(1000, 17)]
    [TestCase(9001, 23)]
    public void Every_shape_of_data_gives_the_plain_sums(int rows, int columns)
    {
        LabelledData data = SquaredExamples.Generated(rows, columns);
        var moments = SecondMoments.Of(data);
        for (int i = 0; i < columns; i++)
        {
            for (int j = 0; j < columns; j++)
                Assert.That(moments[i, j], Is.EqualTo(Mean(r => data.Row(r)[i] * data.Row(r)[j])).Within(1e-13));
            Assert.That(moments.CrossMoments[i], Is.EqualTo(Mean(r => data.Row(r)[i] * data.Targets.Span[r])).Within(1e-12));
        }

        double Mean(Func<int, double> term) => Enumerable.Range(0, rows).Sum(term) / rows;
    }

    [Test]
    public void Merged_parts_equal_the_whole_in_any_blocks()
    {
        LabelledData data = SquaredExamples.Generated(3000, 11);
        var whole = new MomentAccumulator(11);
        whole.Add(data.Features.Span, data.Targets.Span);
        var merged = new MomentAccumulator(11);
        for (int start = 0, length = 1; start < data.Rows; start += length, length = (3 * length) + 1)
        {
            int rows = Math.Min(length, data.Rows - start);
            var part = new MomentAccumulator(11);
            part.Add(data.Features.Span.Slice(start * 11, rows * 11), data.Targets.Span.Slice(start, rows));
            merged.Merge(part);
        }

        SecondMoments a = whole.ToMoments(), b = merged.ToMoments(), c = SecondMoments.Of(data);
        Assert.That((b.Count, c.Count), Is.EqualTo((3000L, 3000L)));
        for (int k = 0; k < 121; k++)
        {
            double rounding = 1e-15 * Math.Sqrt(a[k / 11, k / 11] * a[k % 11, k % 11]);
            Assert.That(b.FeatureMoments[k], Is.EqualTo(a.FeatureMoments[k]).Within(rounding));
            Assert.That(c.FeatureMoments[k], Is.EqualTo(a.FeatureMoments[k]).Within(rounding));
        }

        Assert.That(b.TargetMoment, Is.EqualTo(a.TargetMoment).Within(1e-15 * a.TargetMoment));
    }

    [Test]
    public void Some_rows_of_the_data_are_the_data_of_those_rows()
    {
        LabelledData data = SquaredExamples.Generated(500, 3);
        var slice = new LabelledData(data.Features.Slice(100 * 3, 250 * 3), data.Targets.Slice(100, 250));
        Assert.That(SecondMoments.Of(data, 100, 250).FeatureMoments.ToArray(), Is.EqualTo(SecondMoments.Of(slice).FeatureMoments.ToArray()));
        Assert.That(() => SecondMoments.Of(data, 400, 101), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void No_bit_depends_on_the_number_of_threads()
    {
        LabelledData data = SquaredExamples.Generated(60_000, 9);
        SecondMoments one = SecondMoments.Of(data, maxDegreeOfParallelism: 1), four = SecondMoments.Of(data, maxDegreeOfParallelism: 4);
        Assert.That(four.FeatureMoments.ToArray(), Is.EqualTo(one.FeatureMoments.ToArray()));
        Assert.That(four.CrossMoments.ToArray(), Is.EqualTo(one.CrossMoments.ToArray()));
        Assert.That(four.TargetMoment, Is.EqualTo(one.TargetMoment));
    }

    [Test]
    public void A_million_rows_lose_no_digits()
    {
        const int Rows = 1_000_000;
        double[] features = new double[Rows], targets = new double[Rows];
        Int128 squares = 0, products = 0;
        for (int i = 0; i < Rows; i++)
        {
            long x = 300_000_000 + (i * 7919L % 100_003), y = 1 + (i * 104_729L % 1_000_003);
            (features[i], targets[i]) = (x, y);
            squares += (Int128)x * x;
            products += (Int128)x * y;
        }

        var moments = SecondMoments.Of(new LabelledData(features, targets));
        double square = (double)((decimal)squares / Rows), product = (double)((decimal)products / Rows);
        Assert.That(moments[0, 0], Is.EqualTo(square).Within(1e-15 * square));
        Assert.That(moments.CrossMoments[0], Is.EqualTo(product).Within(1e-15 * product));
    }

    [Test]
    public void Energy_is_the_mean_loss_of_any_parameters()
    {
        LabelledData data = SquaredExamples.Generated(200, 4);
        double[] w = [0.3, -2, 5, 0];
        double loss = Enumerable.Range(0, 200).Average(i => Math.Pow(data.Targets.Span[i] - data.Row(i).ToArray().Zip(w, (x, p) => x * p).Sum(), 2));
        Assert.That(SecondMoments.Of(data).Energy(w), Is.EqualTo(loss).Within(1e-12 * loss));
    }

    [Test]
    public void Data_that_cannot_be_squared_and_shapes_that_do_not_match_are_refused()
    {
        Assert.That(() => SecondMoments.Of(new LabelledData(new[] { 1, 1e200 }, new[] { 1.0, 2 })),
            Throws.InstanceOf<UnusableDataException>().With.Message.Contains("column 1"));
        Assert.That(() => SecondMoments.Of(new LabelledData(new[] { 1, 1.0 }, new[] { 1e200, 2 })),
            Throws.InstanceOf<UnusableDataException>().With.Message.Contains("target"));
        Assert.That(() => new SecondMoments(3, [1, 2, 3, 4], [1, 1], 1), Throws.ArgumentException.With.Message.Contains("symmetric"));
        Assert.That(() => new SecondMoments(3, [1, 2, 3], [1, 1], 1), Throws.ArgumentException);
        Assert.That(() => new SecondMoments(3, [-1], [1], 1), Throws.ArgumentException.With.Message.Contains("-1"));
        Assert.That(() => new MomentAccumulator(2).ToMoments(), Throws.InstanceOf<UnusableDataException>());
        Assert.That(() => new MomentAccumulator(2).Add([1, 2, 3], [1, 1]), Throws.ArgumentException);
        Assert.That(() => new MomentAccumulator(2).Merge(new MomentAccumulator(3)), Throws.ArgumentException);
        Assert.That(() => SecondMoments.Of(LinearExamples.D2).Energy([1]), Throws.ArgumentException);
    }
}
