using ML.Thermo.Energies;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Refresh.Monitoring;

internal sealed class DriftMonitorTests
{
    private static readonly DriftReference Reference = MonitorData.Reference();

    [Test]
    public void A_full_window_gives_the_report_of_its_rows_and_the_next_begins_empty()
    {
        using var monitor = Monitor();
        var rows = MonitorData.Rows(150, 2).ToArray();
        DriftWindow window = Reference.NewWindow();
        foreach ((double[] x, double z, double y) in rows.Take(100))
            window.Observe((z - y) * (z - y), double.NaN, [.. x, z]);
        for (int i = 0; i < rows.Length; i++)
            Assert.That(monitor.Observe(rows[i].Features, rows[i].Prediction, rows[i].Label), Is.EqualTo(i == 99), $"row {i}");

        MonitorSnapshot snapshot = monitor.Snapshot();
        Assert.That((snapshot.Rows, snapshot.Windows, snapshot.Open.Rows), Is.EqualTo((150, 1, 50)));
        WindowDrift expected = Reference.Measure(window), report = snapshot.Report!;
        Assert.That(report.PValue, Is.EqualTo(expected.PValue));
        Assert.That(report.Energy!.Transition!.DeltaEnergy, Is.EqualTo(expected.Energy!.Transition!.DeltaEnergy));
        Assert.That(report.Energy.Transition.Temperature, Is.EqualTo(expected.Energy.Transition.Temperature));
    }

    [Test]
    public void Parallel_observation_counts_as_sequential_does_to_the_bit()
    {
        var rows = MonitorData.Rows(20_000, 3).ToArray();
        using var sequential = new DriftMonitor(Reference, MonitorData.Values, new MonitorOptions { WindowRows = 100_000 });
        using var parallel = new DriftMonitor(Reference, MonitorData.Values, new MonitorOptions { WindowRows = 100_000 });
        MonitorData.Feed(sequential, rows);
        Parallel.ForEach(rows, row => parallel.Observe(row.Features, row.Prediction, row.Label));
        Assert.That(MonitorData.Bytes(parallel), Is.EqualTo(MonitorData.Bytes(sequential)));
    }

    [Test]
    public void Parallel_observation_across_windows_loses_no_row()
    {
        using var monitor = Monitor();
        Parallel.ForEach(MonitorData.Rows(5_050, 4).ToArray(), row => monitor.Observe(row.Features, row.Prediction, row.Label));
        MonitorSnapshot snapshot = monitor.Snapshot();
        Assert.That((snapshot.Rows, snapshot.Windows, snapshot.Open.Rows), Is.EqualTo((5_050, 50, 50)));
    }

    [Test]
    public void Rows_of_several_machines_merge_to_the_window_of_one()
    {
        var rows = MonitorData.Rows(90, 5).ToArray();
        using var one = Monitor();
        using var all = Monitor();
        MonitorData.Feed(one, rows);
        foreach (var part in rows.Chunk(30).Reverse())
        {
            using var machine = Monitor();
            MonitorData.Feed(machine, part);
            all.Merge(machine.Drain());
            Assert.That(machine.Snapshot().Open.Rows, Is.Zero);
        }

        Assert.That(MonitorData.Bytes(all), Is.EqualTo(MonitorData.Bytes(one)));
        all.Merge(one.Drain());
        Assert.That((all.Snapshot().Windows, all.Snapshot().Rows, all.Report!.Rows), Is.EqualTo((1, 180, 180)), "a merged window is judged as large as it is");
    }

    [Test]
    public void Single_precision_observes_the_same_row()
    {
        using var single = Monitor();
        using var full = Monitor();
        single.Observe([1f, 2f, 3f], 5.5f, 6f);
        full.Observe([1d, 2, 3], 5.5, 6);
        Assert.That(MonitorData.Bytes(single), Is.EqualTo(MonitorData.Bytes(full)));
    }

    [Test]
    public void Growing_noise_raises_the_flag_and_a_reset_lowers_it()
    {
        using var monitor = Monitor();
        MonitorData.Feed(monitor, MonitorData.Rows(1000, 6));
        Assert.That(monitor.Refresh, Is.False);
        MonitorData.Feed(monitor, MonitorData.Rows(400, 7, noise: 2));
        Assert.That(monitor.Refresh);
        MonitorSnapshot snapshot = monitor.Snapshot();
        Assert.That(snapshot.Report!.Decisive!.Transition!.DeltaEnergy.Value, Is.GreaterThan(1));
        Assert.That(snapshot.Sequential.EValue, Is.GreaterThan(1000));
        monitor.Reset();
        Assert.That(monitor.Refresh, Is.False);
        Assert.That((monitor.Snapshot().Rows, monitor.Report), Is.EqualTo((1400L, (WindowDrift?)null)));
    }

    [Test]
    public void Without_labels_a_moved_feature_raises_the_flag_and_is_ranked_first()
    {
        using var monitor = Monitor();
        MonitorData.Feed(monitor, MonitorData.Rows(500, 8, shift: 1.5).Select(row => (row.Features, row.Prediction, double.NaN)));
        MonitorSnapshot snapshot = monitor.Snapshot();
        Assert.That((snapshot.Report!.Rule, snapshot.Report.Labelled), Is.EqualTo((DriftRule.LabelFree, 0L)));
        Assert.That(snapshot.Refresh);
        Assert.That(snapshot.RankedInputs[0].Input.Name, Is.EqualTo("a"));
    }

    [Test]
    public void The_sequential_flag_keeps_its_promise_where_nothing_drifts()
    {
        // P(alarm within t windows) ≤ t/ARL: here 20/100, over references and streams.
        int alarms = 0;
        const int Streams = 60;
        for (int i = 0; i < Streams; i++)
        {
            var builder = new DriftReferenceBuilder([], new DriftOptions { RunLength = 100, Draws = 99 });
            foreach (double loss in DriftData.Squares(300, 1, 11, (ulong)i))
                builder.Observe(loss, double.NaN, []);
            using var monitor = new DriftMonitor(builder.Build(), null, new MonitorOptions { WindowRows = 50 });
            bool alarm = false;
            foreach (double loss in DriftData.Squares(1000, 1, 12, (ulong)i))
                alarm |= monitor.Observe(loss, double.NaN, []) && monitor.Refresh;
            alarms += alarm ? 1 : 0;
        }

        Assert.That(alarms, Is.LessThanOrEqualTo((Streams * 0.2) + (4 * Math.Sqrt(Streams * 0.2 * 0.8))));
    }

    [Test]
    public void The_window_flag_is_the_decision_of_the_last_window_alone()
    {
        using var monitor = new DriftMonitor(Reference, MonitorData.Values, new MonitorOptions { WindowRows = 100, Rule = RefreshRule.Window });
        foreach ((double[] x, double z, double y) in MonitorData.Rows(2000, 9).Concat(MonitorData.Rows(300, 10, noise: 2)))
        {
            if (monitor.Observe(x, z, y))
                Assert.That(monitor.Refresh, Is.EqualTo(monitor.Report!.Refresh));
        }

        Assert.That(monitor.Refresh);
    }

    [Test]
    public void Losses_that_never_vary_are_a_point_state_and_leaving_the_point_is_seen()
    {
        var builder = new DriftReferenceBuilder([], MonitorData.Quick);
        for (int i = 0; i < 100; i++)
            builder.Observe(0, double.NaN, []);
        using var monitor = new DriftMonitor(builder.Build(), null, new MonitorOptions { WindowRows = 20 });
        for (int i = 0; i < 20; i++)
            monitor.Observe(0, double.NaN, []);
        Assert.That(monitor.Report!.Status.HasFlag(Status.PointState));
        Assert.That(monitor.Report.Energy!.Transition!.Temperature.Value, Is.NaN);
        Assert.That(monitor.Refresh, Is.False);
        for (int i = 0; i < 60; i++)
            monitor.Observe(1, double.NaN, []);
        Assert.That(monitor.Refresh);
    }

    [Test]
    public void Missing_numbers_labels_and_unseen_categories_are_counted()
    {
        var builder = new DriftReferenceBuilder(MonitorData.Values.Inputs([new("colour", IsCategory: true)]), MonitorData.Quick);
        for (int i = 0; i < 100; i++)
            MonitorData.Values.Observe(builder, [i % 3], [i % 7], i % 5);
        using var monitor = new DriftMonitor(builder.Build(), MonitorData.Values, new MonitorOptions { WindowRows = 20 });
        for (int i = 0; i < 20; i++)
            monitor.Observe([i < 4 ? -1 : i < 7 ? double.NaN : 1], i % 7, i < 5 ? double.NaN : 1);
        WindowDrift report = monitor.Report!;
        Assert.That((report.Rows, report.Labelled), Is.EqualTo((20, 15)));
        Assert.That((report.Inputs[0].Unseen, report.Inputs[0].Missing), Is.EqualTo((4, 3)));
    }

    [Test]
    public void Misuse_is_refused_in_words()
    {
        Assert.That(() => new MonitorOptions { WindowRows = 9 }, Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("at least 10 rows"));
        using var monitor = Monitor();
        Assert.That(() => monitor.Observe([1d, 2], 3, 4), Throws.ArgumentException.With.Message.Contains("Got 2 features: expected 3: a, b, c"));
        Assert.That(() => monitor.Observe(1, double.NaN, [1]), Throws.ArgumentException.With.Message.Contains("expected 4"));
        Assert.That(() => monitor.Merge(MonitorData.Reference(400).NewWindow()), Throws.ArgumentException);
        Assert.That(() => new DriftMonitor(Reference, new PredictionEnergy(PredictionKind.Logits)), Throws.ArgumentException.With.Message.Contains("a category"));
        using var plain = new DriftMonitor(Reference);
        Assert.That(() => plain.Observe([1d, 2, 3], 3, 4), Throws.InvalidOperationException);
        Assert.That(monitor.Snapshot().Rows, Is.Zero);
    }

    private static DriftMonitor Monitor() => new(Reference, MonitorData.Values, new MonitorOptions { WindowRows = 100 });
}
