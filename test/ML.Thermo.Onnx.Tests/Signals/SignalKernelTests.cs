using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Tests.Signals;

public sealed class SignalKernelTests
{
    [Test]
    public void Sums_equal_those_in_double_for_every_layout(
        [Values(1, 3, 16, 19)] int units, [Values(1, 2, 49, 1100)] int inner, [Values(1, 66)] int outer, [Values(0f, -0.5f, float.NegativeInfinity)] float low,
            [Values(float.PositiveInfinity, 0.8f)] float high)
    {
        var random = new RandomStream(11, (ulong)((units * 10_000) + inner));
        float[] values = [.. Enumerable.Range(0, outer * units * inner).Select(_ => (float)random.NextNormal())];
        double[] sums = new double[UnitSums.Fields * units];
        UnitSums.Clear(sums, units);

        long outside = SignalKernel.Accumulate(values, units, inner, (low, high), (-1, 1.5f), sums);

        Assert.That(outside, Is.EqualTo(values.Count(x => x is <= -1 or >= 1.5f)));
        Assert.That(SignalKernel.Accumulate(values, units, inner, (low, high), null, new double[sums.Length]), Is.Zero);

        for (int u = 0; u < units; u++)
        {
            int first = u * inner;
            float[] own = [.. Enumerable.Range(0, outer).SelectMany(o => values[((o * units * inner) + first)..((o * units * inner) + first + inner)])];
            double square = own.Sum(x => (double)x * x);
            Assert.That(sums[u], Is.EqualTo(own.Sum(x => (double)x)).Within(1e-6 * (1 + square)));
            Assert.That(sums[units + u], Is.EqualTo(square).Within(1e-6 * square));
            Assert.That(sums[(2 * units) + u], Is.EqualTo(own.Sum(x => Math.Clamp((double)x, low, high))).Within(1e-6 * (1 + square)));
            Assert.That(sums[(3 * units) + u], Is.EqualTo(own.Sum(x => Math.Pow(Math.Clamp(x, low, high), 2))).Within(1e-6 * (1 + square)));
            Assert.That((sums[UnitSums.At(UnitSums.Least, units, u)], sums[UnitSums.At(UnitSums.Most, units, u)]), Is.EqualTo(((double)own.Min(), (double)own.Max())));
        }
    }

    [TestCase(1e-3)]
    [TestCase(1.0)]
    [TestCase(1e6)]
    public void Histogram_entropy_of_a_normal_sample_is_the_normal_entropy_at_any_scale(double scale)
    {
        var random = new RandomStream(2, 0);
        float[] values = [.. Enumerable.Range(0, 200_000).Select(_ => (float)(scale * random.NextNormal()))];
        double[] counts = new double[SignalHistogram.Bins];
        SignalHistogram.Add(values, int.MaxValue, step: 0, counts);

        Estimate entropy = SignalHistogram.Entropy(counts, step: 0);

        // ½ ln 2πe σ²; eight bins an octave flatten the density by at most (width)²/24 of its curvature: below 0.003 nat here,
        // and sd ln p/√n = 0.0016
        Assert.That(entropy.Value, Is.EqualTo(1.4189385332 + Math.Log(scale)).Within(0.003 + (4 * 0.0016)));
    }

    [Test]
    public void Entropy_of_codes_is_that_of_their_steps()
    {
        // 100 codes equally often, 0.02 apart: ln 100 + ln 0.02, and Miller-Madow's 99/2N
        float[] values = [.. Enumerable.Range(0, 10_000).Select(i => 0.02f * ((i % 100) - 30))];
        double[] counts = new double[SignalHistogram.Bins];
        SignalHistogram.Add(values, int.MaxValue, step: 0.02, counts);
        Assert.That(SignalHistogram.Entropy(counts, step: 0.02).Value, Is.EqualTo(Math.Log(100 * 0.02) + (99 / 20_000.0)).Within(1e-12));
    }

    [Test]
    public void Values_beyond_bounds_are_counted_whatever_the_length([Values(1, 15, 16, 77)] int length)
    {
        float[] values = [.. Enumerable.Range(0, length).Select(i => MathF.Sin(i))];
        Assert.That(SignalKernel.CountOutside(values, -0.5f, 0.25f), Is.EqualTo(values.Count(x => x <= -0.5f || x >= 0.25f)));
    }
}
