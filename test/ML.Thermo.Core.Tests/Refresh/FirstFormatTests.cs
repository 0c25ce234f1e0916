using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Tests.Refresh;

/// <summary>What version 0.1 wrote (test/data/refresh, 80 rows against 40 with losses of four times the size) still loads and still tells.</summary>
internal sealed class FirstFormatTests
{
    private static string File_(string name) => Path.Combine(TestContext.CurrentContext.TestDirectory, "data", "refresh", name);

    [Test]
    public void Reference_window_and_detector_load()
    {
        using FileStream file = File.OpenRead(File_("reference-1.bin")), from = File.OpenRead(File_("window-1.bin")), state = File.OpenRead(File_("detector-1.bin"));
        DriftReference reference = DriftReference.Load(file);
        WindowDrift drift = reference.Measure(reference.ReadWindow(from));
        Assert.Multiple(() =>
        {
            Assert.That(reference.Rows.Rows, Is.EqualTo(80));
            Assert.That(drift.Rule, Is.EqualTo(DriftRule.Energy));
            Assert.That(drift.PValue, Is.LessThan(0.01));
            Assert.That(drift.LabelFreePValue, Is.LessThan(0.01)); // one of three categories only
            Assert.That(SequentialDetector.Load(state, reference).Last.Windows, Is.Zero, "its bets did not have mean one: it starts anew");
        });
    }

    [Test]
    public void A_monitor_goes_on_where_it_was()
    {
        string copy = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using FileStream file = File.OpenRead(File_("reference-1.bin"));
        try
        {
            File.Copy(File_("monitor-1.bin"), copy);
            File.Copy(File_("monitor-1.bin.rows"), copy + ".rows");
            using var monitor = DriftMonitor.Open(copy, DriftReference.Load(file), null, new MonitorOptions { WindowRows = 50 });
            Assert.That(monitor.Snapshot().Rows, Is.EqualTo(70));
            Assert.That(monitor.Snapshot().Windows, Is.EqualTo(1));
        }
        finally
        {
            File.Delete(copy);
            File.Delete(copy + ".rows");
        }
    }
}
