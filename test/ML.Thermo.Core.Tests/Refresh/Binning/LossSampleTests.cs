using FsCheck;
using FsCheck.Fluent;
using ML.Thermo.Initialization;
using ML.Thermo.Refresh.Binning;

namespace ML.Thermo.Tests.Refresh.Binning;

/// <summary>A window's losses, whoever saw them.</summary>
internal sealed class LossSampleTests
{
    [FsCheck.NUnit.Property(MaxTest = 50)]
    public Property Parts_merge_to_the_whole(NormalFloat[] first, NormalFloat[] second)
    {
        LossSample whole = Of([.. first.Concat(second).Select(f => f.Get)]), left = Of([.. first.Select(f => f.Get)]), right = Of([.. second.Select(f => f.Get)]);
        left.Add(right);
        return (left.Values.SequenceEqual(whole.Values) && left.Counts.SequenceEqual(whole.Counts) && left.Count == whole.Count).ToProperty();
    }

    [Test]
    public void Parts_of_a_large_window_merge_to_the_whole_in_any_order()
    {
        double[] losses = new double[50_000];
        new RandomStream(3, 0).FillNormal(losses);
        LossSample whole = Of(losses), a = Of(losses[..10_000]), b = Of(losses[10_000..47_000]), c = Of(losses[47_000..]);
        c.Add(a);
        c.Add(b);
        Assert.Multiple(() =>
        {
            Assert.That(c.Values.ToArray(), Is.EqualTo(whole.Values.ToArray()));
            Assert.That(c.Counts.ToArray(), Is.EqualTo(whole.Counts.ToArray()));
            Assert.That(c.Values.Length, Is.LessThan(15_000));
        });
    }

    /// <summary>The definition: every loss cut to ten bits of mantissa, in order, with how often it was seen.</summary>
    [Test]
    public void A_large_window_counts_losses_of_any_sign_and_size()
    {
        double[] losses = new double[20_000];
        new RandomStream(4, 0).FillNormal(losses);
        for (int i = 0; i < losses.Length; i += 5)
            losses[i] = (i % 4) switch { 0 => 0.0, 1 => -0.0, 2 => 1e300 * losses[i], _ => double.Epsilon * (i % 3 == 0 ? 1 : -1) };
        IEnumerable<double> cut = losses.Select(loss => LossSample.Rounded(loss, losses.Length));
        IGrouping<double, double>[] expected = [.. cut.GroupBy(loss => loss).OrderBy(group => group.Key)];

        LossSample sample = Of(losses);

        Assert.That(sample.Values.ToArray(), Is.EqualTo(expected.Select(group => group.Key)));
        Assert.That(sample.Counts.ToArray(), Is.EqualTo(expected.Select(group => group.LongCount())));
        sample.Add(-7);
        Assert.That(sample.Counts.ToArray().Sum(), Is.EqualTo(losses.Length + 1)); // what was asked for once grows on
    }

    [Test]
    public void A_large_window_keeps_losses_to_a_thousandth() =>
        Assert.That(LossSample.Rounded(-3.14159265, LossSample.ExactRows + 1), Is.EqualTo(-3.14159265).Within(0.001 * 3.15));

    [Test]
    public void Written_and_read_it_is_the_same_and_damage_is_named()
    {
        LossSample sample = Of([3, 1, 1, -2.5]);
        using var stream = new MemoryStream();
        sample.Write(new BinaryWriter(stream));
        byte[] bytes = stream.ToArray();
        LossSample back = LossSample.Read(new BinaryReader(new MemoryStream(bytes)));
        Assert.That(back.Values.ToArray(), Is.EqualTo(new[] { -2.5, 1, 3 }));
        Assert.That(back.Counts.ToArray(), Is.EqualTo(new[] { 1L, 2, 1 }));
        bytes[12] = 0; // the first count
        Assert.That(() => LossSample.Read(new BinaryReader(new MemoryStream(bytes))), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("damaged"));
    }

    private static LossSample Of(double[] losses)
    {
        var sample = new LossSample();
        foreach (double loss in losses)
            sample.Add(loss);
        return sample;
    }
}
