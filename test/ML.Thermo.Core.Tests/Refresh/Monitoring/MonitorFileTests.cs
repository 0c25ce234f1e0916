using System.Diagnostics;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Tests.Refresh.Monitoring;

internal sealed class MonitorFileTests
{
    private static readonly DriftReference Reference = MonitorData.Reference();
    private static readonly MonitorOptions Options = new() { WindowRows = 50 };
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("ml-thermo-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_monitor_goes_on_where_it_was_saved([Values(0, 30, 50, 170)] int rows)
    {
        var all = MonitorData.Rows(400, 2, noise: 1.3).ToArray();
        using var whole = new DriftMonitor(Reference, MonitorData.Values, Options);
        using var first = new DriftMonitor(Reference, MonitorData.Values, Options);
        MonitorData.Feed(whole, all);
        MonitorData.Feed(first, all.Take(rows));
        using var stream = new MemoryStream(MonitorData.Bytes(first));
        using DriftMonitor second = DriftMonitor.Load(stream, Reference, MonitorData.Values, Options);
        MonitorData.Feed(second, all.Skip(rows));
        Assert.That(MonitorData.Bytes(second), Is.EqualTo(MonitorData.Bytes(whole)));
        Assert.That(second.Snapshot().Sequential, Is.EqualTo(whole.Snapshot().Sequential));
        Assert.That((second.Refresh, second.Report!.PValue), Is.EqualTo((whole.Refresh, whole.Report!.PValue)));
    }

    [Test]
    public void A_file_is_as_good_at_every_row_as_a_monitor_that_never_stopped([Values(1, 49, 50, 51, 130)] int rows)
    {
        // The files of a running monitor are copied, as a process that is killed now would leave them.
        var all = MonitorData.Rows(200, 3).ToArray();
        using var whole = new DriftMonitor(Reference, MonitorData.Values, Options);
        MonitorData.Feed(whole, all);
        using DriftMonitor running = Open("running");
        MonitorData.Feed(running, all.Take(rows));
        Copy("running", "killed");
        using DriftMonitor next = Open("killed");
        Assert.That(next.Snapshot().Rows, Is.EqualTo(rows));
        MonitorData.Feed(next, all.Skip(rows));
        Assert.That(MonitorData.Bytes(next), Is.EqualTo(MonitorData.Bytes(whole)));
    }

    [Test]
    public void Rows_are_not_counted_twice_where_the_journal_was_not_yet_restarted()
    {
        using (DriftMonitor monitor = Open("monitor"))
        {
            MonitorData.Feed(monitor, MonitorData.Rows(30, 4));
            Copy("monitor", "old");
        } // its end writes a checkpoint

        File.Copy(Path.Combine(_folder, "old.rows"), Path.Combine(_folder, "monitor.rows"), overwrite: true);
        using DriftMonitor next = Open("monitor");
        Assert.That(next.Snapshot().Rows, Is.EqualTo(30));
    }

    [Test]
    public void Drained_and_merged_rows_stay_so()
    {
        using (DriftMonitor monitor = Open("monitor"))
        {
            MonitorData.Feed(monitor, MonitorData.Rows(30, 5));
            DriftWindow rows = monitor.Drain();
            MonitorData.Feed(monitor, MonitorData.Rows(10, 6));
            monitor.Merge(rows);
            Copy("monitor", "killed");
        }

        using DriftMonitor next = Open("killed");
        Assert.That(next.Snapshot().Open.Rows, Is.EqualTo(40));
    }

    [Test]
    public void Other_window_sizes_take_over_the_rows()
    {
        using (DriftMonitor monitor = Open("monitor"))
        {
            MonitorData.Feed(monitor, MonitorData.Rows(45, 7));
            Copy("monitor", "killed");
        }

        using DriftMonitor next = DriftMonitor.Open(Path.Combine(_folder, "killed"), Reference, MonitorData.Values, new MonitorOptions { WindowRows = 20 });
        Assert.That((next.Snapshot().Rows, next.Snapshot().Windows), Is.EqualTo((45, 2)));
    }

    [Test]
    public void One_monitor_at_a_time()
    {
        using DriftMonitor monitor = Open("monitor");
        Assert.That(() => Open("monitor"), Throws.InstanceOf<IOException>());
    }

    [Test]
    public void Files_that_do_not_fit_are_refused()
    {
        using (DriftMonitor monitor = Open("monitor"))
            MonitorData.Feed(monitor, MonitorData.Rows(60, 8));
        string file = Path.Combine(_folder, "monitor");
        Assert.That(() => DriftMonitor.Open(file, MonitorData.Reference(400), MonitorData.Values, Options), Throws.TypeOf<UnusableDataException>().With.Message.Contains("another reference"));
        byte[] bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, bytes[..(bytes.Length / 2)]);
        Assert.That(() => Open("monitor"), Throws.TypeOf<UnusableDataException>().With.Message.Contains("cut short"));
        File.WriteAllBytes(file, [.. bytes, 0]);
        Assert.That(() => Open("monitor"), Throws.TypeOf<UnusableDataException>().With.Message.Contains("behind its end"));
    }

    private DriftMonitor Open(string name) => DriftMonitor.Open(Path.Combine(_folder, name), Reference, MonitorData.Values, Options);

    /// <summary>By another program, because nobody else may open a running monitor's files in .NET.</summary>
    private void Copy(string from, string to)
    {
        foreach (string end in new[] { "", ".rows" })
        {
            using var copy = Process.Start("cp", [Path.Combine(_folder, from + end), Path.Combine(_folder, to + end)]);
            copy.WaitForExit();
            Assert.That(copy.ExitCode, Is.Zero);
        }
    }
}
