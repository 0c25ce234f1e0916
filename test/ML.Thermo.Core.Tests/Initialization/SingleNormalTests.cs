using MathNet.Numerics.Distributions;
using ML.Thermo.Initialization;

namespace ML.Thermo.Tests.Initialization;

[TestFixture]
internal sealed class SingleNormalTests
{
    private const int Count = 1 << 20;

    [TestCase(1UL, 0UL)]
    [TestCase(77UL, ulong.MaxValue)]
    public void They_follow_the_normal_law_to_its_tails(ulong seed, ulong index)
    {
        float[] z = new float[Count];
        new RandomStream(seed, index).FillNormal(z);
        double[] sorted = [.. z.Select(x => (double)x).Order()];
        double gap = 0;
        for (int i = 0; i < Count; i++)
        {
            double cdf = Normal.CDF(0, 1, sorted[i]);
            gap = Math.Max(gap, Math.Max(((i + 1.0) / Count) - cdf, cdf - ((double)i / Count)));
        }

        double beyond = 2 * Normal.CDF(0, 1, -4) * Count;
        Assert.Multiple(() =>
        {
            Assert.That(gap * Math.Sqrt(Count), Is.LessThan(1.95)); // Kolmogorov: exceeded once in a thousand
            Assert.That(sorted.Average(x => x * x), Is.EqualTo(1).Within(4 * Math.Sqrt(2.0 / Count)));
            Assert.That(sorted.Average(x => x * x * x * x), Is.EqualTo(3).Within(4 * Math.Sqrt(96.0 / Count)));
            Assert.That(sorted.Count(x => Math.Abs(x) > 4), Is.EqualTo(beyond).Within(4 * Math.Sqrt(beyond)));
            Assert.That(z, Is.All.Matches<float>(float.IsFinite));
        });
    }

    [TestCase(1)]
    [TestCase(16)]
    [TestCase(32)]
    public void They_and_their_squares_are_uncorrelated_at_the_distances_of_the_lanes(int lag)
    {
        float[] z = new float[Count];
        new RandomStream(3, 9).FillNormal(z);
        double product = 0, squares = 0;
        for (int i = 0; i + lag < Count; i++)
        {
            product += z[i] * z[i + lag];
            squares += ((z[i] * z[i]) - 1) * ((z[i + lag] * z[i + lag]) - 1);
        }

        Assert.Multiple(() =>
        {
            Assert.That(product / Count, Is.EqualTo(0).Within(4 / Math.Sqrt(Count)));
            Assert.That(squares / Count, Is.EqualTo(0).Within(8 / Math.Sqrt(Count)));
        });
    }

    [Test]
    public void They_are_a_sequence_of_their_own_in_blocks_of_32()
    {
        RandomStream whole = new(4, 2), parts = new(4, 2), other = new(4, 3);
        float[] z = new float[96], first = new float[32], rest = new float[50], different = new float[96];
        whole.FillNormal(z);
        parts.FillNormal(first);
        _ = (parts.NextNormal(), parts.NextDouble());
        parts.FillNormal(rest);
        other.FillNormal(different);
        Assert.Multiple(() =>
        {
            Assert.That(first, Is.EqualTo(z[..32]));
            Assert.That(rest, Is.EqualTo(z[32..82]));
            Assert.That(different.Intersect(z), Is.Empty);
        });
    }
}
