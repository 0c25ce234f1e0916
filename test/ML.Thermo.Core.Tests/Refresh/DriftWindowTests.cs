using ML.Thermo.Refresh;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Refresh;

internal sealed class DriftWindowTests
{
    [Test]
    public void Parts_in_any_order_merge_to_the_very_bits_of_the_whole()
    {
        DriftReference reference = Reference();
        (double Energy, double Self, double[] Inputs)[] rows = Rows(1000, 5);
        DriftWindow whole = reference.NewWindow(), merged = reference.NewWindow();
        DriftWindow[] parts = [.. Enumerable.Range(0, 7).Select(_ => reference.NewWindow())];
        for (int i = 0; i < rows.Length; i++)
        {
            whole.Observe(rows[i].Energy, rows[i].Self, rows[i].Inputs);
            int j = rows.Length - 1 - i;
            parts[j % 7].Observe(rows[j].Energy, rows[j].Self, rows[j].Inputs);
        }

        foreach (DriftWindow part in parts)
            merged.Merge(part);
        Assert.That(Bytes(merged), Is.EqualTo(Bytes(whole)));
    }

    [Test]
    public void A_window_and_its_reference_come_back_from_a_file_as_they_were()
    {
        DriftReference reference = Reference();
        DriftWindow window = reference.NewWindow();
        foreach ((double energy, double self, double[] inputs) in Rows(200, 6))
            window.Observe(energy, self, inputs);

        using var stream = new MemoryStream();
        reference.Save(stream);
        window.Save(stream);
        stream.Position = 0;
        DriftReference loaded = DriftReference.Load(stream);
        DriftWindow back = loaded.ReadWindow(stream);

        Assert.That(Bytes(back), Is.EqualTo(Bytes(window)));
        WindowDrift before = reference.Measure(window), after = loaded.Measure(back);
        Assert.Multiple(() =>
        {
            Assert.That(after.PValue, Is.EqualTo(before.PValue));
            Assert.That(after.LabelFreePValue, Is.EqualTo(before.LabelFreePValue));
            Assert.That(after.Energy!.Transition!.Temperature, Is.EqualTo(before.Energy!.Transition!.Temperature));
            Assert.That(after.Inputs.Select(input => input.Distances), Is.EqualTo(before.Inputs.Select(input => input.Distances)));
        });
    }

    [Test]
    public void A_changed_bit_or_a_missing_end_of_a_saved_thing_is_refused_by_name([Values("reference", "window", "detector")] string what)
    {
        DriftReference reference = Reference();
        DriftWindow window = reference.NewWindow();
        foreach ((double energy, double self, double[] inputs) in Rows(60, 8))
            window.Observe(energy, self, inputs);
        var detector = new SequentialDetector(reference, DriftRule.Energy);
        detector.Observe(window);
        (Action<Stream> save, Action<Stream> load) = what switch
        {
            "reference" => ((Action<Stream>)reference.Save, (Action<Stream>)(from => DriftReference.Load(from))),
            "window" => (window.Save, from => reference.ReadWindow(from)),
            _ => (detector.Save, from => SequentialDetector.Load(from, reference)),
        };
        using var saved = new MemoryStream();
        save(saved);
        byte[] bytes = saved.ToArray();
        for (int i = 0; i < bytes.Length; i += Math.Max(1, bytes.Length / 400))
        {
            byte[] damaged = [.. bytes];
            damaged[i] ^= (byte)(1 << (i % 8));
            Assert.That(() => load(new MemoryStream(damaged)), Throws.InstanceOf<UnusableDataException>().With.Message.Contains(what), $"byte {i}");
            Assert.That(() => load(new MemoryStream(bytes, 0, i)), i < 4 ? Throws.InstanceOf<EndOfStreamException>() : Throws.InstanceOf<UnusableDataException>());
        }

        Assert.That(() => load(new MemoryStream(bytes)), Throws.Nothing);
    }

    [Test]
    public void Sums_agree_with_the_state_of_the_losses_themselves()
    {
        double[] losses = DriftData.Squares(500, 3, 2, 0), other = DriftData.Squares(400, 2, 2, 1);
        DriftReference reference = DriftData.OfLosses(other);
        State exact = TypeIIState.FromLosses(losses, 50), streamed = DriftData.Window(reference, losses).ToState(50)!;
        Assert.Multiple(() =>
        {
            Assert.That(streamed.Energy.Value, Is.EqualTo(exact.Energy.Value).Within(1e-14));
            Assert.That(streamed.Variance.Value, Is.EqualTo(exact.Variance.Value).Within(1e-13));
            Assert.That(streamed.Variance.StandardError, Is.EqualTo(exact.Variance.StandardError).Within(1e-12));
            Assert.That(streamed.ThirdCumulant, Is.EqualTo(exact.ThirdCumulant).Within(1e-12));
            Assert.That(streamed.Entropy.Value, Is.EqualTo(exact.Entropy.Value).Within(1e-13));
            Assert.That(streamed.EnergyEntropyCovariance, Is.EqualTo(exact.EnergyEntropyCovariance).Within(1e-13));
        });
    }

    [Test]
    public void Unknown_labels_missing_values_and_unseen_categories_are_counted()
    {
        DriftReference reference = Reference();
        DriftWindow window = reference.NewWindow();
        window.Observe(double.NaN, 0.3, [0, double.NaN, 1]);
        window.Observe(1, double.NaN, [0, 1, -1]);
        window.Observe(1, 0.2, [double.PositiveInfinity, double.NegativeInfinity, 99]);
        WindowDrift report = reference.Measure(window);
        Assert.Multiple(() =>
        {
            Assert.That((report.Rows, report.Labelled), Is.EqualTo((3L, 2L)));
            Assert.That(report.Inputs.Select(input => input.Missing), Is.EqualTo(new long[] { 0, 1, 0 }));
            Assert.That(report.Inputs[2].Unseen, Is.EqualTo(2));
            Assert.That(report.Rule, Is.EqualTo(DriftRule.None));
            Assert.That(report.Status, Is.EqualTo(report.Status | Status.SmallSample));
            Assert.That(report.Refresh, Is.False);
        });
    }

    [Test]
    public void A_detector_resumes_where_it_was_saved()
    {
        DriftReference reference = DriftData.OfLosses(DriftData.Squares(100, 1, 7, 0), new DriftOptions { RunLength = 50 });
        var detector = new SequentialDetector(reference, DriftRule.Energy);
        for (ulong t = 1; t < 4; t++)
            detector.Observe(DriftData.Window(reference, DriftData.Squares(20, 2, 7, t)));
        using var stream = new MemoryStream();
        detector.Save(stream);
        stream.Position = 0;
        var resumed = SequentialDetector.Load(stream, reference);
        DriftWindow next = DriftData.Window(reference, DriftData.Squares(20, 2, 7, 4));
        Assert.That(resumed.Last, Is.EqualTo(detector.Last));
        Assert.That(resumed.Observe(next), Is.EqualTo(detector.Observe(next)));
        Assert.That(() => new SequentialDetector(reference, DriftRule.LabelFree), Throws.ArgumentException);
    }

    [Test]
    public void Where_no_prediction_is_known_nothing_is_said_of_which_labels_have_come()
    {
        DriftReference reference = DriftData.OfLosses(DriftData.Squares(100, 1, 8, 0));
        WindowDrift drift = reference.Measure(DriftData.Window(reference, DriftData.Squares(50, 1, 8, 1)));
        Assert.That((drift.SelectionPValue, drift.Status.HasFlag(Status.LabelsSelected)), Is.EqualTo((1.0, false)));
    }

    [Test]
    public void An_atom_that_moves_a_little_is_seen()
    {
        var builder = new DriftReferenceBuilder([new("x")]);
        for (int i = 0; i < 200; i++)
            builder.Observe(double.NaN, double.NaN, [i % 2 == 0 ? 0.5 : i]);
        DriftReference reference = builder.Build();
        DriftWindow window = reference.NewWindow();
        for (int i = 0; i < 50; i++)
            window.Observe(double.NaN, double.NaN, [i % 2 == 0 ? 0.499 : 4 * i]);
        Assert.That(reference.Measure(window).Inputs[0].Distances.KolmogorovSmirnov, Is.GreaterThan(0.45));
    }

    [Test]
    public void Windows_of_another_reference_are_refused()
    {
        DriftReference one = DriftData.OfLosses(DriftData.Squares(100, 1, 3, 0)), two = DriftData.OfLosses(DriftData.Squares(100, 1, 3, 1));
        DriftWindow window = two.NewWindow();
        Assert.Multiple(() =>
        {
            Assert.That(() => one.Measure(window), Throws.ArgumentException);
            Assert.That(() => one.NewWindow().Merge(window), Throws.ArgumentException);
            Assert.That(() => window.Observe(1, double.NaN, [1.0]), Throws.ArgumentException);
            Assert.That(() => window.Observe(double.PositiveInfinity, double.NaN, []), Throws.TypeOf<UnusableDataException>());
        });
    }

    [Test]
    public void Equal_losses_are_a_point_state_and_whatever_leaves_the_point_is_seen()
    {
        DriftReference reference = DriftData.OfLosses(Enumerable.Repeat(0.25, 100));
        WindowDrift still = reference.Measure(DriftData.Window(reference, Enumerable.Repeat(0.25, 50)));
        WindowDrift moved = reference.Measure(DriftData.Window(reference, Enumerable.Repeat(0.5, 50)));
        Assert.Multiple(() =>
        {
            Assert.That(still.Status.HasFlag(Status.PointState));
            Assert.That(still.Energy!.Transition!.Temperature.Value, Is.NaN);
            Assert.That(still.Refresh, Is.False);
            Assert.That(moved.Refresh, Is.True);
        });
    }

    [Test]
    public void A_reference_with_too_few_rows_says_how_many_it_needs() =>
        Assert.That(() => DriftData.OfLosses(Enumerable.Range(0, 19).Select(i => (double)i)), Throws.TypeOf<UnusableDataException>().With.Message.Contains("at least 20"));

    private static DriftReference Reference()
    {
        var builder = new DriftReferenceBuilder([new("x"), new("y"), new("class", IsCategory: true)], new DriftOptions { RunLength = 50, Draws = 999 });
        foreach ((double energy, double self, double[] inputs) in Rows(400, 4))
            builder.Observe(energy, self, inputs);
        return builder.Build();
    }

    private static (double Energy, double Self, double[] Inputs)[] Rows(int count, ulong seed)
    {
        double[] energies = DriftData.Squares(count, 1, seed, 0), selves = DriftData.Squares(count, 1, seed, 1);
        double[][] inputs = DriftData.Rows(count, 3, 0.5, seed, 2);
        return [.. Enumerable.Range(0, count).Select(i => (energies[i], selves[i], new[] { inputs[i][0], i % 50 == 0 ? double.NaN : inputs[i][1], i % 3 }))];
    }

    private static byte[] Bytes(DriftWindow window)
    {
        using var stream = new MemoryStream();
        window.Save(stream);
        return stream.ToArray();
    }
}
