using ML.Thermo.Numerics;

namespace ML.Thermo.Tests.Numerics;

public class Compensated_sums
{
    [Test]
    public void Keep_what_large_terms_swallow()
    {
        double[] terms = [1, 1e100, 1, -1e100];
        var sum = default(CompensatedSum);
        foreach (double term in terms)
            sum.Add(term);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(sum.Value, Is.EqualTo(2));
            Assert.That(CompensatedSum.Of(terms), Is.EqualTo(2));
        }
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(7)]
    [TestCase(8)]
    [TestCase(1_000_003)]
    public void Do_not_lose_digits_over_many_terms(int count)
    {
        double[] terms = [.. Enumerable.Range(0, count).Select(i => 1e8 + (i * 0.1))];
        decimal exact = terms.Sum(term => (decimal)1e8) + terms.Sum(term => (decimal)(term - 1e8));
        Assert.That(CompensatedSum.Of(terms), Is.EqualTo((double)exact).Within(1e-13).Percent);
    }

    [Test]
    public void Are_exact_where_a_plain_sum_cancels()
    {
        double[] terms = [.. Enumerable.Range(0, 800).SelectMany(i => new[] { Math.Exp(i / 20.0), 1.0 / (i + 1) }), .. Enumerable.Range(0, 800).Select(i => -Math.Exp(i / 20.0))];
        double harmonic = SpecialFunctions.Digamma(801) + SpecialFunctions.EulerGamma;
        Assert.That(CompensatedSum.Of(terms), Is.EqualTo(harmonic).Within(1e-9));
    }

    [Test]
    public void Of_an_infinite_term_are_infinite()
    {
        var sum = default(CompensatedSum);
        sum.Add(1);
        sum.Add(double.PositiveInfinity);
        sum.Add(1);
        Assert.That(sum.Value, Is.EqualTo(double.PositiveInfinity));
    }
}
