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

    /// <summary>What is said of laws where spectra are left out: about 65,536 of the weights stand for all, and D moves by at most 1.358/√65,536 in 95 of 100.</summary>
    [Test]
    public void A_sample_of_many_weights_has_the_distance_of_all_of_them()
    {
        const int Side = 600, Trials = 20;
        WeightLayout layout = new(Side, Side, 1, 1, Side, 1, 1, Side * Side);
        int outside = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            RandomStream random = new(17, (ulong)trial);
            float[] weights = [.. Enumerable.Range(0, Side * Side).Select(_ => (float)(0.05 * random.NextNormal()))];
            InitializationLaw law = InitializationLaw.Normal(0, 0.04);
            double all = WeightAnalysis.Of(new WeightMatrix(weights, layout), new() { Law = law, Method = SpectrumMethod.Lanczos, LanczosSteps = 2, Probes = 2 })
                .Initialization!.KolmogorovSmirnov;
            double some = WeightAnalysis.Of(new WeightMatrix(weights, layout), new() { Law = law, LeavesOutSpectra = true }).Initialization!.KolmogorovSmirnov;
            Assert.That(some, Is.Not.EqualTo(all));
            outside += Math.Abs(some - all) > 0.0053 ? 1 : 0;
        }

        Assert.That(outside, Is.LessThanOrEqualTo(3), "of 20 at most one in twenty is expected; four come up once in 60 times");
    }

    private static FittedLaw Fit(float[] weights, int count = Count) =>
        FittedLaw.Of(new WeightMatrix(weights, new WeightLayout(1, count, 1, 1, count, 1, 1, count)))!;

    private static float[] Draw(Func<RandomStream, double> draw)
    {
        RandomStream random = new(8, 0);
        return [.. Enumerable.Range(0, Count).Select(_ => (float)draw(random))];
    }
}
