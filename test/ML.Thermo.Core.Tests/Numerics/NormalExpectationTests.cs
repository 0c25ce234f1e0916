using ML.Thermo.Numerics;

namespace ML.Thermo.Tests.Numerics;

public class Expectations_under_a_normal_law
{
    [TestCase(2)]
    [TestCase(7)]
    [TestCase(64)]
    [TestCase(128)]
    [TestCase(256)]
    public void Gauss_Hermite_rules_have_the_moments_of_the_normal_law(int count)
    {
        var rule = new GaussHermite(count);
        double moment = 1;
        using (Assert.EnterMultipleScope())
        {
            for (int power = 0; power < Math.Min(2 * count, 60); power += 2)
            {
                Assert.That(rule.Expectation(z => Math.Pow(z, power), 0, 1), Is.EqualTo(moment).Within(1e-10).Percent);
                Assert.That(rule.Expectation(z => Math.Pow(z, power + 1), 0, 1), Is.EqualTo(0).Within(1e-13 * moment * (power + 1)));
                moment *= power + 1; // (2k − 1)!!
            }
        }
    }

    [Test]
    public void Gauss_Hermite_integrates_an_exponential_and_a_cosine()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(GaussHermite.Expect(Math.Exp, 0.3, 4), Is.EqualTo(Math.Exp(2.3)).Within(1e-11).Percent);
            Assert.That(GaussHermite.Of128.Expectation(Math.Cos, 1, 2.25), Is.EqualTo(Math.Cos(1) * Math.Exp(-1.125)).Within(1e-11).Percent);
        }
    }

    [Test]
    public void Without_variance_the_function_is_taken_at_the_mean()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(GaussHermite.Expect(Math.Exp, 2, 0), Is.EqualTo(Math.Exp(2)));
            Assert.That(NormalExpectation.Of(Math.Exp, 2, 0).Value, Is.EqualTo(Math.Exp(2)));
        }
    }

    [TestCase(0, 1)]
    [TestCase(-1.5, 4)]
    [TestCase(30, 0.01)]
    [TestCase(3, 1e6)]
    public void Kinked_functions_are_integrated_exactly(double mean, double variance)
    {
        double sd = Math.Sqrt(variance), t = mean / sd;
        double rectified = (mean * SpecialFunctions.NormalDistribution(t)) + (sd * SpecialFunctions.NormalDensity(t));
        (double value, double error) = NormalExpectation.Of(x => Math.Max(x, 0), mean, variance, [0]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(value, Is.EqualTo(rectified).Within(1e-11).Percent);
            Assert.That(Math.Abs(value - rectified), Is.LessThanOrEqualTo(error + (1e-15 * rectified)));
        }
    }

    [Test]
    public void A_kink_that_is_not_named_is_found() =>
        Assert.That(NormalExpectation.Of(x => Math.Abs(x - 0.7), 0, 1).Value, Is.EqualTo(NormalExpectation.Of(x => Math.Abs(x - 0.7), 0, 1, [0.7]).Value).Within(1e-12));

    [Test]
    public void Functions_that_grow_exponentially_are_followed_into_the_tail() =>
        Assert.That(NormalExpectation.Of(Math.Exp, 0, 225).Value, Is.EqualTo(Math.Exp(112.5)).Within(1e-10).Percent);
}
