using ML.Thermo.Scans.Sequences;

namespace ML.Thermo.Tests.Scans.Sequences;

public class A_sum_of_exponentials
{
    [TestCase(1)]
    [TestCase(7)]
    [TestCase(8)]
    [TestCase(1003)]
    public void Is_the_sum_of_its_terms(int count)
    {
        double[] numbers = [.. Enumerable.Range(0, count).Select(i => -0.37 * i)];
        foreach (double inverse in (double[])[0.001, 0.1, 1, 3, 50])
        {
            double sum = numbers.Reverse().Sum(x => Math.Exp(x * inverse));
            Assert.That(ExponentialSum.Of(numbers, inverse) / sum, Is.EqualTo(1).Within(1e-14), $"β = {inverse}");
        }
    }

    [Test]
    public void Takes_tokens_that_are_cut_away_for_nothing()
    {
        double[] numbers = [double.NegativeInfinity, 0, -1, double.NegativeInfinity, -1e300, -2, double.NegativeInfinity, -800, double.NegativeInfinity];
        Assert.That(ExponentialSum.Of(numbers, 1), Is.EqualTo(1 + Math.Exp(-1) + Math.Exp(-2)).Within(1e-15));
        Assert.That(ExponentialSum.Of(numbers, 10), Is.EqualTo(1 + Math.Exp(-10) + Math.Exp(-20)).Within(1e-15));
    }
}
