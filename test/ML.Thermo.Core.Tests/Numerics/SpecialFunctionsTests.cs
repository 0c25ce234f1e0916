using ML.Thermo.Numerics;

namespace ML.Thermo.Tests.Numerics;

/// <summary>Golden values: mpmath 1.2.1 at 50 digits (the first two of digamma and trigamma also stand in Infer.NET's tables).</summary>
public class Special_functions_agree_with_fifty_digit_values
{
    private const double RelativePercent = 1e-11; // 1e-13 of the value

    [TestCase(-1.1, 10.154163959143848573)]
    [TestCase(-0.5, 0.036489973978576520559)]
    [TestCase(-7.25, 5.1899772149562878875)]
    [TestCase(1e-8, -100000000.57721564636)]
    [TestCase(0.001, -1000.5755719318102797)]
    [TestCase(0.1, -10.423754940411076232)]
    [TestCase(0.25, -4.2274535333762654081)]
    [TestCase(0.5, -1.9635100260214234794)]
    [TestCase(1.0, -0.57721566490153286061)]
    [TestCase(1.2, -0.28903989659218835183)]
    [TestCase(1.5, 0.036489973978576520559)]
    [TestCase(2.5, 0.70315664064524318723)]
    [TestCase(4.0, 1.2561176684318004727)]
    [TestCase(7.5, 1.9467574842460867881)]
    [TestCase(11.99, 2.4417922836683348851)]
    [TestCase(12.0, 2.4426616799758120167)]
    [TestCase(99.0, 4.5900608426370772992)]
    [TestCase(1000000.0, 13.815510057964190771)]
    [TestCase(1000000000000000.0, 34.53877639491068476)]
    public void Digamma(double x, double expected) =>
        Assert.That(SpecialFunctions.Digamma(x), Is.EqualTo(expected).Within(RelativePercent).Percent);

    [Test]
    public void Digamma_near_its_zero_is_good_to_rounding() =>
        Assert.That(SpecialFunctions.Digamma(1.4616), Is.EqualTo(-3.1106251230341649658e-5).Within(1e-15));

    [TestCase(-1.1, 102.74898624046876157)]
    [TestCase(-0.5, 8.9348022005446793094)]
    [TestCase(1e-6, 1000000000001.6450222)]
    [TestCase(0.1, 101.4332991507927477)]
    [TestCase(0.5, 4.9348022005446793094)]
    [TestCase(1.0, 1.6449340668482264365)]
    [TestCase(1.5, 0.93480220054467930942)]
    [TestCase(2.0, 0.64493406684822643647)]
    [TestCase(4.0, 0.28382295573711532536)]
    [TestCase(8.5, 0.12483811891892602199)]
    [TestCase(11.99, 0.086977410486987569744)]
    [TestCase(12.0, 0.08690187287176839075)]
    [TestCase(50.0, 0.020201333226697125806)]
    [TestCase(1000000.0, 1.0000005000001666667e-6)]
    [TestCase(1000000000000.0, 1.0000000000005e-12)]
    public void Trigamma(double x, double expected) =>
        Assert.That(SpecialFunctions.Trigamma(x), Is.EqualTo(expected).Within(RelativePercent).Percent);

    [TestCase(1e-300, 690.77552789821370518)]
    [TestCase(1e-8, 18.420680738180208884)]
    [TestCase(0.1, 2.252712651734205902)]
    [TestCase(0.25, 1.2880225246980774574)]
    [TestCase(0.4999, 0.57256131860411841589)]
    [TestCase(0.5, 0.57236494292470008707)]
    [TestCase(0.75, 0.20328095143129537148)]
    [TestCase(0.999999, 5.7721648738556523794e-7)]
    [TestCase(1.0000001, -5.772155829918507097e-8)]
    [TestCase(1.25, -0.098271836421813161464)]
    [TestCase(1.4999, -0.12078588195849393823)]
    [TestCase(1.5, -0.12078223763524522235)]
    [TestCase(1.9999, -4.2275208772153458011e-5)]
    [TestCase(2.0001, 4.2281658112919946317e-5)]
    [TestCase(2.49, 0.27767586141517020183)]
    [TestCase(2.5, 0.28468287047291915963)]
    [TestCase(3.7, 1.4280723266653881292)]
    [TestCase(7.0, 6.5792512120101009951)]
    [TestCase(11.9, 17.258477450595522012)]
    [TestCase(12.0, 17.502307845873885839)]
    [TestCase(100.5, 361.43554046777762156)]
    [TestCase(1000000.0, 12815504.56914761166)]
    [TestCase(1e+300, 6.8977552789821374147e+302)]
    public void Log_gamma_also_near_its_zeros(double x, double expected) =>
        Assert.That(SpecialFunctions.LogGamma(x), Is.EqualTo(expected).Within(RelativePercent).Percent);

    [TestCase(-0.999999, -13.81551055793551844)]
    [TestCase(-0.5, -0.69314718055994530942)]
    [TestCase(-0.25, -0.28768207245178092744)]
    [TestCase(-0.001, -0.001000500333583533521)]
    [TestCase(-1e-9, -1.0000000005000000626e-9)]
    [TestCase(-1e-300, -1.0000000000000000251e-300)]
    [TestCase(1e-300, 1.0000000000000000251e-300)]
    [TestCase(1e-17, 1.0000000000000000665e-17)]
    [TestCase(1e-9, 9.9999999950000006261e-10)]
    [TestCase(0.001, 9.9950033308353318761e-4)]
    [TestCase(0.3, 0.2623642644674910435)]
    [TestCase(1.0, 0.69314718055994530942)]
    [TestCase(50.0, 3.9318256327243257716)]
    [TestCase(1e+17, 39.143946580898776638)]
    [TestCase(1e+300, 690.77552789821370526)]
    public void Log_of_one_plus(double x, double expected) =>
        Assert.That(SpecialFunctions.LogOnePlus(x), Is.EqualTo(expected).Within(RelativePercent).Percent);

    [TestCase(-0.99, -3.6151701859880904887)]
    [TestCase(-0.5, -0.19314718055994530942)]
    [TestCase(-0.25, -0.037682072451780927439)]
    [TestCase(-0.001, -5.0033358353350016382e-7)]
    [TestCase(-1e-9, -5.0000000033333339586e-19)]
    [TestCase(1e-9, -4.999999996666667292e-19)]
    [TestCase(0.0001, -4.9996666916646673125e-9)]
    [TestCase(0.001, -4.996669164668332114e-7)]
    [TestCase(0.3, -0.037635735532508945402)]
    [TestCase(0.5, -0.094534891891835618022)]
    [TestCase(0.51, -0.09789034917316704224)]
    [TestCase(1.0, -0.30685281944005469058)]
    [TestCase(50.0, -46.068174367275674228)]
    public void Log_of_one_plus_without_its_linear_term(double x, double expected) =>
        Assert.That(SpecialFunctions.LogOnePlusMinus(x), Is.EqualTo(expected).Within(RelativePercent).Percent);

    [TestCase(-38.0, 2.8854283600687843084e-316)]
    [TestCase(-37.5, 4.6053530095819548438e-308)]
    [TestCase(-30.1, 2.4226672179857587657e-199)]
    [TestCase(-20.0, 2.7536241186062336951e-89)]
    [TestCase(-12.3, 4.5287069561587846514e-35)]
    [TestCase(-8.0, 6.2209605742717841235e-16)]
    [TestCase(-5.5, 1.8989562465887719384e-8)]
    [TestCase(-3.0, 0.0013498980316300945267)]
    [TestCase(-2.0, 0.0227501319481792072)]
    [TestCase(-1.0, 0.15865525393145705141)]
    [TestCase(-0.7, 0.24196365222307302862)]
    [TestCase(-0.1, 0.46017216272297101633)]
    [TestCase(-1e-9, 0.4999999996010577196)]
    [TestCase(0.0, 0.5)]
    [TestCase(0.3, 0.61791142218895263307)]
    [TestCase(1.0, 0.84134474606854294859)]
    [TestCase(2.5, 0.99379033467422386483)]
    [TestCase(5.0, 0.99999971334842812081)]
    [TestCase(8.0, 0.9999999999999993779)]
    public void Normal_distribution_in_both_tails(double x, double expected) =>
        Assert.That(SpecialFunctions.NormalDistribution(x), Is.EqualTo(expected).Within(RelativePercent).Percent);

    [TestCase(-100000000.0, -5000000000000019.3396)]
    [TestCase(-1000.0, -500007.82669481218431)]
    [TestCase(-100.0, -5005.5242086942050886)]
    [TestCase(-38.0, -726.5572160188201301)]
    [TestCase(-31.0, -484.85396362717928858)]
    [TestCase(-30.0, -454.32124395634319711)]
    [TestCase(-29.9, -451.32291245852863447)]
    [TestCase(-20.0, -203.91715537109726394)]
    [TestCase(-10.0, -53.231285150512470578)]
    [TestCase(-3.0, -6.6077262215103495433)]
    [TestCase(-1.0, -1.8410216450092635058)]
    [TestCase(0.0, -0.69314718055994530942)]
    [TestCase(0.5, -0.36894641528865639307)]
    [TestCase(3.0, -0.0013508099647481937988)]
    [TestCase(8.0, -6.2209605742717860585e-16)]
    [TestCase(20.0, -2.7536241186062336951e-89)]
    [TestCase(37.0, -5.7255712225245768227e-300)]
    public void Logarithm_of_the_normal_distribution_in_both_tails(double x, double expected) =>
        Assert.That(SpecialFunctions.LogNormalDistribution(x), Is.EqualTo(expected).Within(RelativePercent).Percent);

    [TestCase(0.0, 0.39894228040143267794)]
    [TestCase(0.5, 0.35206532676429947777)]
    [TestCase(1.0, 0.2419707245191433498)]
    [TestCase(3.3, 0.0017225689390536811513)]
    [TestCase(10.1, 2.8165665442762394109e-23)]
    [TestCase(37.7, 9.3693178766401462766e-310)]
    public void Normal_density(double x, double expected) =>
        Assert.That(SpecialFunctions.NormalDensity(x), Is.EqualTo(expected).Within(RelativePercent).Percent);

    [TestCase(1.0, 1.0, 1.0)]
    [TestCase(0.5, 2.0, 0.78375711047393365677)]
    [TestCase(0.01, 1.0, -94.945796725247963969)]
    [TestCase(0.1, 3.0, -5.9300545059676529521)]
    [TestCase(3.0, 0.5, 1.1544313298030657212)]
    [TestCase(11.99, 1.0, 2.6325883779111848509)]
    [TestCase(12.0, 1.0, 2.6330293661399536552)]
    [TestCase(25.0, 0.08, 0.48918044535668756645)]
    [TestCase(1000.0, 0.001, -2.0352725229641652031)]
    [TestCase(1000000.0, 1e-6, -5.4888170791108810222)]
    [TestCase(10000000000.0, 2.0, 13.625011178701513138)]
    public void Entropy_of_the_gamma_law(double shape, double scale, double expected) =>
        Assert.That(SpecialFunctions.GammaEntropy(shape, scale), Is.EqualTo(expected).Within(RelativePercent).Percent);

    [Test]
    public void Poles_and_ends_are_what_analysis_says()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(SpecialFunctions.Digamma(0), Is.EqualTo(double.NegativeInfinity));
            Assert.That(SpecialFunctions.Digamma(-3), Is.NaN);
            Assert.That(SpecialFunctions.Digamma(double.PositiveInfinity), Is.EqualTo(double.PositiveInfinity));
            Assert.That(SpecialFunctions.Trigamma(0), Is.EqualTo(double.PositiveInfinity));
            Assert.That(SpecialFunctions.Trigamma(-2), Is.NaN);
            Assert.That(SpecialFunctions.LogGamma(0), Is.EqualTo(double.PositiveInfinity));
            Assert.That(SpecialFunctions.LogGamma(double.PositiveInfinity), Is.EqualTo(double.PositiveInfinity));
            Assert.That(SpecialFunctions.LogGamma(-0.5), Is.NaN);
            Assert.That(SpecialFunctions.LogOnePlus(double.PositiveInfinity), Is.EqualTo(double.PositiveInfinity));
            Assert.That(SpecialFunctions.NormalDistribution(double.NegativeInfinity), Is.Zero);
            Assert.That(SpecialFunctions.NormalDistribution(double.PositiveInfinity), Is.EqualTo(1));
            Assert.That(SpecialFunctions.NormalDistribution(double.NaN), Is.NaN);
        }
    }
}
