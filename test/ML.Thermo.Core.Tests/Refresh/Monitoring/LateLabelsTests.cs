using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Tests.Refresh.Monitoring;

/// <summary>Labels that come later: in any order, after a restart, or never.</summary>
internal sealed class LateLabelsTests
{
    private static readonly DriftReference s_reference = MonitorData.Reference();
    private static readonly MonitorOptions s_options = new() { WindowRows = 50 };
    private static readonly (double[] Features, double Prediction, double Label)[] s_rows = [.. MonitorData.Rows(200, 21, noise: 1.6)];
    private string _folder = "";

    private string Path_ => Path.Combine(_folder, "monitor");

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("ml-thermo-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Late_labels_in_any_order_give_the_numbers_of_labels_that_were_there_at_once()
    {
        using var at = New(s_options);
        MonitorData.Feed(at, s_rows);
        using var late = New(s_options with { FinalShare = 1 });
        Observe(late, 0, s_rows.Length);
        Assert.That(late.Snapshot().WindowsWaiting, Is.EqualTo(4));
        for (int window = 0; window < 4; window++) // windows in their order, the rows of each in another
        {
            int[] order = Shuffled(50, (ulong)window);
            for (int i = 0; i < 50; i++)
                Assert.That(late.Label($"row {(50 * window) + order[i]}", s_rows[(50 * window) + order[i]].Label), Is.EqualTo(i == 49));
        }

        MonitorSnapshot expected = at.Snapshot(), found = late.Snapshot();
        Assert.Multiple(() =>
        {
            Assert.That(found.Final!.PValue, Is.EqualTo(expected.Final!.PValue));
            Assert.That(found.Final.Energy!.Transition!.DeltaEnergy, Is.EqualTo(expected.Final.Energy!.Transition!.DeltaEnergy));
            Assert.That(found.Sequential, Is.EqualTo(expected.Sequential));
            Assert.That((found.IsFinal, found.RowsWaiting, found.WindowsWaiting, found.RowsEvicted), Is.EqualTo((true, 0L, 0L, 0L)));
            Assert.That(found.Report!.PValue, Is.EqualTo(expected.Report!.PValue), "the last full window was judged again");
        });
    }

    [Test]
    public void A_window_is_judged_without_labels_when_it_is_full_and_for_good_when_enough_are_there()
    {
        using var monitor = New(s_options);
        Observe(monitor, 0, 50);
        MonitorSnapshot full = monitor.Snapshot();
        Assert.Multiple(() =>
        {
            Assert.That((full.IsFinal, full.Report!.Rule, full.Final), Is.EqualTo((false, DriftRule.LabelFree, (WindowDrift?)null)));
            Assert.That(Enumerable.Range(0, 39).Select(i => monitor.Label($"row {i}", s_rows[i].Label)), Has.All.False);
            Assert.That(monitor.Label("row 39", s_rows[39].Label), "forty of fifty are four fifths");
            Assert.That(monitor.Snapshot().Final!.Labelled, Is.EqualTo(40));
            Assert.That(monitor.Snapshot().RowsEvicted, Is.EqualTo(10), "the others come too late");
            Assert.That(monitor.Label("row 44", 0), Is.False);
            Assert.That(monitor.Snapshot().LabelsUnmatched, Is.EqualTo(1));
        });
    }

    [Test]
    public void A_killed_process_loses_no_label_and_no_row_that_waits([Values(3, 49, 50, 77)] int kill)
    {
        using var untroubled = New(s_options);
        Replay(untroubled, 0, 160);
        string copy = Path_ + "-copy";
        using (DriftMonitor killed = DriftMonitor.Open(Path_, s_reference, MonitorData.Values, s_options))
        {
            Replay(killed, 0, kill);
            foreach (string file in new[] { "", ".rows" })
                Copy(Path_ + file, copy + file);
        }

        using DriftMonitor resumed = DriftMonitor.Open(copy, s_reference, MonitorData.Values, s_options);
        Replay(resumed, kill, 160);
        Assert.That(MonitorData.Bytes(resumed), Is.EqualTo(MonitorData.Bytes(untroubled)));
        Assert.That(resumed.Snapshot().ToString(), Is.EqualTo(untroubled.Snapshot().ToString()));
        Assert.That(resumed.Snapshot().Final!.PValue, Is.EqualTo(untroubled.Snapshot().Final!.PValue));
    }

    [Test]
    public void What_waits_is_bounded_and_what_is_dropped_is_counted()
    {
        using var few = New(s_options with { WaitingRows = 30 });
        Observe(few, 0, 200);
        Assert.That(few.Snapshot(), Has.Property("RowsWaiting").EqualTo(30L).And.Property("RowsEvicted").EqualTo(170L));
        using var short_ = New(s_options with { WaitingWindows = 2 });
        Observe(short_, 0, 200);
        MonitorSnapshot snapshot = short_.Snapshot();
        Assert.That((snapshot.WindowsWaiting, snapshot.RowsWaiting, snapshot.RowsEvicted), Is.EqualTo((2L, 100L, 100L)));
        Assert.That(snapshot.Final!.Rule, Is.EqualTo(DriftRule.LabelFree), "it was judged with what it had");
    }

    [Test]
    public void Every_number_of_a_probability_vector_waits_too()
    {
        var energy = new PredictionEnergy(PredictionKind.Probabilities);
        var builder = new DriftReferenceBuilder(energy.Inputs([]), MonitorData.Quick);
        var random = new RandomStream(5, 5);
        double[] Draw()
        {
            double a = random.NextDouble(), b = random.NextDouble(), c = random.NextDouble();
            return [a / (a + b + c), b / (a + b + c), c / (a + b + c)];
        }

        for (int i = 0; i < 100; i++)
            energy.Observe(builder, [], Draw(), i % 3);
        DriftReference reference = builder.Build();
        double[][] rows = [.. Enumerable.Range(0, 20).Select(_ => Draw())];
        var options = new MonitorOptions { WindowRows = 20 };
        using (DriftMonitor first = DriftMonitor.Open(Path_, reference, energy, options))
        {
            for (int i = 0; i < 20; i++)
                first.Observe($"{i}", [], rows[i]);
        }

        using DriftMonitor second = DriftMonitor.Open(Path_, reference, energy, options);
        for (int i = 0; i < 16; i++)
            second.Label($"{i}", i % 3);
        double expected = Enumerable.Range(0, 16).Average(i => -Math.Log(rows[i][i % 3]));
        Assert.That(second.Snapshot().Final!.Energy!.Transition!.From.Energy.Value, Is.EqualTo(expected).Within(1e-12));
    }

    [Test]
    public void Wrong_ids_and_labels_are_refused_and_change_nothing()
    {
        var energy = new PredictionEnergy(PredictionKind.Probability);
        var builder = new DriftReferenceBuilder(energy.Inputs([]), MonitorData.Quick);
        for (int i = 0; i < 100; i++)
            energy.Observe(builder, [], [0.01 * (i + 0.5)], i % 2);
        using var monitor = new DriftMonitor(builder.Build(), energy, s_options);
        monitor.Observe("a", [], 0.3);
        Assert.That(() => monitor.Observe("a", [], 0.3), Throws.ArgumentException.With.Message.Contains("'a' waits"));
        Assert.That(() => monitor.Label("a", 7), Throws.TypeOf<UnusableDataException>());
        Assert.That((monitor.Snapshot().Rows, monitor.Snapshot().RowsWaiting), Is.EqualTo((1L, 1L)));
        using var energies = new DriftMonitor(s_reference);
        Assert.That(() => energies.Label("a", 1), Throws.InvalidOperationException);
    }

    [Test]
    public void Labels_that_come_for_some_predictions_only_are_warned_of()
    {
        using var monitor = New(new MonitorOptions { WindowRows = 200, FinalShare = 0.5 });
        Observe(monitor, 0, 200);
        foreach (int i in Enumerable.Range(0, 200).OrderBy(i => s_rows[i].Prediction).Take(100))
            monitor.Label($"row {i}", s_rows[i].Label);
        Assert.That(monitor.Snapshot().Final!.Status.HasFlag(Status.LabelsSelected));
        using var fair = New(new MonitorOptions { WindowRows = 200, FinalShare = 0.5 });
        Observe(fair, 0, 200);
        foreach (int i in Shuffled(200, 9)[..100])
            fair.Label($"row {i}", s_rows[i].Label);
        Assert.That(fair.Snapshot().Final!.Status.HasFlag(Status.LabelsSelected), Is.False);
    }

    private static DriftMonitor New(MonitorOptions options) => new(s_reference, MonitorData.Values, options);

    private static void Observe(DriftMonitor monitor, int from, int to)
    {
        for (int i = from; i < to; i++)
            monitor.Observe($"row {i}", s_rows[i].Features, s_rows[i].Prediction);
    }

    /// <summary>Rows, and for every one the label of the row thirty before it; one in nine never comes.</summary>
    private static void Replay(DriftMonitor monitor, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            Observe(monitor, i, i + 1);
            if (i >= 30 && i % 9 > 0)
                monitor.Label($"row {i - 30}", s_rows[i - 30].Label);
        }
    }

    private static int[] Shuffled(int count, ulong seed) => [.. Enumerable.Range(0, count).OrderBy(i => new RandomStream(seed, (ulong)i).NextDouble())];

    /// <summary>Another process' view of a file that is open here.</summary>
    private static void Copy(string from, string to)
    {
        using var copy = System.Diagnostics.Process.Start("cp", [from, to]);
        copy.WaitForExit();
    }
}
