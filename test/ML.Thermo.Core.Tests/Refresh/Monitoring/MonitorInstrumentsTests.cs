using System.Diagnostics.Metrics;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Refresh.Monitoring;

internal sealed class MonitorInstrumentsTests
{
    [Test]
    public void A_listener_sees_what_the_monitor_knows()
    {
        DriftReference reference = MonitorData.Reference();
        using var monitor = new DriftMonitor(reference, MonitorData.Values, new MonitorOptions { WindowRows = 100, Name = "prices" });
        Assert.That(Collect("prices").Keys, Is.EquivalentTo(new[]
        {
            "thermo.monitor.rows", "thermo.monitor.windows", "thermo.monitor.rows_waiting", "thermo.monitor.rows_evicted",
            "thermo.monitor.labels_unmatched", "thermo.monitor.refresh",
        }), "nothing is judged yet");

        MonitorData.Feed(monitor, MonitorData.Rows(450, 2, noise: 2));
        Dictionary<string, double> seen = Collect("prices");
        WindowDrift report = monitor.Report!;
        Transition drift = report.Energy!.Transition!;
        Assert.That(seen, Is.EquivalentTo(new Dictionary<string, double>
        {
            ["thermo.monitor.rows"] = 450,
            ["thermo.monitor.windows"] = 4,
            ["thermo.monitor.rows_waiting"] = 0,
            ["thermo.monitor.rows_evicted"] = 0,
            ["thermo.monitor.labels_unmatched"] = 0,
            ["thermo.monitor.energy"] = drift.From.Energy.Value,
            ["thermo.monitor.delta_energy"] = drift.DeltaEnergy.Value,
            ["thermo.monitor.delta_entropy"] = drift.DeltaEntropy.Value,
            ["thermo.monitor.temperature"] = drift.Temperature.Value,
            ["thermo.monitor.p_value"] = report.PValue,
            ["thermo.monitor.effect"] = report.Effect,
            ["thermo.monitor.e_value"] = monitor.Snapshot().Sequential.EValue,
            ["thermo.monitor.refresh"] = 1,
        }));
        Assert.That(drift.From.Energy.Value, Is.EqualTo(4).Within(2), "noise of variance 4");
    }

    [Test]
    public void Two_monitors_are_told_apart_and_one_that_is_gone_is_silent()
    {
        DriftReference reference = MonitorData.Reference();
        using var one = new DriftMonitor(reference, MonitorData.Values, new MonitorOptions { Name = "one" });
        var two = new DriftMonitor(reference, MonitorData.Values, new MonitorOptions { Name = "two" });
        MonitorData.Feed(one, MonitorData.Rows(3, 3));
        MonitorData.Feed(two, MonitorData.Rows(5, 3));
        Assert.That((Collect("one")["thermo.monitor.rows"], Collect("two")["thermo.monitor.rows"]), Is.EqualTo((3, 5)));
        two.Dispose();
        Assert.That(Collect("two"), Is.Empty);
        Assert.That(Collect("one"), Is.Not.Empty);
    }

    private static Dictionary<string, double> Collect(string name)
    {
        var seen = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == DriftMonitor.MeterName)
                    self.EnableMeasurementEvents(instrument);
            },
        };
        void See(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.ToArray().Contains(new("monitor", name)))
                seen.Add(instrument.Name, value);
        }

        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => See(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => See(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => See(instrument, value, tags));
        listener.Start();
        listener.RecordObservableInstruments();
        return seen;
    }
}
