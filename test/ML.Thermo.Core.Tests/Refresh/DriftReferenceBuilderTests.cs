using ML.Thermo.Refresh;

namespace ML.Thermo.Tests.Refresh;

/// <summary>What makes a reference: rows that it takes, and options that it refuses.</summary>
internal sealed class DriftReferenceBuilderTests
{
    [Test]
    public void Options_outside_their_ranges_are_refused_by_name_and_their_ends_taken()
    {
        var sound = new DriftOptions();
        (DriftOptions Options, string Name)[] refused =
        [
            (sound with { FalseAlarmRate = 0 }, "FalseAlarmRate"), (sound with { FalseAlarmRate = 1 }, "FalseAlarmRate"),
            (sound with { FalseAlarmRate = double.NaN }, "FalseAlarmRate"), (sound with { LeastEffect = -1e-9 }, "LeastEffect"),
            (sound with { LeastEffect = double.PositiveInfinity }, "LeastEffect"), (sound with { LeastEffect = double.NaN }, "LeastEffect"),
            (sound with { Draws = 98 }, "Draws"), (sound with { Draws = 198, FalseAlarmRate = 0.005 }, "Draws"),
            (sound with { FreshPoints = 0 }, "FreshPoints"),
            (sound with { RunLength = 1 }, "RunLength"), (sound with { RunLength = 100_001 }, "RunLength"),
            (sound with { RunLength = double.NaN }, "RunLength"),
        ];
        foreach ((DriftOptions options, string name) in refused)
        {
            Assert.That(
                () => new DriftReferenceBuilder([], options), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo(name), name);
        }

        Assert.That(
            () => new DriftReferenceBuilder([], sound with { Draws = 150, FalseAlarmRate = 0.005 }),
            Throws.Exception.With.Message.Contains("at least 199 draws"));
        DriftOptions[] taken =
        [
            sound with { LeastEffect = 0 }, sound with { Draws = 99 }, sound with { Draws = 199, FalseAlarmRate = 0.005 }, sound with { FreshPoints = 1 },
            sound with { RunLength = 1.001 }, sound with { RunLength = 100_000 }, sound with { FalseAlarmRate = 0.999 },
        ];
        foreach (DriftOptions options in taken)
            Assert.That(() => new DriftReferenceBuilder([], options), Throws.Nothing);
    }

    [Test]
    public void Rows_are_counted_and_refused_before_and_after_the_bins_are_cut()
    {
        var builder = new DriftReferenceBuilder([new("x")], new DriftOptions { RowsInOrder = false });
        for (int i = 0; i < DriftReferenceBuilder.SampleRows + 2; i++)
        {
            if (i is 0 or DriftReferenceBuilder.SampleRows + 1)
            {
                Assert.That(() => builder.Observe(1, 1, [1, 2]), Throws.ArgumentException.With.Message.Contains("Got 2 inputs: expected 1"));
                Assert.That(
                    () => builder.Observe(double.PositiveInfinity, 1, [1]), Throws.TypeOf<UnusableDataException>().With.Message.Contains($"Row {i + 1} has"));
                Assert.That(
                    () => builder.Observe(1, double.NegativeInfinity, [1]), Throws.TypeOf<UnusableDataException>().With.Message.Contains($"Row {i + 1} has"));
            }

            Assert.That(builder.Rows, Is.EqualTo(i));
            builder.Observe(i, double.NaN, [-i]);
        }

        DriftReference reference = builder.Build();
        Assert.That((reference.Rows.Rows, reference.Rows.Labelled, reference.Order), Is.EqualTo((16_386L, 16_386L, (RowOrder?)null)));
        Assert.That(reference.Layout.Energy!.Edges[^1], Is.LessThan(DriftReferenceBuilder.SampleRows), "cut through the first rows");
        Assert.That(reference.Layout.EnergyCentre, Is.EqualTo((DriftReferenceBuilder.SampleRows - 1) / 2.0));
        Assert.That(reference.Rows.Sample.Rows, Is.EqualTo(4096), "of a large reference the first rows are kept");
        Assert.That(reference.Rows.Sample.Row(0)[0], Is.EqualTo(reference.Layout.InputBins[0].Find(0)));
    }

    [TestCase(19, false)]
    [TestCase(20, true)]
    public void Twenty_rows_make_a_reference(int rows, bool isEnough)
    {
        var builder = new DriftReferenceBuilder([new("x")]);
        for (int i = 0; i < rows; i++)
            builder.Observe(double.NaN, double.NaN, [i]);
        if (isEnough)
            Assert.That(builder.Build().Rows.Rows, Is.EqualTo(20));
        else
            Assert.That(() => builder.Build(), Throws.TypeOf<UnusableDataException>().With.Message.Contains("has 19 rows"));
    }

    [Test]
    public void There_must_be_something_to_watch_and_categories_are_codes()
    {
        DriftReference Of(DriftInput[] inputs, Func<int, double> value, Func<int, double>? energy = null)
        {
            var builder = new DriftReferenceBuilder(inputs);
            for (int i = 0; i < 30; i++)
                builder.Observe(energy?.Invoke(i) ?? double.NaN, double.NaN, [.. inputs.Select(_ => value(i))]);
            return builder.Build();
        }

        Assert.That(() => Of([], _ => 0), Throws.TypeOf<UnusableDataException>().With.Message.Contains("nothing to watch"));
        Assert.That(
            () => Of([], _ => 0, i => i == 3 ? 1 : double.NaN),
            Throws.TypeOf<UnusableDataException>().With.Message.Contains("nothing to watch"), "one loss is no law");
        Assert.That(Of([], _ => 0, i => i is 3 or 5 ? i : double.NaN).Rows.Labelled, Is.EqualTo(2));
        DriftInput category = new("colour", IsCategory: true);
        Assert.That(() => Of([category], i => (i % 3) - 1), Throws.TypeOf<UnusableDataException>().With.Message.Contains("'colour' has the category -1"));
        Assert.That(() => Of([category], i => (i % 3) + 0.5), Throws.TypeOf<UnusableDataException>().With.Message.Contains("the category 0.5"));
        DriftReference codes = Of([category], i => i == 4 ? double.NaN : i % 3);
        Assert.That((codes.Layout.InputBins[0].Count, codes.Rows.Missing(0), codes.Rows.Counts(0).ToArray()), Is.EqualTo((4, 1L, new long[] { 10, 9, 10, 0 })));
        DriftReference empty = Of([new("x")], _ => double.NaN);
        Assert.That((empty.Layout.InputBins[0].Count, empty.Rows.Missing(0)), Is.EqualTo((1, 30L)), "whether it is still empty can be seen");
    }

    [Test]
    public void What_comes_into_a_reference_later_has_no_place_in_its_order()
    {
        DriftReference reference = DriftData.OfLosses(DriftData.Squares(100, 1, 5, 0));
        Assert.That(() => reference.Rows.Merge(DriftData.Window(reference, [1, 2])), Throws.Nothing);
        reference.Rows.Observe(1, double.NaN, []);
        Assert.That(reference.Rows.Rows, Is.EqualTo(103));
        using var file = new MemoryStream();
        DriftReference same = DriftData.OfLosses(DriftData.Squares(100, 1, 5, 0));
        using var other = new MemoryStream();
        reference.Order!.Write(new BinaryWriter(file));
        same.Order!.Write(new BinaryWriter(other));
        Assert.That(file.ToArray(), Is.EqualTo(other.ToArray()));
    }
}
