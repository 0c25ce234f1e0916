using ML.Thermo.Entropies;

namespace ML.Thermo.Tests.Entropies;

public class Histogram_entropy
{
    private static EntropyEstimate Entropy(double[] sample) => new HistogramEntropy().Estimate(default, sample);

    [Test]
    public void Of_eight_energies_is_the_hand_computed_value()
    {
        // quartiles 1.75 and 5.25, width 2·3.5/2 = 3.5: four, three and one energies in bins
        double plugIn = -((0.5 * Math.Log(0.5)) + (0.375 * Math.Log(0.375)) + (0.125 * Math.Log(0.125)));
        Assert.That(Entropy([0, 1, 2, 3, 4, 5, 6, 7]).Value, Is.EqualTo(plugIn + (2 / 16.0) + Math.Log(3.5)).Within(1e-14).Or.EqualTo(ByHand(3.5)).Within(1e-14));

        static double ByHand(double width) => Enumerable.Range(0, 8).GroupBy(x => Math.Floor(x / width)).Sum(bin => -(bin.Count() / 8.0) * Math.Log(bin.Count() / 8.0)) + (2 / 16.0) + Math.Log(width);
    }

    [TestCase("normal")]
    [TestCase("exponential")]
    public void Is_within_its_stated_error_and_bias_for_smooth_laws(string law)
    {
        (double[] sample, double exact) = Samples.Of(law, 3, 20_000);
        EntropyEstimate entropy = Entropy(sample);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(entropy.Value, Is.EqualTo(exact).Within(entropy.Bias + (4 * entropy.StandardError)));
            Assert.That(entropy.StandardError, Is.EqualTo(Math.Sqrt((law == "normal" ? 0.5 : 1) / 20_000)).Within(5).Percent); // √(Var ln p/N)
            Assert.That(entropy.Bias, Is.LessThan(0.04));
        }
    }

    [Test]
    public void Survives_coinciding_quartiles()
    {
        double[] sample = [.. Enumerable.Repeat(1.0, 80), .. Samples.Normal(1, 20)];
        Assert.That(Entropy(sample).Value, Is.Not.NaN.And.LessThan(Samples.NormalEntropy));
    }

    [Test]
    public void Says_what_is_wrong_with_a_sample()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Entropy([1, 1, 1]), Is.EqualTo(new EntropyEstimate(double.NegativeInfinity, 0, new HistogramEntropy().Method, Status.PointState)));
            Assert.That(Entropy([1, 2, 3]).Status, Is.EqualTo(Status.SmallSample));
            Assert.That(Entropy([1, 2, double.NaN]).Status, Is.EqualTo(Status.Undefined));
            Assert.That(() => Entropy([1]), Throws.ArgumentException);
        }
    }
}
