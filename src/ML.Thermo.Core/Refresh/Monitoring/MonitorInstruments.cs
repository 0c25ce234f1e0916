using System.Diagnostics.Metrics;
using ML.Thermo.Transitions;

namespace ML.Thermo.Refresh.Monitoring;

/// <summary>What exporters see of a monitor. All instruments are observed: a row costs them nothing.</summary>
internal sealed class MonitorInstruments : IDisposable
{
    private readonly Meter _meter = new(DriftMonitor.MeterName);

    public MonitorInstruments(string name, Func<(long Rows, long Windows)> counts, Func<(WindowDrift? Report, SequentialStep Sequential, bool Refresh)> last,
        Func<(long Waiting, long Evicted, long Unmatched)> late)
    {
        KeyValuePair<string, object?>[] tags = [new("monitor", name)];
        _meter.CreateObservableCounter("thermo.monitor.rows", () => new Measurement<long>(counts().Rows, tags), "{row}", "Rows observed");
        _meter.CreateObservableCounter("thermo.monitor.windows", () => new Measurement<long>(counts().Windows, tags), "{window}", "Windows judged");
        _meter.CreateObservableGauge("thermo.monitor.rows_waiting", () => new Measurement<long>(late().Waiting, tags), "{row}", "Rows whose label is awaited");
        _meter.CreateObservableCounter("thermo.monitor.rows_evicted", () => new Measurement<long>(late().Evicted, tags), "{row}", "Rows dropped " +
            "before their label came");
        _meter.CreateObservableCounter("thermo.monitor.labels_unmatched", () => new Measurement<long>(late().Unmatched, tags), "{label}", "Labels for " +
            "which no row waited");
        Gauge("energy", "{loss}", "Mean loss of the last window", report => report.Decisive?.Transition?.From.Energy.Value);
        Gauge("delta_energy", "{loss}", "ΔE, mean loss of the last window less that of the reference", report =>
            report.Decisive?.Transition?.DeltaEnergy.Value);
        Gauge("delta_entropy", "nat", "ΔS of the last window", report => report.Decisive?.Transition?.DeltaEntropy.Value);
        Gauge("temperature", "{loss}/nat", "T = ΔE/ΔS of the last window", report => report.Decisive?.Transition?.Temperature.Value);
        Gauge("p_value", "1", "p-value of the last window", report => report.PValue);
        Gauge("effect", "1", "Shift of the last window in standard deviations of one row", report => report.Effect);
        _meter.CreateObservableGauge("thermo.monitor.e_value", () => Known(last().Report is null ? null : last().Sequential.EValue), "1",
            "Evidence over all windows against no drift");
        _meter.CreateObservableGauge("thermo.monitor.refresh", () => new Measurement<int>(last().Refresh ? 1 : 0, tags), "1",
            "1 where it is time to refresh, else 0");

        void Gauge(string quantity, string unit, string description, Func<WindowDrift, double?> of) =>
            _meter.CreateObservableGauge($"thermo.monitor.{quantity}", () => Known(last().Report is { } report ? of(report) : null), unit, description);

        IEnumerable<Measurement<double>> Known(double? value) => value is { } number && !double.IsNaN(number) ? [new Measurement<double>(number, tags)] : [];
    }

    public void Dispose() => _meter.Dispose();
}
