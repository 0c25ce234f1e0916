using ML.Thermo.Initialization;
using ML.Thermo.Linear.Logistic;
using ML.Thermo.RowLosses;

namespace ML.Thermo.Tests.RowLosses;

public sealed class LogSumExpMomentsTests
{
    [Test]
    public void The_interpolation_agrees_with_the_quadrature([Values(2, 3, 10, 100)] int classes, [Values(0.03, 0.2, 0.9, 1.1, 3, 17, 300)] double s)
    {
        (double mean, double variance) = LogSumExpMoments.For(classes).At(s);
        (double exactMean, double exactVariance) = LogSumExpMoments.Exact(classes, s);
        Assert.That(mean, Is.EqualTo(exactMean).Within(1e-6).Percent.Or.EqualTo(exactMean).Within(1e-6 * exactMean));
        Assert.That(variance, Is.EqualTo(exactVariance).Within(1e-5 * exactVariance));
    }

    [Test]
    public void Wide_logits_leave_the_largest_of_them([Values(2, 3, 5, 10, 100)] int classes)
    {
        const double S = 1e5;
        Assert.That(LogSumExpMoments.For(classes).At(S).Mean / S, Is.EqualTo(SoftmaxEnsemble.ExpectedMaximum(classes)).Within(1e-5));
    }

    [Test]
    public void Narrow_logits_obey_the_expansion([Values(2, 3, 10)] int classes)
    {
        const double S = 0.01;
        (double mean, double variance) = LogSumExpMoments.For(classes).At(S);
        Assert.That(mean, Is.EqualTo(Math.Log(classes) + (S * S / 2 * (1 - (1.0 / classes)))).Within(1e-8)); // next term of order s⁴
        Assert.That(variance, Is.EqualTo(S * S / classes).Within(1e-4 * S * S));
    }

    [Test]
    public void Draws_agree([Values(3, 10)] int classes, [Values(0.5, 2.0, 20)] double s)
    {
        const int Draws = 200_000;
        double sum = 0, squares = 0, fourths = 0;
        (double mean, double variance) = LogSumExpMoments.For(classes).At(s);
        for (int i = 0; i < Draws; i++)
        {
            var random = new RandomStream(7, (ulong)i);
            double total = 0;
            for (int k = 0; k < classes; k++)
                total += Math.Exp(s * random.NextNormal());
            double d = Math.Log(total) - mean;
            (sum, squares, fourths) = (sum + d, squares + (d * d), fourths + (d * d * d * d));
        }

        double spread = squares / Draws;
        Assert.That(sum / Draws, Is.EqualTo(0).Within(4 * Math.Sqrt(spread / Draws)));
        Assert.That(spread, Is.EqualTo(variance).Within(4 * Math.Sqrt(((fourths / Draws) - (spread * spread)) / Draws)));
    }
}
