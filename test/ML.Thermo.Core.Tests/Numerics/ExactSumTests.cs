using ML.Thermo.Initialization;
using ML.Thermo.Numerics;

namespace ML.Thermo.Tests.Numerics;

internal sealed class ExactSumTests
{
    [TestCase(0.0)]
    [TestCase(1.0)]
    [TestCase(-0.1)]
    [TestCase(double.Epsilon)]
    [TestCase(-double.Epsilon)]
    [TestCase(double.MaxValue)]
    [TestCase(double.MinValue)]
    [TestCase(2.2250738585072014e-308)]
    [TestCase(1e-300)]
    public void A_single_term_comes_back_unchanged(double term) => Assert.That(Of(term), Is.EqualTo(term));

    [Test]
    public void Terms_of_all_sizes_cancel_without_a_trace()
    {
        Assert.That(Of(1e300, 1, -1e300), Is.EqualTo(1));
        Assert.That(Of(1e16, 1, 1e-16, -1e16, -1), Is.EqualTo(1e-16));
        Assert.That(Of(0.1, 0.2, -0.30000000000000004), Is.EqualTo(-2.7755575615628914e-17), "the exact sum of these three doubles, by Python's fractions");
    }

    [Test]
    public void The_sum_is_the_exact_one_rounded_once() =>
        Assert.That(Of([.. Enumerable.Repeat(0.1, 10)]), Is.EqualTo(1.0), "Python: math.fsum([0.1]*10) == 1.0");

    [FsCheck.NUnit.Property(MaxTest = 200)]
    public bool Order_and_grouping_change_no_bit(int seed)
    {
        var random = new RandomStream((ulong)(uint)seed, 0);
        double[] terms = [.. Enumerable.Range(0, 60).Select(_ => random.NextNormal() * Math.Pow(10, random.NextInteger(40) - 20))];
        var whole = new ExactSum();
        foreach (double term in terms)
            whole.Add(term);
        ExactSum left = new(), right = new();
        foreach (double term in terms.Reverse())
            (random.NextDouble() < 0.5 ? left : right).Add(term);
        right.Add(left);
        return right.Value == whole.Value && Bytes(right).SequenceEqual(Bytes(whole));
    }

    private static double Of(params double[] terms)
    {
        var sum = new ExactSum();
        foreach (double term in terms)
            sum.Add(term);
        return sum.Value;
    }

    private static byte[] Bytes(ExactSum sum)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        sum.Write(writer);
        return stream.ToArray();
    }
}
