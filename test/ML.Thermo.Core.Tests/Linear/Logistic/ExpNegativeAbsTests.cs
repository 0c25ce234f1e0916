using System.Runtime.Intrinsics;
using ML.Thermo.Linear.Logistic;

namespace ML.Thermo.Tests.Linear.Logistic;

public sealed class ExpNegativeAbsTests
{
    [Test]
    public void The_exponential_is_exact_to_the_last_digits()
    {
        for (int i = 0; i <= 4000; i++)
        {
            double z = i / 100.0;
            Assert.That(ExpNegativeAbs.Of(Vector512.Create(z))[3], Is.EqualTo(Math.Exp(-z)).Within(4e-16 * Math.Exp(-z)));
            Assert.That(ExpNegativeAbs.Of(Vector512.Create(-z))[0], Is.EqualTo(ExpNegativeAbs.Of(Vector512.Create(z))[0]));
        }
    }

    [TestCase(41)]
    [TestCase(-800)]
    [TestCase(double.PositiveInfinity)]
    public void Far_out_it_is_lost_beside_one(double z) => Assert.That(1 + ExpNegativeAbs.Of(Vector512.Create(z))[7], Is.EqualTo(1));
}
