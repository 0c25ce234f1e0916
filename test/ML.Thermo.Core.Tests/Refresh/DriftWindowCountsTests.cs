using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Binning;

namespace ML.Thermo.Tests.Refresh;

/// <summary>What a window counts, row by row, and what becomes of it when labels come later.</summary>
internal sealed class DriftWindowCountsTests
{
    private static readonly DriftInput[] s_inputs = [new("x"), new("c", IsCategory: true), new("p", IsPrediction: true), new("q", IsPrediction: true)];

    [Test]
    public void Every_value_is_counted_in_its_bin_and_every_missing_one_as_such()
    {
        DriftReference reference = Reference();
        (double Energy, double Self, double[] Row)[] rows = [.. Rows(90, 2)];
        DriftWindow window = Window(reference, rows);
        for (int j = 0; j < s_inputs.Length; j++)
        {
            Bins bins = reference.Layout.InputBins[j];
            double[] values = [.. rows.Select(row => row.Row[j])];
            Assert.That(window.Counts(j).ToArray(), Is.EqualTo(Enumerable.Range(0, bins.Count).Select(bin => values.LongCount(x => bins.Find(x) == bin))));
            Assert.That(window.Missing(j), Is.EqualTo(values.LongCount(double.IsNaN)));
        }

        Assert.That((window.Rows, window.Labelled), Is.EqualTo((90L, rows.LongCount(row => !double.IsNaN(row.Energy)))));
        Assert.That(window.SelfEnergy!.Count, Is.EqualTo(rows.LongCount(row => !double.IsNaN(row.Self))));
        Assert.That(window.Sample.Rows, Is.EqualTo(90));
        Assert.That(
            window.Sample.Row(4).ToArray(),
            Is.EqualTo((byte[])[Cell(reference.Layout.SelfEnergy!, rows[4].Self), .. rows[4].Row.Select((x, j) => Cell(reference.Layout.InputBins[j], x))]));
        Assert.That(window.Sample.Row(5)[0], Is.EqualTo(RowSample.Missing), "no self-energy");
    }

    [Test]
    public void A_window_that_was_cleared_is_as_new_and_two_merged_have_the_sum()
    {
        DriftReference reference = Reference();
        DriftWindow window = Window(reference, Rows(40, 3)), other = Window(reference, Rows(30, 4)), both = Window(reference, [.. Rows(40, 3), .. Rows(30, 4)]);
        byte[] before = Bytes(other);
        window.Merge(other);
        Assert.That(Bytes(window), Is.EqualTo(Bytes(both)));
        Assert.That(Bytes(other), Is.EqualTo(before), "it is left as it was");
        Assert.That(window.SelectionPValue(199, 1), Is.EqualTo(both.SelectionPValue(199, 1)));
        window.Clear();
        Assert.That(Bytes(window), Is.EqualTo(Bytes(reference.NewWindow())));
        Assert.That((window.Rows, window.Labelled, window.SelfEnergy!.Count, window.Sample.Seen), Is.EqualTo((0L, 0L, 0L, 0L)));
    }

    [Test]
    public void Labels_that_come_later_make_the_window_of_labels_that_came_at_once()
    {
        DriftReference reference = Reference(s_inputs[..3]);
        (double Energy, double Self, double[] Row)[] rows = [.. Rows(60, 5).Select(row => (Math.Abs(row.Energy), row.Self, row.Row[..3]))];
        DriftWindow late = Window(reference, rows.Select((row, i) => (i % 2 == 0 ? double.NaN : row.Energy, row.Self, row.Row)));
        DriftWindow without = late.WithoutLabels(), none = Window(reference, rows.Select(row => (double.NaN, row.Self, row.Row)));
        Assert.That(Bytes(without), Is.EqualTo(Bytes(none)));
        Assert.That((without.Rows, without.Labelled, without.SelectionPValue(99, 1)), Is.EqualTo((60L, 0L, 1.0)));
        for (int i = 0; i < rows.Length; i += 2)
            late.Label(rows[i].Energy, rows[i].Row[2]);
        Assert.That(Bytes(late), Is.EqualTo(Bytes(Window(reference, rows))));
        Assert.That(() => late.Label(double.PositiveInfinity, 0), Throws.TypeOf<UnusableDataException>());
        Assert.That(late.Labelled, Is.EqualTo(rows.LongCount(row => !double.IsNaN(row.Energy))), "it is not counted");
    }

    [Test]
    public void Whether_labels_are_a_fair_sample_is_asked_of_every_prediction()
    {
        DriftReference reference = Reference();
        (double Energy, double Self, double[] Row)[] rows = [.. Rows(200, 6).Select((row, i) =>
            (row.Row[2] > 0.4 || i % 7 == 0 ? 1.0 : double.NaN, row.Self, row.Row))];
        double Of(int input)
        {
            Bins bins = reference.Layout.InputBins[input];
            long[] Counts(bool labelled) => [.. Enumerable.Range(0, bins.Count).Select(bin =>
                rows.LongCount(row => double.IsNaN(row.Energy) != labelled && bins.Find(row.Row[input]) == bin))];
            return CategoryMix.PValue(Counts(false), Counts(true), 399, 8);
        }

        double expected = Math.Min(1, 2 * Math.Min(Of(2), Of(3)));
        Assert.That(Window(reference, rows).SelectionPValue(399, 8), Is.EqualTo(expected));
        Assert.That(expected, Is.LessThan(0.01));
        Assert.That(Window(reference, rows.Select(row => (1.0, row.Self, row.Row))).SelectionPValue(399, 8), Is.EqualTo(1), "all have one");
    }

    [Test]
    public void What_cannot_be_counted_is_refused_before_anything_of_it_is()
    {
        DriftReference reference = Reference();
        DriftWindow window = Window(reference, Rows(5, 7));
        byte[] before = Bytes(window);
        Assert.That(() => window.Observe(double.NegativeInfinity, 1, [0, 0, 0, 0]), Throws.TypeOf<UnusableDataException>().With.Message.Contains("-"));
        Assert.That(
            () => window.Observe(1, double.PositiveInfinity, [0, 0, 0, 0]),
            Throws.TypeOf<UnusableDataException>().With.Message.Contains("expected a finite number"));
        Assert.That(() => window.Observe(1e200, 1, [0, 0, 0, 0]), Throws.TypeOf<UnusableDataException>().With.Message.Contains("fourth power"));
        Assert.That(() => window.Observe(1, -1e200, [0, 0, 0, 0]), Throws.TypeOf<UnusableDataException>().With.Message.Contains("fourth power"));
        Assert.That(() => window.Observe(1, 1, [0, 0, 0]), Throws.ArgumentException.With.Message.Contains("Got 3 inputs: expected 4"));
        Assert.That(() => window.Merge(Reference(s_inputs[..3]).NewWindow()), Throws.ArgumentException.With.Message.Contains("different bins"));
        Assert.That(() => window.ToState(0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(Bytes(window), Is.EqualTo(before));
    }

    [Test]
    public void One_known_energy_is_no_state_and_two_are()
    {
        DriftReference reference = Reference();
        DriftWindow window = reference.NewWindow();
        window.Observe(1, 1, [0, 0, 0, 0]);
        Assert.That(window.ToState(5), Is.Null);
        window.Observe(3, 1, [0, 0, 0, 0]);
        Assert.That((window.ToState(5)!.Energy.Value, window.ToState(5)!.Variance.Value), Is.EqualTo((2.0, 0.4)).Within(1e-12));
    }

    [Test]
    public void More_channels_than_a_small_row_has_are_counted_alike()
    {
        DriftInput[] inputs = [.. Enumerable.Range(0, 300).Select(j => new DriftInput($"x{j}"))];
        var builder = new DriftReferenceBuilder(inputs);
        for (int i = 0; i < 25; i++)
            builder.Observe(double.NaN, double.NaN, [.. inputs.Select((_, j) => (double)((i * (j + 1)) % 25))]);
        DriftReference reference = builder.Build();
        DriftWindow window = reference.NewWindow();
        window.Observe(double.NaN, double.NaN, [.. inputs.Select((_, j) => j % 3 == 0 ? double.NaN : j % 25)]);
        Assert.That(
            window.Sample.Row(0).ToArray(),
            Is.EqualTo(inputs.Select((_, j) => j % 3 == 0 ? RowSample.Missing : (byte)reference.Layout.InputBins[j].Find(j % 25))));
        Assert.That(Enumerable.Range(0, 300).Select(window.Missing).Sum(), Is.EqualTo(100));
    }

    [Test]
    public void A_window_of_a_later_or_another_format_is_refused_by_name()
    {
        DriftReference reference = Reference(), other = Reference(s_inputs[..3]);
        byte[] bytes = Bytes(Window(reference, Rows(5, 8)));
        Assert.That(() => other.ReadWindow(new MemoryStream(bytes)), Throws.TypeOf<UnusableDataException>().With.Message.Contains("another reference"));
        Assert.That(Bytes(reference.ReadWindow(new MemoryStream(bytes))), Is.EqualTo(bytes));
    }

    private static byte Cell(Bins bins, double value) => bins.Cell(bins.Find(value));

    private static DriftReference Reference(DriftInput[]? inputs = null)
    {
        var builder = new DriftReferenceBuilder(inputs ?? s_inputs);
        foreach ((double energy, double self, double[] row) in Rows(150, 1))
            builder.Observe(energy, self, row.AsSpan(0, (inputs ?? s_inputs).Length));
        return builder.Build();
    }

    private static DriftWindow Window(DriftReference reference, IEnumerable<(double Energy, double Self, double[] Row)> rows)
    {
        DriftWindow window = reference.NewWindow();
        foreach ((double energy, double self, double[] row) in rows)
            window.Observe(energy, self, row);
        return window;
    }

    private static IEnumerable<(double Energy, double Self, double[] Row)> Rows(int count, ulong stream)
    {
        double[][] numbers = DriftData.Rows(count, 4, 0.3, 51, stream);
        for (int i = 0; i < count; i++)
        {
            double[] x = numbers[i];
            yield return (i % 6 == 3 ? double.NaN : x[0] * x[0], i % 5 == 0 ? double.NaN : Math.Abs(x[1]), [i % 8 == 2 ? double.NaN : x[0], i % 4, x[2], x[3]]);
        }
    }

    private static byte[] Bytes(DriftWindow window)
    {
        using var stream = new MemoryStream();
        window.Save(stream);
        return stream.ToArray();
    }
}
