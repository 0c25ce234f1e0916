using ML.Thermo.Initialization;
using ML.Thermo.Numerics;

namespace ML.Thermo.Tests.Initialization;

[TestFixture]
public class InitializationLawTests
{
    private static readonly InitializationLaw[] Laws =
    [
        InitializationLaw.Normal(0, 1),
        InitializationLaw.Normal(-0.3, 1.7),
        InitializationLaw.Uniform(-1, 1),
        InitializationLaw.Uniform(0.5, 4),
        InitializationScheme.HeUniform.For(50),
        InitializationScheme.Glorot.For(20, 30),
    ];

    /// <summary>κ₄ = μ₄ − 3μ₂², κ₆ = μ₆ − 15μ₄μ₂ + 30μ₂³ for laws whose odd central moments vanish.</summary>
    [TestCaseSource(nameof(Laws))]
    public void Cumulants_follow_from_the_moments_of_the_density(InitializationLaw law)
    {
        double m2 = CentralMoment(law, 2), m4 = CentralMoment(law, 4), m6 = CentralMoment(law, 6);
        Assert.That(law.Variance, Is.EqualTo(m2).Within(1e-12 * m2));
        Assert.That(law.FourthCumulant, Is.EqualTo(m4 - (3 * m2 * m2)).Within(1e-11 * m4));
        Assert.That(law.SixthCumulant, Is.EqualTo(m6 - (15 * m4 * m2) + (30 * m2 * m2 * m2)).Within(1e-11 * m6));
    }

    [TestCaseSource(nameof(Laws))]
    public void Draws_have_the_moments_of_the_law(InitializationLaw law)
    {
        const int N = 100_000;
        var random = new RandomStream(7, 1);
        double first = 0, second = 0, fourth = 0;
        for (int i = 0; i < N; i++)
        {
            double d = law.Draw(random) - law.Mean, square = d * d;
            first += d / N;
            second += square / N;
            fourth += square * square / N;
        }

        double m4 = law.FourthCumulant + (3 * law.Variance * law.Variance), m8 = CentralMoment(law, 8);
        Assert.That(first, Is.Zero.Within(4 * Math.Sqrt(law.Variance / N)));
        Assert.That(second, Is.EqualTo(law.Variance).Within(4 * Math.Sqrt((m4 - (law.Variance * law.Variance)) / N)));
        Assert.That(fourth, Is.EqualTo(m4).Within(4 * Math.Sqrt((m8 - (m4 * m4)) / N)));
    }

    [Test]
    public void Uniform_draws_stay_inside_their_interval()
    {
        InitializationLaw law = InitializationLaw.Uniform(2, 2.5);
        var random = new RandomStream(1, 1);
        double[] draws = [.. Enumerable.Range(0, 10_000).Select(_ => law.Draw(random))];
        Assert.That(draws, Is.All.InRange(2, 2.5));
    }

    [TestCaseSource(nameof(Laws))]
    public void Scaling_spreads_a_law_about_its_mean(InitializationLaw law)
    {
        InitializationLaw wider = law.Scale(3);
        Assert.That(wider.Mean, Is.EqualTo(law.Mean).Within(1e-14));
        Assert.That(wider.Variance, Is.EqualTo(9 * law.Variance).Within(1e-13 * wider.Variance));
        Assert.That(wider.FourthCumulant, Is.EqualTo(81 * law.FourthCumulant).Within(1e-12 * Math.Abs(wider.FourthCumulant)));
        Assert.That(law.Scale(0).Variance, Is.Zero);
        Assert.That(law.Scale(0).Mean, Is.EqualTo(law.Mean).Within(1e-14));
    }

    [Test]
    public void A_constant_has_no_spread_at_any_scale()
    {
        InitializationLaw law = InitializationLaw.Constant(1.5);
        Assert.That(new[] { law.Variance, law.FourthCumulant, law.SixthCumulant, law.Scale(5).Variance }, Is.All.Zero);
        Assert.That(law.Draw(new RandomStream(1, 0)), Is.EqualTo(1.5));
    }

    [Test]
    public void A_mixed_law_draws_every_entry_from_its_own_law()
    {
        var mixed = new ParameterLaw(InitializationLaw.Constant(2), InitializationLaw.Uniform(5, 6), InitializationLaw.Normal(0, 0.1));
        Assert.That(mixed.IsNormal, Is.False);
        Assert.That(mixed.Means, Is.EqualTo(new[] { 2, 5.5, 0 }));
        Assert.That(mixed.Variances, Is.EqualTo(new[] { 0, 1 / 12.0, 0.01 }).Within(1e-15));
        double[] draw = new double[3];
        mixed.Draw(new RandomStream(3, 9), draw);
        Assert.That(draw[0], Is.EqualTo(2));
        Assert.That(draw[1], Is.InRange(5, 6));
        Assert.That(Math.Abs(draw[2]), Is.LessThan(0.6).And.Not.Zero);
        Assert.That(() => mixed.Draw(new RandomStream(3, 9), new double[2]), Throws.ArgumentException);
        Assert.That(() => new ParameterLaw(), Throws.ArgumentException);
    }

    private static double CentralMoment(InitializationLaw law, int power)
    {
        double reach = law is UniformLaw uniform ? uniform.HalfWidth : 14 * law.StandardDeviation;
        double Density(double d) => law is UniformLaw
            ? 1 / (2 * reach)
            : SpecialFunctions.NormalDensity(d / law.StandardDeviation) / law.StandardDeviation;
        return Quadrature.Integrate(d => Math.Pow(d, power) * Density(d), -reach, reach);
    }
}
