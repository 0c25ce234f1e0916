using ML.Thermo.Report.Layers;

namespace ML.Thermo.Report.Tests.Layers;

public sealed class DepthSummaryTests
{
    [Test]
    public void A_step_beyond_all_errors_is_told() =>
        Assert.That(Along((0.8, 0.01), (0.7, 0.01), (0.3, 0.01), (0.2, 0.01)), Is.EqualTo(["η falls after 1: up to it it is between 0.70 and 0.80, behind it it is between 0.20 and 0.30."]));

    [Test]
    public void The_same_step_within_the_errors_is_not() =>
        Assert.That(Along((0.8, 0.2), (0.7, 0.2), (0.3, 0.2), (0.2, 0.2)), Is.Empty);

    [Test]
    public void A_trend_needs_a_rank_correlation_beyond_chance()
    {
        (double, double)[] rising = [.. Enumerable.Range(0, 12).Select(i => (i / 12.0, 1.0))];
        (double, double)[] shuffled = [.. new[] { 5, 2, 9, 0, 7, 11, 3, 8, 1, 10, 4, 6 }.Select(i => (i / 12.0, 1.0))];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Along(rising), Is.EqualTo(["η tends to rise with depth (rank correlation 1.0 over 12 layers)."]));
            Assert.That(Along(shuffled), Is.Empty);
        }
    }

    [Test]
    public void An_unknown_error_supports_no_step() =>
        Assert.That(Along((0.8, double.NaN), (0.7, 0.01), (0.3, 0.01), (0.2, 0.01)), Is.Empty);

    private static IEnumerable<string> Along(params (double Value, double Error)[] layers) =>
        DepthSummary.Along("η", [.. layers.Select((layer, i) => new LayerValue($"{i}", new Estimate(layer.Value, layer.Error)))]);
}
