using ML.Thermo.Cli.Output;

namespace ML.Thermo.Cli.Tests.Output;

internal sealed class MeterTests
{
    [TestCase(5, "0:05")]
    [TestCase(754, "12:34")]
    [TestCase(7384, "2:03:04")]
    [TestCase(180_000, "50:00:00")]
    [TestCase(13_280_000, "154 days")]
    public void Time_left_reads_as_a_clock_and_then_as_days(double seconds, string shown) =>
        Assert.That(Meter.Clock(TimeSpan.FromSeconds(seconds)), Is.EqualTo(shown));
}
