using FsCheck;
using FsCheck.Fluent;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Weights;

namespace ML.Thermo.Tests.Weights;

public class Tail_exponents
{
    private static double[] Pareto(double alpha, double start, int count, ulong seed)
    {
        var random = new RandomStream(seed, 0);
        return [.. Enumerable.Range(0, count).Select(_ => start * Math.Pow(random.NextDouble(), -1 / (alpha - 1)))];
    }

    [TestCase(1.7, 1UL)]
    [TestCase(2.5, 2UL)]
    [TestCase(3.0, 3UL)]
    [TestCase(6.0, 4UL)]
    public void Are_found_within_four_standard_errors(double alpha, ulong seed)
    {
        TailExponent fit = TailExponent.Fit(Pareto(alpha, 0.3, 2000, seed));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fit.Alpha.Value, Is.EqualTo(alpha).Within(4 * fit.ErrorGivenStart));
            Assert.That(fit.Alpha.StandardError, Is.NaN, "the start was found in the same sample");
            Assert.That(fit.KolmogorovDistance, Is.LessThan(0.04));
            Assert.That(fit.Status, Is.EqualTo(Status.Defined));
        }
    }

    [Test]
    public void Start_where_the_power_law_does()
    {
        double[] body = [.. Enumerable.Range(0, 1500).Select(i => i / 1500.0)]; // uniform below 1
        TailExponent fit = TailExponent.Fit([.. body, .. Pareto(2.5, 1, 1000, 7)]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fit.Start, Is.InRange(0.8, 2));
            Assert.That(fit.Alpha.Value, Is.EqualTo(2.5).Within(4 * fit.ErrorGivenStart));
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 40)]
    public Property Are_the_maximum_of_the_likelihood_at_the_start_with_the_least_distance() =>
        Prop.ForAll(Arb.From(Gen.Choose(3, 400)), Arb.From(Gen.Choose(1, 1000)), (count, seed) =>
        {
            double[] sample = [.. Pareto(2.5, 1, count, (ulong)seed).Select(x => Math.Round(x, 2)).Order()]; // with ties
            // Every start by hand: α = 1 + n/Σ ln(x/start), D = max |1 − (x/start)^(1−α) − (share before x)|.
            var candidates = from start in sample.Distinct().SkipLast(1)
                             let tail = sample.Where(x => x >= start).ToArray()
                             let alpha = 1 + (tail.Length / tail.Sum(x => Math.Log(x / start)))
                             let distance = tail.Select((x, i) => Math.Abs(1 - Math.Pow(x / start, 1 - alpha) - ((double)i / tail.Length))).Max()
                             select (start, alpha, distance);
            (double _, double expectedAlpha, double expectedDistance) = candidates.MinBy(c => c.distance);
            TailExponent fit = TailExponent.Fit(sample);
            return Math.Abs(fit.KolmogorovDistance - expectedDistance) < 1e-12 && Math.Abs(fit.Alpha.Value - expectedAlpha) < 1e-9;
        });

    [Test]
    public void Do_not_change_with_the_unit_the_order_or_values_that_are_not_positive()
    {
        double[] sample = Pareto(2.2, 1, 200, 8);
        TailExponent fit = TailExponent.Fit(sample), other = TailExponent.Fit([.. sample.Reverse().Select(x => 1e-9 * x), 0, -4]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(other.Alpha.Value, Is.EqualTo(fit.Alpha.Value).Within(1e-9));
            Assert.That(other.Start, Is.EqualTo(1e-9 * fit.Start).Within(1e-20));
            Assert.That(other.Count, Is.EqualTo(fit.Count));
        }
    }

    [TestCase(new double[0])]
    [TestCase(new[] { 3.0 })]
    [TestCase(new[] { 3.0, 3, 3, 3 })]
    [TestCase(new[] { 0.0, -1, 5 })]
    public void Are_undefined_without_two_different_positive_values(double[] sample)
    {
        TailExponent fit = TailExponent.Fit(sample);
        Assert.That((fit.Alpha.Value, fit.Status), Is.EqualTo((double.NaN, Status.Undefined)));
    }
}
