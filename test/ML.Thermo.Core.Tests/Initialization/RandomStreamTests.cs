using System.Runtime.Intrinsics;
using ML.Thermo.Initialization;
using ML.Thermo.Numerics;
using ML.Thermo.Tests.Numerics;

namespace ML.Thermo.Tests.Initialization;

public class Random_streams
{
    // golden: known-answer tests of Random123 (philox4x32, 10 rounds); all ones, and the digits of π
    [TestCase(0u, 0u, 0u, 0u, 0u, 0u, new uint[] { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 })]
    [TestCase(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, new uint[] { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd })]
    [TestCase(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, new uint[] { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 })]
    public void Are_Philox4x32_10(uint c0, uint c1, uint c2, uint c3, uint key0, uint key1, uint[] expected)
    {
        var (w0, w1, w2, w3) = RandomStream.Philox(Wide(c0), Wide(c1), Wide(c2), Wide(c3), key0, key1);
        foreach (int lane in Enumerable.Range(0, 8))
            Assert.That(new[] { w0[lane], w1[lane], w2[lane], w3[lane] }, Is.EqualTo(expected.Select(word => (ulong)word)));

        static Vector512<ulong> Wide(uint word) => Vector512.Create((ulong)word);
    }

    [Test]
    public void Begin_with_the_generator_at_their_own_index_and_counter_zero()
    {
        // golden: Philox at counter 0, stream 0, key 0 gives 6627e8d5 e169c58d first
        Assert.That(new RandomStream(0, 0).NextDouble(), Is.EqualTo(((0x6627e8d5e169cUL) + 0.5) / (1UL << 52)));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(15)]
    [TestCase(16)]
    [TestCase(17)]
    [TestCase(1000)]
    public void Give_the_same_numbers_singly_and_in_fills(int length)
    {
        var single = new RandomStream(42, 7);
        var filled = new RandomStream(42, 7);
        double[] uniforms = new double[length], normals = new double[length];
        for (int repeat = 0; repeat < 3; repeat++)
        {
            filled.FillUniform(uniforms);
            filled.FillNormal(normals);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(normals, Is.EqualTo(Enumerable.Range(0, length).Select(_ => single.NextNormal())));
                Assert.That(uniforms, Is.EqualTo(Enumerable.Range(0, length).Select(_ => single.NextDouble())));
                Assert.That(filled.NextDouble(), Is.EqualTo(single.NextDouble()));
                Assert.That(filled.NextNormal(), Is.EqualTo(single.NextNormal()));
            }
        }
    }

    [Test]
    public void Keep_their_normal_numbers_whatever_uniform_ones_were_taken()
    {
        RandomStream plain = new(3, 1), mixed = new(3, 1);
        double[] normals = [.. Enumerable.Range(0, 40).Select(_ => plain.NextNormal())];
        Assert.That(Enumerable.Range(0, 40).Select(i => mixed.NextDouble() > 2 ? 0 : mixed.NextInteger(i + 1) < 0 ? 0 : mixed.NextNormal()), Is.EqualTo(normals));
    }

    [Test]
    public void Do_not_depend_on_the_thread_that_draws()
    {
        double[] serial = [.. Enumerable.Range(0, 1000).Select(i => new RandomStream(5, (ulong)i).NextNormal())];
        double[] parallel = [.. Enumerable.Range(0, 1000).AsParallel().AsOrdered().Select(i => new RandomStream(5, (ulong)i).NextNormal())];
        Assert.That(parallel, Is.EqualTo(serial));
    }

    [TestCase(1UL, 0UL)]
    [TestCase(1UL, ulong.MaxValue - 1)]
    [TestCase(0xFFFF_FFFF_0000_0000UL, 1UL << 32)]
    public void Have_the_moments_of_their_laws(ulong seed, ulong index)
    {
        const int n = 1 << 18;
        double[] numbers = new double[n];
        var random = new RandomStream(seed, index);
        random.FillUniform(numbers);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(numbers, Has.All.GreaterThan(0).And.All.LessThan(1));
            double[] centred = [.. numbers.Select(u => u - 0.5)];
            // raw moments of U(−½, ½): 0, 1/12, 0, 1/80; their standard errors from moments twice as high
            Moment(centred, 1, 0, 1.0 / 12);
            Moment(centred, 2, 1.0 / 12, (1.0 / 80) - (1.0 / 144));
            Moment(centred, 3, 0, 1.0 / 448);
            Moment(centred, 4, 1.0 / 80, (1.0 / 2304) - (1.0 / 6400));
            random.FillNormal(numbers);
            Moment(numbers, 1, 0, 1);
            Moment(numbers, 2, 1, 2);
            Moment(numbers, 3, 0, 15);
            Moment(numbers, 4, 3, 96);
            Moment(numbers, 6, 15, 10170);
        }
    }

    [Test]
    public void Fill_the_tails_and_the_middle_of_the_normal_law_alike()
    {
        const int n = 1 << 18;
        double[] numbers = new double[n];
        new RandomStream(11, 0).FillNormal(numbers);
        Array.Sort(numbers);
        double distance = Enumerable.Range(0, n).Max(i => Math.Abs(SpecialFunctions.NormalDistribution(numbers[i]) - ((i + 0.5) / n)));
        Assert.That(distance * Math.Sqrt(n), Is.LessThan(1.95)); // Kolmogorov: exceeded once in a thousand seeds
    }

    [Test]
    public void Are_independent_of_their_neighbours_in_index_seed_and_sequence()
    {
        const int n = 1 << 16;
        using (Assert.EnterMultipleScope())
        {
            Correlation(Normals(1, 0), Normals(1, 1));
            Correlation(Normals(1, 0), Normals(2, 0));
            Correlation(Normals(1, 0), Normals(1, 1UL << 32));
            Correlation(Normals(1, 0)[..^1], Normals(1, 0)[1..]);
            Correlation(Normals(1, 0)[..^8], Normals(1, 0)[8..]);
            Correlation([.. Normals(1, 0)[..^8].Select(z => z * z)], [.. Normals(1, 0)[8..].Select(z => z * z)]);
            double[] uniforms = new double[n];
            new RandomStream(1, 0).FillUniform(uniforms);
            Correlation(Normals(1, 0), uniforms);
            Correlation([.. Enumerable.Range(0, n).Select(i => new RandomStream(9, (ulong)i).NextNormal())], [.. Enumerable.Range(1, n).Select(i => new RandomStream(9, (ulong)i).NextNormal())]);
        }

        static double[] Normals(ulong seed, ulong index)
        {
            double[] numbers = new double[n];
            new RandomStream(seed, index).FillNormal(numbers);
            return numbers;
        }
    }

    [Test]
    public void Draw_integers_uniformly()
    {
        const int n = 600_000;
        int[] counts = new int[6];
        var random = new RandomStream(8, 0);
        for (int i = 0; i < n; i++)
            counts[random.NextInteger(6)]++;
        double chiSquare = counts.Sum(count => Math.Pow(count - (n / 6.0), 2) / (n / 6.0));
        Assert.That(IncompleteGamma.Upper(2.5, chiSquare / 2), Is.GreaterThan(1e-4));
    }

    [TestCase(0)]
    [TestCase(-1)]
    public void Refuse_an_empty_range_of_integers(long bound) =>
        Assert.That(() => new RandomStream(1, 1).NextInteger(bound), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static void Moment(double[] numbers, int power, double expected, double variance) =>
        Assert.That(
            CompensatedSum.Of([.. numbers.Select(x => Math.Pow(x, power))]) / numbers.Length,
            Is.EqualTo(expected).Within(4 * Math.Sqrt(variance / numbers.Length)));

    private static void Correlation(double[] a, double[] b)
    {
        double meanA = a.Average(), meanB = b.Average();
        double covariance = a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum();
        double scale = Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));
        Assert.That(covariance / scale, Is.EqualTo(0).Within(4 / Math.Sqrt(a.Length)));
    }

    [Test]
    public void Shuffles_into_every_order_alike()
    {
        const int Draws = 6000;
        var seen = new Dictionary<string, int>();
        for (ulong i = 0; i < Draws; i++)
        {
            char[] items = ['a', 'b', 'c'];
            new RandomStream(5, i).Shuffle<char>(items);
            seen[new string(items)] = seen.GetValueOrDefault(new string(items)) + 1;
        }

        Assert.That(seen, Has.Count.EqualTo(6));
        Assert.That(seen.Values, Is.All.EqualTo(Draws / 6).Within(4 * Math.Sqrt(Draws * (1 / 6.0) * (5 / 6.0))));
    }
}
