using Microsoft.Extensions.Time.Testing;
using ML.Thermo.Initialization;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Tests.Refresh.Monitoring;

/// <summary>Windows by event time: what is in one depends on each row's time and moment alone.</summary>
internal sealed class WindowTimeTests
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly DriftReference s_reference = MonitorData.Reference();
    private static readonly (double[] Features, double Prediction, double Label)[] s_rows = [.. MonitorData.Rows(240, 31, noise: 1.4)];
    private FakeTimeProvider _clock = new(s_start);

    private MonitorOptions Options => new() { WindowTime = TimeSpan.FromMinutes(10), Lateness = TimeSpan.FromMinutes(5), Clock = _clock };

    [SetUp]
    public void SetClock() => _clock = new FakeTimeProvider(s_start);

    [Test]
    public void A_window_has_the_rows_of_its_time_and_is_judged_when_the_lateness_is_over()
    {
        using DriftMonitor monitor = New();
        for (int i = 0; i < 60; i++) // a row every 15 seconds: forty a window
        {
            _clock.SetUtcNow(TimeOf(i));
            Assert.That(Observe(monitor, i), Is.False, "the second window is open, the first waits for late rows");
        }

        _clock.SetUtcNow(s_start.AddMinutes(15));
        Assert.That(Observe(monitor, 60), Is.True);
        DriftWindow expected = s_reference.NewWindow();
        for (int i = 0; i < 40; i++)
            expected.Observe(Loss(i), double.NaN, [.. s_rows[i].Features, s_rows[i].Prediction]);
        WindowDrift alone = s_reference.Measure(expected);
        MonitorSnapshot snapshot = monitor.Snapshot();
        Assert.Multiple(() =>
        {
            Assert.That((snapshot.Rows, snapshot.Windows, snapshot.WindowStart), Is.EqualTo((61L, 1L, s_start)));
            Assert.That(snapshot.Report!.PValue, Is.EqualTo(alone.PValue));
            Assert.That(snapshot.Report.Energy!.Transition!.DeltaEnergy, Is.EqualTo(alone.Energy!.Transition!.DeltaEnergy));
            Assert.That(snapshot.Open.Rows, Is.EqualTo(21));
        });
    }

    [FsCheck.NUnit.Property(MaxTest = 10)]
    public bool Rows_in_any_order_that_the_lateness_allows_give_the_very_same_state(int seed)
    {
        using DriftMonitor ordered = Told(i => 0), jumbled = Told(i => Delay(seed, i));
        return MonitorData.Bytes(ordered).AsSpan().SequenceEqual(MonitorData.Bytes(jumbled)) && ordered.Snapshot().Windows == 6;
    }

    [FsCheck.NUnit.Property(MaxTest = 10)]
    public bool Parts_of_the_rows_merge_into_the_state_of_all(int seed)
    {
        using DriftMonitor all = Told(i => 0);
        SetClock();
        using DriftMonitor whole = New();
        DriftMonitor[] parts = [New(), New(), New()];
        for (int i = 0; i < s_rows.Length; i++)
        {
            _clock.SetUtcNow(TimeOf(i));
            Observe(parts[Pick(seed, i, 3)], i);
            if (Pick(seed + 1, i, 20) == 0)
                HandOver(parts[Pick(seed, i, 3)]);
            foreach (DriftMonitor part in i % 17 == 0 ? parts : [])
                HandOver(part);
            if (i % 17 == 0)
                whole.Advance();
        }

        foreach (DriftMonitor part in parts)
        {
            HandOver(part);
            part.Dispose();
        }

        _clock.SetUtcNow(TimeOf(s_rows.Length).AddHours(1));
        whole.Advance();
        return MonitorData.Bytes(all).AsSpan().SequenceEqual(MonitorData.Bytes(whole));

        void HandOver(DriftMonitor part)
        {
            foreach ((DateTimeOffset start, DriftWindow rows) in part.DrainByTime())
            {
                if (!whole.Merge(rows, start))
                    throw new InvalidOperationException("late");
            }
        }
    }

    [Test]
    public void Rows_that_are_late_or_ahead_are_counted_and_change_nothing()
    {
        using DriftMonitor monitor = New();
        Observe(monitor, 0);
        byte[] before = MonitorData.Bytes(monitor.Snapshot().Open);
        monitor.Observe(s_start.AddMinutes(5).AddTicks(1), s_rows[1].Features, s_rows[1].Prediction, s_rows[1].Label);
        monitor.Observe(s_start.AddMinutes(-5).AddTicks(-1), s_rows[2].Features, s_rows[2].Prediction, s_rows[2].Label);
        _clock.SetUtcNow(s_start.AddMinutes(4));
        monitor.Observe(s_start.AddMinutes(-1), s_rows[3].Features, s_rows[3].Prediction, s_rows[3].Label);
        _clock.SetUtcNow(s_start.AddMinutes(5));
        monitor.Observe(s_start.AddMinutes(-1), s_rows[4].Features, s_rows[4].Prediction, s_rows[4].Label);
        MonitorSnapshot snapshot = monitor.Snapshot();
        Assert.Multiple(() =>
        {
            Assert.That((snapshot.RowsLate, snapshot.RowsAhead, snapshot.Rows), Is.EqualTo((1L, 1L, 3L)));
            Assert.That(snapshot.Windows, Is.EqualTo(1), "the two rows before eight, judged at five past");
            Assert.That(snapshot.Report!.Status.HasFlag(Status.SmallSample));
            Assert.That(MonitorData.Bytes(snapshot.Open), Is.EqualTo(before));
        });
    }

    [Test]
    public void A_clock_that_is_set_back_opens_no_window_again()
    {
        using DriftMonitor monitor = New();
        Observe(monitor, 0);
        _clock.SetUtcNow(s_start.AddHours(1));
        Assert.That(monitor.Advance(), Is.True);
        using DriftMonitor second = New(monitor);
        Assert.That(second.Advance(s_start), Is.False);
        second.Merge(s_reference.Rows, s_start);
        Assert.That((second.Snapshot().RowsLate, second.Snapshot().Rows), Is.EqualTo((500L, 1L)));
    }

    [Test]
    public void A_killed_process_loses_no_row([Values(7, 100, 239)] int kill)
    {
        string folder = Directory.CreateTempSubdirectory("ml-thermo-").FullName, path = Path.Combine(folder, "monitor"), copy = path + "-copy";
        try
        {
            using DriftMonitor untroubled = Told(i => 0);
            SetClock();
            using (var killed = DriftMonitor.Open(path, s_reference, MonitorData.Values, Options))
            {
                Tell(killed, 0, kill);
                foreach (string file in new[] { "", ".rows" })
                    System.Diagnostics.Process.Start("cp", [path + file, copy + file])!.WaitForExit();
            }

            using var resumed = DriftMonitor.Open(copy, s_reference, MonitorData.Values, Options);
            Tell(resumed, kill, s_rows.Length);
            _clock.SetUtcNow(TimeOf(s_rows.Length).AddHours(1));
            resumed.Advance();
            Assert.That(MonitorData.Bytes(resumed), Is.EqualTo(MonitorData.Bytes(untroubled)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void Late_labels_find_the_window_of_their_row_open_or_judged()
    {
        using DriftMonitor at = Told(i => 0);
        SetClock();
        using var late = new DriftMonitor(s_reference, MonitorData.Values, Options with { FinalShare = 1 });
        for (int i = 0; i < s_rows.Length; i++)
        {
            _clock.SetUtcNow(TimeOf(i));
            late.Observe(TimeOf(i), $"row {i}", s_rows[i].Features, [s_rows[i].Prediction]);
            if (i >= 70)
                late.Label($"row {i - 70}", s_rows[i - 70].Label);
        }

        for (int i = s_rows.Length - 70; i < s_rows.Length; i++)
            late.Label($"row {i}", s_rows[i].Label);
        _clock.SetUtcNow(TimeOf(s_rows.Length).AddHours(1));
        late.Advance();
        MonitorSnapshot expected = at.Snapshot(), found = late.Snapshot();
        Assert.Multiple(() =>
        {
            Assert.That(found.Final!.PValue, Is.EqualTo(expected.Final!.PValue));
            Assert.That(found.Sequential, Is.EqualTo(expected.Sequential));
            Assert.That((found.RowsWaiting, found.WindowsWaiting, found.LabelsUnmatched), Is.EqualTo((0L, 0L, 0L)));
        });
    }

    [Test]
    public void What_does_not_fit_is_refused_in_one_line()
    {
        using DriftMonitor byRows = new(s_reference, MonitorData.Values), byTime = New();
        Observe(byTime, 0);
        byRows.Observe(s_rows[0].Features, s_rows[0].Prediction, s_rows[0].Label);
        Assert.Multiple(() =>
        {
            Assert.That(() => Observe(byRows, 0), Throws.InvalidOperationException.With.Message.Contains("WindowTime"));
            Assert.That(() => byRows.Advance(), Throws.InvalidOperationException);
            Assert.That(byTime.Drain, Throws.InvalidOperationException.With.Message.Contains("00:10:00"));
            Assert.That(() => byTime.Merge(s_reference.NewWindow(), s_start.AddMinutes(3)), Throws.ArgumentException.With.Message.Contains("08:00:00"));
            Assert.That(() => new MonitorOptions { WindowTime = TimeSpan.Zero }, Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => new DriftMonitor(s_reference, null, new() { WindowTime = TimeSpan.FromSeconds(1), Lateness = TimeSpan.FromHours(1) }),
                Throws.ArgumentException.With.Message.Contains("3600 windows"));
            Assert.That(() => Loaded(byTime, Options with { WindowTime = TimeSpan.FromMinutes(1) }), Throws.TypeOf<UnusableDataException>()
                .With.Message.Contains("windows of 00:10:00"));
            Assert.That(() => Loaded(byTime, new MonitorOptions()), Throws.TypeOf<UnusableDataException>().With.Message.Contains("by rows"));
            Assert.That(() => Loaded(byRows, Options), Throws.TypeOf<UnusableDataException>().With.Message.Contains("by rows"));
        });
    }

    private static DateTimeOffset TimeOf(int row) => s_start.AddSeconds(15 * row);

    private static int Pick(int seed, int row, int of) => (int)(new RandomStream((ulong)(uint)seed, (ulong)row).NextDouble() * of);

    /// <summary>Between no delay and one that the lateness just allows: the row's window may be over, and is not yet judged.</summary>
    private static double Delay(int seed, int row) => 299 * new RandomStream((ulong)(uint)seed, (ulong)row).NextDouble();

    private static double Loss(int row) => Math.Pow(s_rows[row].Prediction - s_rows[row].Label, 2);

    private static bool Observe(DriftMonitor monitor, int row) =>
        monitor.Observe(TimeOf(row), s_rows[row].Features, s_rows[row].Prediction, s_rows[row].Label);

    private static DriftMonitor Loaded(DriftMonitor from, MonitorOptions options)
    {
        using var stream = new MemoryStream(MonitorData.Bytes(from));
        return DriftMonitor.Load(stream, s_reference, MonitorData.Values, options);
    }

    private DriftMonitor New(DriftMonitor? from = null) => from is null ? new(s_reference, MonitorData.Values, Options) : Loaded(from, Options);

    /// <summary>A monitor that was told all rows, each so many seconds after it happened.</summary>
    private DriftMonitor Told(Func<int, double> delay)
    {
        SetClock();
        DriftMonitor monitor = New();
        IEnumerable<(int Row, DateTimeOffset Moment)> rows = Enumerable.Range(0, s_rows.Length).Select(i => (i, TimeOf(i).AddSeconds(delay(i))));
        foreach ((int row, DateTimeOffset moment) in rows.OrderBy(of => of.Moment))
        {
            _clock.SetUtcNow(moment);
            Observe(monitor, row);
        }

        _clock.SetUtcNow(TimeOf(s_rows.Length).AddHours(1));
        monitor.Advance();
        return monitor;
    }

    private void Tell(DriftMonitor monitor, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            _clock.SetUtcNow(TimeOf(i));
            Observe(monitor, i);
        }
    }
}
