using ML.Thermo.Cli.Tables;

namespace ML.Thermo.Cli.Tests.Tables;

public sealed class DurationTests
{
    [TestCase("7d", 604_800, true)]
    [TestCase("1w", 604_800, true)]
    [TestCase("12h", 43_200, true)]
    [TestCase("1.5h", 5_400, true)]
    [TestCase("30min", 1_800, true)]
    [TestCase("15m", 900, true)]
    [TestCase("90s", 90, true)]
    [TestCase("86400", 86_400, false)]
    [TestCase("1e3", 1_000, false)]
    public void A_span_is_a_number_with_a_unit_or_without(string text, double value, bool hasUnit)
    {
        Assert.That(Duration.TryParse(text, out double read, out bool hasOne), Is.True);
        Assert.That((read, hasOne), Is.EqualTo((value, hasUnit)));
    }

    [TestCase("")]
    [TestCase("0d")]
    [TestCase("-1h")]
    [TestCase("7 d")]
    [TestCase("7days")]
    [TestCase("1e400s")]
    [TestCase("1.2.3h")]
    [TestCase("NaNs")]
    public void Anything_else_is_none(string text) => Assert.That(Duration.TryParse(text, out _, out _), Is.False);
}
