using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.AspNetCore.Tests;

[NonParallelizable]
public sealed class TelemetryTests
{
    [Test]
    public async Task Instruments_carry_the_monitors_name_and_go_with_it()
    {
        string name = $"m{Guid.NewGuid():N}";
        Dictionary<string, double> heard;
        await using (Service service = await Service.Start(services => services.AddThermoMonitor(name, Models.Diabetes)))
        {
            HealthTests.Watch(service.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>(), HealthTests.Turned(3 * Models.WindowRows));
            heard = Hear(name);
        }

        Assert.That((heard["thermo.monitor.rows"], heard["thermo.monitor.windows"], heard["thermo.monitor.refresh"]), Is.EqualTo((120.0, 3.0, 1.0)));
        Assert.That(Hear(name), Is.Empty);
    }

    [Test]
    public void Fits_are_traced_and_failed_ones_say_why()
    {
        var traces = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ThermoCatalog.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = traces.Add,
        };
        ActivitySource.AddActivityListener(listener);
        var context = new MLContext(1);
        IDataView rows = context.Data.LoadFromEnumerable(Models.Patients);
        var steps = context.Transforms.Concatenate("Features", "Bmi", "Pressure");
        IDataView features = steps.Fit(rows).Transform(rows);

        var model = context.Thermo().PhaseTransition(context.Thermo().Regression.Langevin(new() { NumberOfIterations = 20 })).Fit(features);
        context.Thermo().Refresh().Fit(model.Transform(features));
        Assert.That(() => context.Thermo().Refresh(new() { InputColumnNames = ["Bmi", "Height"] }).Fit(model.Transform(features)), Throws.InstanceOf<ArgumentOutOfRangeException>());

        Assert.That(traces.Select(trace => (trace.DisplayName, trace.Status)), Is.EqualTo(new[]
        {
            ("fit langevin", ActivityStatusCode.Unset), ("fit langevin", ActivityStatusCode.Unset), ("fit transition", ActivityStatusCode.Unset),
            ("fit refresh", ActivityStatusCode.Unset), ("fit refresh", ActivityStatusCode.Error),
        }));
        Assert.That(traces[0].Parent, Is.SameAs(traces[2]));
        Assert.That(traces[3].GetTagItem("thermo.rows"), Is.EqualTo(Models.Patients.Length));
        Assert.That(traces[4].StatusDescription, Does.Contain("Height"));
    }

    private static Dictionary<string, double> Hear(string name)
    {
        var heard = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == DriftMonitor.MeterName)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.Start();
        listener.RecordObservableInstruments();
        return heard;

        void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags is [{ Key: "monitor", Value: string monitor }] && monitor == name)
                heard[instrument.Name] = value;
        }
    }
}
