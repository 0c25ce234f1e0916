using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Weights;

namespace ML.Thermo.Tests.Weights;

public sealed class FittedLawTests
{
    private const int Count = 40_000;

    [Test]
    public void Weights_drawn_as_GPT_draws_them_fit_that_law_even_where_some_were_trained_away()
    {
        float[] weights = Draw(random => 0.02 * random.NextNormal());
        for (int i = 0; i < Count; i += 50)
            weights[i] = 0.5f;
        FittedLaw law = Fit(weights);
        Assert.That(law.Law, Is.EqualTo("normal"));
        Assert.That(law.StandardDeviation, Is.EqualTo(0.02).Within(3).Percent, "where the plain standard deviation is 0.073");
        Assert.That(law.Mean, Is.Zero.Within(0.001));
        Assert.That(law.KolmogorovSmirnov, Is.LessThan(0.03));
    }

    [Test]
    public void A_uniform_law_is_told_from_a_normal_one()
    {
        FittedLaw law = Fit(Draw(random => 0.3 * (random.NextDouble() - 0.5)));
        Assert.That((law.Law, law.KolmogorovSmirnov < 0.01), Is.EqualTo(("uniform", true)));
        Assert.That(law.StandardDeviation, Is.EqualTo(0.3 / Math.Sqrt(12)).Within(2).Percent);
    }

    [Test]
    public void A_depthwise_convolution_has_no_tail_exponent()
    {
        float[] weights = Draw(random => random.NextNormal());
        WeightLayout depthwise = new(1, 1, 25, Count / 25, 1, 1, 1, 25);
        Assert.That(WeightAnalysis.Of(new WeightMatrix(weights, depthwise)).Alpha.IsDefined, Is.False);
        Assert.That(Fit([.. Enumerable.Repeat(1f, 7)], 7), Is.Null);
    }

    private static FittedLaw Fit(float[] weights, int count = Count) =>
        FittedLaw.Of(new WeightMatrix(weights, new WeightLayout(1, count, 1, 1, count, 1, 1, count)))!;

    private static float[] Draw(Func<RandomStream, double> draw)
    {
        RandomStream random = new(8, 0);
        return [.. Enumerable.Range(0, Count).Select(_ => (float)draw(random))];
    }
}
