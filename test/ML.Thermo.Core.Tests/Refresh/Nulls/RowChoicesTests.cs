using ML.Thermo.Initialization;
using ML.Thermo.Refresh.Nulls;

namespace ML.Thermo.Tests.Refresh.Nulls;

/// <summary>Choices of rows that windows of one size share, and the sums of what they choose.</summary>
internal sealed class RowChoicesTests
{
    private const ulong Seed = 5;

    /// <summary>Of choices of 4,000 rows four batches are kept; the others are drawn each time.</summary>
    [TestCase(30, 7, 5)]
    [TestCase(9000, 4000, 7)]
    public void Choices_are_those_of_one_stream_for_whoever_asks(int all, int chosen, int batches)
    {
        var choices = new RowChoices(all, chosen, Seed);
        ushort[][] first = [.. choices.Batches().Take(2).SelectMany(batch => batch)];
        ushort[][][] found = new ushort[3][][];
        Parallel.For(0, found.Length, i => found[i] = [.. choices.Batches().Take(batches).SelectMany(batch => batch)]);
        int[] order = [.. Enumerable.Range(0, all)];
        var random = new RandomStream(Seed, 1);
        ushort[][] expected = new ushort[batches * RowChoices.Together][];
        for (int i = 0; i < expected.Length; i++)
        {
            Relabelling.Choose(order, chosen, random);
            expected[i] = [.. order[..chosen].Select(row => (ushort)row)];
        }

        Assert.That(first, Is.EqualTo(expected[..first.Length]));
        Assert.That(found, Is.All.EqualTo(expected));
    }

    [Test]
    public void Those_of_one_size_are_shared_while_few_sizes_are_asked_for()
    {
        RowChoices first = RowChoices.Of(40, 11, Seed);
        Assert.That(RowChoices.Of(40, 11, Seed), Is.SameAs(first));
        Assert.That(RowChoices.Of(40, 11, Seed + 1), Is.Not.SameAs(first));
        ushort[][] before = first.Batches().First();
        for (int all = 100; all < 120; all++)
            _ = RowChoices.Of(all, 11, Seed);
        RowChoices again = RowChoices.Of(40, 11, Seed);
        Assert.That(again, Is.Not.SameAs(first), "memory is bounded");
        Assert.That(again.Batches().First(), Is.EqualTo(before));
    }

    /// <summary>Widths of less than a panel, of one and of more; an odd choice has no other to be summed with.</summary>
    [TestCase(1, 1)]
    [TestCase(16, 2)]
    [TestCase(43, 5)]
    public void Sums_of_rows_are_those_of_their_order_to_the_last_bit(int width, int count)
    {
        const int Rows = 50, Start = 3, Chosen = 20;
        int panels = RowSums.Panels(width);
        double[] table = new double[Start + (panels * Rows * RowSums.Panel)];
        new RandomStream(Seed, 2).FillNormal(table);
        ushort[][] choices = [.. new RowChoices(Rows, Chosen, Seed).Batches().First().Take(count)];
        double[][] sums = [.. choices.Select(_ => new double[panels * RowSums.Panel])];
        RowSums.Of(table, Start, Rows, choices, sums);
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < width; j++)
            {
                double sum = 0;
                foreach (ushort row in choices[i])
                    sum += table[Start + (((j / RowSums.Panel * Rows) + row) * RowSums.Panel) + (j % RowSums.Panel)];
                Assert.That(sums[i][j], Is.EqualTo(sum), $"choice {i}, column {j}");
            }
        }
    }
}
