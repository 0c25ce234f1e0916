using ML.Thermo.Initialization;
using ML.Thermo.Joules.Repeats;

namespace ML.Thermo.Tests.Repeats;

[TestFixture]
public sealed class PairedComparisonTests
{
    /// <summary>Five pairs by hand: differences 1 2 3 4 5, mean 3, error √(2.5/5), t₄ = 2.7764451.</summary>
    [Test]
    public void The_interval_is_students()
    {
        var found = PairedComparison.Of([2, 4, 6, 4, 6], [1, 2, 3, 0, 1]);
        Assert.That(found.Difference.Value, Is.EqualTo(3));
        Assert.That(found.Upper - found.Lower, Is.EqualTo(2 * 2.7764451052 * Math.Sqrt(0.5)).Within(1e-7));
    }

    /// <summary>Coverage of the 95 % interval over 8,000 comparisons of 6 pairs; measured: it is exact for normal noise, and the other laws stay near.</summary>
    [TestCase("normal", 0.942, 0.958)]
    [TestCase("uniform", 0.93, 0.97)]
    [TestCase("exponential", 0.93, 0.985)]
    [TestCase("spikes", 0.93, 1.0)]
    public void The_interval_covers_the_true_difference(string law, double least, double most)
    {
        var random = new RandomStream(5, (ulong)law.Length);
        int covered = 0;
        const int Comparisons = 8000;
        for (int i = 0; i < Comparisons; i++)
        {
            double[] a = [.. Enumerable.Range(0, 6).Select(_ => 10 + Noise(law, random))], b = [.. Enumerable.Range(0, 6).Select(_ => 9 + Noise(law, random))];
            var found = PairedComparison.Of(a, b);
            covered += found.Lower <= 1 && 1 <= found.Upper ? 1 : 0;
        }

        TestContext.Out.WriteLine($"{law}: {covered / (double)Comparisons:P2}");
        Assert.That(covered / (double)Comparisons, Is.InRange(least, most));
    }

    /// <summary>1 % of series without a trend are called not stationary: 20,000 series of 10 pairs.</summary>
    [Test]
    public void A_series_without_a_trend_is_rarely_called_one()
    {
        var random = new RandomStream(6, 0);
        int called = 0;
        const int Series = 20000;
        for (int i = 0; i < Series; i++)
            called += PairedComparison.Of(Normals(), Normals()).IsStationary ? 0 : 1;
        Assert.That(called / (double)Series, Is.EqualTo(PairedComparison.TrendRate).Within(0.0025)); // 3.5 standard errors

        double[] Normals() => [.. Enumerable.Range(0, 10).Select(_ => random.NextNormal())];
    }

    [Test]
    public void A_machine_that_warms_up_is_not_stationary_and_the_drift_cancels()
    {
        double clock = 0;
        double Drift(double cost) => cost + (0.5 * ++clock);
        var found = PairedComparison.Run(() => Drift(20), () => Drift(10), pairs: 10);
        Assert.That((found.IsStationary, found.Difference.Value), Is.EqualTo((false, 10.0)));
    }

    [Test]
    public void Runs_alternate_and_warm_ups_do_not_count()
    {
        string order = "";
        var found = PairedComparison.Run(() => { order += "a"; return order.Length <= 2 ? 1e9 : 2; }, () => { order += "b"; return 1; }, pairs: 5, warmUps: 1);
        Assert.That(order, Is.EqualTo("baabbaabbaab"));
        Assert.That((found.Difference.Value, found.Pairs, found.IsStationary), Is.EqualTo((1.0, 5, true)));
    }

    [Test]
    public void Too_few_pairs_are_refused()
    {
        Assert.That(() => PairedComparison.Of([1, 2, 3, 4], [1, 2, 3, 4]), Throws.ArgumentException);
        Assert.That(() => PairedComparison.Of([1, 2, 3, 4, double.NaN], [1, 2, 3, 4, 5]), Throws.ArgumentException.With.Message.Contains("NaN"));
        Assert.That(() => PairedComparison.Run(() => 1, () => 1, pairs: 4), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private static double Noise(string law, RandomStream random) => law switch
    {
        "normal" => random.NextNormal(),
        "uniform" => random.NextDouble() - 0.5,
        "exponential" => -Math.Log(1 - random.NextDouble()),
        _ => random.NextDouble() < 0.1 ? 20 : 0.1 * random.NextNormal(),
    };
}
