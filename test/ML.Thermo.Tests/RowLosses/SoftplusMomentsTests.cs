using ML.Thermo.Initialization;
using ML.Thermo.RowLosses;

namespace ML.Thermo.Tests.RowLosses;

public sealed class SoftplusMomentsTests
{
    // golden: independent series and quadrature of E softplus(μ + sZ)
    [TestCase(0, 0.1, 0.694395623241)]
    [TestCase(0, 0.5, 0.723492801066)]
    [TestCase(0, 1, 0.806059183347)]
    [TestCase(0, 2, 1.067714388051)]
    [TestCase(0, 5, 2.120547414683)]
    [TestCase(1, 0.5, 1.337550287911)]
    [TestCase(1, 1, 1.406856283088)]
    [TestCase(1, 3, 1.951097668447)]
    [TestCase(-2, 4, 0.929044886926)]
    public void The_mean_is_the_known_one(double mean, double deviation, double expected) =>
        Assert.That(SoftplusMoments.Of(mean, deviation).Mean, Is.EqualTo(expected).Within(1e-9 * expected));

    [Test]
    public void Both_forms_meet_where_they_change_over([Values(-20, -3, 0, 1, 11)] double mean)
    {
        (double m1, double v1, double s1) = SoftplusMoments.Of(mean, 8);
        (double m2, double v2, double s2) = SoftplusMoments.Of(mean, Math.BitIncrement(8.0));
        Assert.That(m2, Is.EqualTo(m1).Within(1e-5 * m1));
        Assert.That(v2, Is.EqualTo(v1).Within(1e-5 * v1));
        Assert.That(s2, Is.EqualTo(s1).Within(1e-6));
    }

    [Test]
    public void A_fixed_logit_has_no_spread()
    {
        (double mean, double variance, double slope) = SoftplusMoments.Of(1.5, 0);
        Assert.That(mean, Is.EqualTo(Math.Log(1 + Math.Exp(1.5))).Within(1e-14));
        Assert.That(variance, Is.Zero.Within(1e-28));
        Assert.That(slope, Is.EqualTo(1 / (1 + Math.Exp(-1.5))).Within(1e-14));
    }

    [Test]
    public void Draws_agree([Values(-4, 0, 2.5)] double mean, [Values(0.3, 1, 6, 40)] double deviation)
    {
        const int Draws = 200_000;
        (double m, double v, double slope) = SoftplusMoments.Of(mean, deviation);
        double first = 0, second = 0, fourth = 0, slopes = 0, slopeSquares = 0;
        var random = new RandomStream(3, 1);
        for (int i = 0; i < Draws; i++)
        {
            double z = mean + (deviation * random.NextNormal());
            double d = Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z))) - m, p = 1 / (1 + Math.Exp(-z));
            (first, second, fourth) = (first + d, second + (d * d), fourth + (d * d * d * d));
            (slopes, slopeSquares) = (slopes + p, slopeSquares + (p * p));
        }

        Assert.That(first / Draws, Is.Zero.Within(4 * Math.Sqrt(second / Draws / Draws)));
        Assert.That(second / Draws, Is.EqualTo(v).Within(4 * Math.Sqrt(fourth / Draws / Draws)));
        Assert.That(slopes / Draws, Is.EqualTo(slope).Within(4 * Math.Sqrt(slopeSquares / Draws / Draws)));
    }
}
