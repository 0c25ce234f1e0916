using ML.Thermo.Report.Figures;

namespace ML.Thermo.Report.Tests.Figures;

public sealed class AxisTests
{
    [TestCase(1, 25, new[] { "1", "2", "5", "10", "20" })]
    [TestCase(0.007, 0.24, new[] { "0.01", "0.02", "0.05", "0.1", "0.2" })]
    [TestCase(1, 3, new[] { "1", "1.5", "2", "2.5", "3" })]
    [TestCase(1, 1000, new[] { "1", "10", "100", "1000" })]
    public void A_logarithmic_axis_has_round_ticks_all_along(double low, double high, string[] expected) =>
        Assert.That(Axis.Around([low, high], isLogarithmic: true).Ticks().Select(tick => tick.Label), Is.EqualTo(expected));
}
