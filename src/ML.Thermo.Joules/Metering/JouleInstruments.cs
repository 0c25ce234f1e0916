using System.Diagnostics.Metrics;

namespace ML.Thermo.Joules.Metering;

/// <summary>What exporters of OpenTelemetry see: joules of each component while windows of the shared machine were open.</summary>
internal static class JouleInstruments
{
    private static readonly Meter Meter = new(JouleMachine.MeterName);

    public static void Publish(JouleMachine machine) =>
        Meter.CreateObservableCounter(
            "ml.thermo.joules",
            () => machine.Totals().Select(total =>
                new Measurement<double>(total.Joules, new("component", total.Component), new("status", total.Status.ToString()))),
            "J",
            "Energy used while windows were open");
}
