using ML.Thermo.Cli.Output;

namespace ML.Thermo.Cli.Tests.Output;

internal sealed class NumbersTests
{
    [TestCase(1.1674200238, 0.0376241551, "1.167 ± 0.038")]
    [TestCase(33089.8, 386.2, "33090 ± 390")]
    [TestCase(-0.5, 0.25, "−0.50 ± 0.25")]
    [TestCase(0.0001317, 0.0000022, "0.0001317 ± 0.0000022")]
    [TestCase(1.5e-9, 2.5e-10, "1.5e−9 ± 2.5e−10")]
    [TestCase(3.30898e12, 4.1e9, "3.309e12 ± 4.1e9")]
    [TestCase(0, 0.25, "0 ± 0.25")]
    [TestCase(6.625, 0, "6.625")]
    [TestCase(6.625, double.NaN, "6.625")]
    [TestCase(double.NaN, 1, "—")]
    [TestCase(double.PositiveInfinity, 0, "∞")]
    [TestCase(double.NegativeInfinity, 0, "−∞")]
    public void Estimates_are_written_to_the_second_digit_of_their_error(double value, double error, string text) =>
        Assert.That(Numbers.Show(new Estimate(value, error)), Is.EqualTo(text));

    [TestCase(36757.81, "36760")]
    [TestCase(0.03952991, "0.03953")]
    [TestCase(6.625, "6.625")]
    [TestCase(0, "0")]
    public void Prose_gets_four_digits(double value, string text) => Assert.That(Numbers.Brief(value), Is.EqualTo(text));

    [TestCase(-2.2e-16, "0.000000")]
    [TestCase(0.34084506, "0.340845")]
    [TestCase(double.PositiveInfinity, "∞")]
    public void Shares_have_six_decimals(double value, string text) => Assert.That(Numbers.Share(value), Is.EqualTo(text));
}
