using ML.Thermo.Dynamics.Audit;
using ML.Thermo.Initialization;

namespace ML.Thermo.Tests.Audit;

public sealed class DrawdownLawTests
{
    // Golden: the recursion at 3,401 points in an independent program, checked there by Monte Carlo; n = 2 is Φ(3/√2). Those of n = 6 are good to 1e-6 only.
    [TestCase(2, 3.0, 0.983052573238)]
    [TestCase(6, 2.5, 1 - 0.32294938)]
    [TestCase(6, 3.5, 1 - 0.07539694)]
    [TestCase(6, 4.5, 1 - 0.00971060)]
    [TestCase(10, 3.0, 0.6433923416)]
    [TestCase(10, 4.0, 0.9257307072)]
    [TestCase(100, 4.0, 0.0743672246)]
    [TestCase(100, 5.0, 0.6530988135)]
    public void AgreesWithAnIndependentRecursion(int count, double drawdown, double expected) =>
        Assert.That(DrawdownLaw.Distribution(count, drawdown), Is.EqualTo(expected).Within(count == 6 ? 1e-6 : 1e-9));

    // Golden: as above, to 1e-6.
    [TestCase(3, 0.95, 2.942652)]
    [TestCase(10, 0.95, 4.199341)]
    [TestCase(100, 0.95, 5.882359)]
    [TestCase(1000, 0.95, 7.202275)]
    [TestCase(3, 0.99, 3.808714)]
    [TestCase(10, 0.99, 4.907812)]
    [TestCase(100, 0.99, 6.441566)]
    [TestCase(1000, 0.99, 7.678780)]
    public void QuantilesAreThoseOfAnIndependentProgram(int count, double probability, double expected) =>
        Assert.That(DrawdownLaw.Quantile(count, probability), Is.EqualTo(expected).Within(1e-6));

    /// <summary>Pairs of neighbours are independent: P(n) is at most Φ(x/√2)^(n/2), and at least one less the chance that any pair falls by x.</summary>
    [TestCase(20_000, 8.5)]
    [TestCase(20_000, 9.5)]
    public void StaysBetweenElementaryBounds(int count, double drawdown)
    {
        double one = MathNet.Numerics.Distributions.Normal.CDF(0, 1, -drawdown / Math.Sqrt(2)), law = DrawdownLaw.Distribution(count, drawdown);
        Assert.That(law, Is.LessThan(Math.Pow(1 - one, count / 2)));
        Assert.That(law, Is.GreaterThan(1 - (0.5 * count * (count - 1) * one)));
        Assert.That(law, Is.GreaterThan(0).And.LessThan(1));
    }

    [Test]
    public void FlatSeriesExceedTheQuantileAsOftenAsStated()
    {
        const int Repeats = 20_000, Count = 30;
        double limit = DrawdownLaw.Quantile(Count, 0.95);
        int exceeded = 0;
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            var random = new RandomStream(7, (ulong)repeat);
            double highest = double.NegativeInfinity, drawdown = 0;
            for (int i = 0; i < Count; i++)
            {
                double y = random.NextNormal();
                highest = Math.Max(highest, y);
                drawdown = Math.Max(drawdown, highest - y);
            }

            exceeded += drawdown >= limit ? 1 : 0;
        }

        Assert.That(exceeded, Is.InRange(Repeats * (0.05 - 0.006), Repeats * (0.05 + 0.006)), "four binomial deviations about 5 %");
    }
}
