using System.Runtime.Intrinsics;
using ML.Thermo.Linear;

namespace ML.Thermo.Tests.Linear;

public sealed class DecayTests
{
    [Test]
    public void The_exponential_is_exact_to_the_last_digits()
    {
        for (int i = 0; i <= 4000; i++)
        {
            double z = i / 100.0;
            Assert.That(Decay.Of(Vector512.Create(z))[3], Is.EqualTo(Math.Exp(-z)).Within(4e-16 * Math.Exp(-z)));
            Assert.That(Decay.Of(Vector512.Create(-z))[0], Is.EqualTo(Decay.Of(Vector512.Create(z))[0]));
        }
    }

    [TestCase(41)]
    [TestCase(-800)]
    [TestCase(double.PositiveInfinity)]
    public void Far_out_it_is_lost_beside_one(double z) => Assert.That(1 + Decay.Of(Vector512.Create(z))[7], Is.EqualTo(1));
}
