using ML.Thermo.Numerics;

namespace ML.Thermo.Tests.Numerics;

/// <summary>Golden values: mpmath 1.2.1 at 50 digits.</summary>
public class Incomplete_gamma_functions_agree_with_fifty_digit_values
{
    [TestCase(0.05, 0.1, 0.91125762523751957815)]
    [TestCase(0.1, 0.5, 0.94140244589013351866)]
    [TestCase(0.5, 1e-10, 1.1283791670578999555e-5)]
    [TestCase(0.5, 0.3, 0.56142197391900013648)]
    [TestCase(0.5, 20.0, 0.99999999974603714105)]
    [TestCase(1.0, 1.0, 0.6321205588285576784)]
    [TestCase(2.5, 1.2, 0.20852587940567532064)]
    [TestCase(2.5, 3.6, 0.79381408029044412455)]
    [TestCase(2.5, 40.0, 0.99999999999999916082)]
    [TestCase(11.9, 5.0, 0.005999166298567158096)]
    [TestCase(12.5, 30.0, 0.99989544513868473527)]
    [TestCase(50.0, 30.0, 5.1889146254803429258e-4)]
    [TestCase(50.0, 50.0, 0.51880831547204328189)]
    [TestCase(50.0, 90.0, 0.99999835050149828218)]
    [TestCase(1000.0, 900.0, 5.4990226571178292301e-4)]
    [TestCase(1000.0, 1000.5, 0.51051071092317903159)]
    [TestCase(1000.0, 1200.0, 0.99999999871183939137)]
    [TestCase(100000.0, 99500.0, 0.056741823212792263085)]
    [TestCase(100000.0, 100500.0, 0.9428967300239712886)]
    public void Lower(double a, double x, double expected) =>
        Assert.That(IncompleteGamma.Lower(a, x), Is.EqualTo(expected).Within(2e-11).Percent);

    [TestCase(0.05, 0.1, 0.088742374762480421855)]
    [TestCase(0.1, 0.5, 0.058597554109866481343)]
    [TestCase(0.5, 1e-10, 0.999988716208329421)]
    [TestCase(0.5, 0.3, 0.43857802608099986352)]
    [TestCase(0.5, 20.0, 2.5396285894708649707e-10)]
    [TestCase(1.0, 1.0, 0.3678794411714423216)]
    [TestCase(2.5, 1.2, 0.79147412059432467936)]
    [TestCase(2.5, 3.6, 0.20618591970955587545)]
    [TestCase(2.5, 40.0, 8.3918251148316100895e-16)]
    [TestCase(11.9, 5.0, 0.9940008337014328419)]
    [TestCase(12.5, 30.0, 1.0455486131526472677e-4)]
    [TestCase(50.0, 30.0, 0.99948110853745196571)]
    [TestCase(50.0, 50.0, 0.48119168452795671811)]
    [TestCase(50.0, 90.0, 1.6494985017178248339e-6)]
    [TestCase(1000.0, 900.0, 0.99945009773428821708)]
    [TestCase(1000.0, 1000.5, 0.48948928907682096841)]
    [TestCase(1000.0, 1200.0, 1.2881606086281432952e-9)]
    [TestCase(100000.0, 99500.0, 0.94325817678720773692)]
    [TestCase(100000.0, 100500.0, 0.057103269976028711396)]
    public void Upper(double a, double x, double expected) =>
        Assert.That(IncompleteGamma.Upper(a, x), Is.EqualTo(expected).Within(2e-11).Percent);

    [Test]
    public void At_the_ends_of_their_range()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(IncompleteGamma.Lower(4.5, 0), Is.Zero);
            Assert.That(IncompleteGamma.Upper(4.5, 1e30), Is.Zero);
            Assert.That(IncompleteGamma.Upper(4.5, double.PositiveInfinity), Is.Zero);
            Assert.That(IncompleteGamma.Upper(1e7, 1e7), Is.EqualTo(0.49995794779127629).Within(2e-11).Percent); // golden: mpmath, as in Infer.NET's table
        }
    }
}
