using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ML.Thermo.AspNetCore.Tests;

/// <summary>A monitor takes a configuration that changes while the service runs, or says why not.</summary>
public sealed class ReloadTests
{
    [Test]
    public async Task Options_are_taken_anew_and_no_row_is_lost([Values] bool isKept)
    {
        await using Service service = await Start(isKept);
        var monitor = service.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>();
        HealthTests.Watch(monitor, Models.Patients.Take(30));

        Change(service, "WindowRows", "50");

        HealthTests.Watch(monitor, Models.Patients.Skip(30).Take(15));
        Assert.That((monitor.Monitor.Snapshot()!.Rows, monitor.Monitor.Snapshot()!.Windows), Is.EqualTo((45L, 0L)), "a window of 40 would be full");
        HealthTests.Watch(monitor, Models.Patients.Skip(45).Take(5));
        Assert.That(monitor.Monitor.Snapshot()!.Windows, Is.EqualTo(1));
    }

    [Test]
    public async Task A_wrong_change_is_told_and_the_old_configuration_goes_on([Values] bool isKept)
    {
        await using Service service = await Start(isKept);
        var monitor = service.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>();
        HealthTests.Watch(monitor, Models.Patients.Take(30));

        Change(service, "WindowRows", "3");
        HealthReportEntry wrong = await service.Health("diabetes");
        HealthTests.Watch(monitor, Models.Patients.Skip(30).Take(10));
        Change(service, "WindowRows", null);
        HealthReportEntry mended = await service.Health("diabetes");

        Assert.That((wrong.Status, wrong.Description), Is.EqualTo((HealthStatus.Degraded,
            "The new configuration was not taken, the old one goes on: Thermo:Monitors:diabetes:WindowRows is 3: The test needs windows of at least 10 rows.")));
        Assert.That((monitor.Monitor.Snapshot()!.Windows, mended.Status), Is.EqualTo((1L, HealthStatus.Healthy)));
    }

    [Test]
    public async Task Another_model_is_exchanged_while_requests_come()
    {
        string copy = Path.Combine(Models.Folder(), "other.zip");
        File.Copy(Models.Diabetes, copy);
        await using Service service = await Start(isKept: false);
        var monitor = service.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>();
        var before = monitor.Monitor.Model;
        using var end = new CancellationTokenSource();
        long sent = 0;
        Task requests = Task.Run(() =>
        {
            for (; !end.IsCancellationRequested; sent++)
                monitor.Predict(Models.Patients[sent % Models.Patients.Length]);
        });

        Change(service, "Model", copy);
        await end.CancelAsync();
        await requests;

        Assert.That(monitor.Monitor.Model, Is.Not.SameAs(before));
        Assert.That(monitor.Monitor.Snapshot()!.Rows, Is.EqualTo(sent), "the copy is the same model, so its monitor goes on");
    }

    [Test]
    public async Task A_state_for_each_model_lets_a_new_model_begin_anew()
    {
        string folder = Models.Folder(), model = Path.Combine(folder, "model.zip");
        File.Copy(Models.Diabetes, model);
        Dictionary<string, string?> configuration = new()
        {
            ["Thermo:Monitors:diabetes:Model"] = model,
            ["Thermo:Monitors:diabetes:State"] = Path.Combine(folder, "{model}.monitor"),
        };
        await using (Service first = await Service.Start(services => services.AddThermoMonitor("diabetes"), configuration: configuration))
            HealthTests.Watch(first.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>(), Models.Patients.Take(7));
        File.Copy(Models.Cancer, model, overwrite: true);

        await using Service service = await Service.Start(services => services.AddThermoMonitor("diabetes"), configuration: configuration);

        Assert.That((service.Monitors["diabetes"].Snapshot()!.Rows, (await service.Health("diabetes")).Status), Is.EqualTo((0L, HealthStatus.Healthy)));
        Assert.That(Directory.GetFiles(folder, "*.monitor"), Has.Length.EqualTo(2));
    }

    private static Task<Service> Start(bool isKept)
    {
        string? state = isKept ? Path.Combine(Models.Folder(), "diabetes.monitor") : null;
        return Service.Start(services => services.AddThermoMonitor("diabetes", Models.Diabetes, options => options.State = state));
    }

    private static void Change(Service service, string option, string? value)
    {
        var configuration = (IConfigurationRoot)service.Services.GetRequiredService<IConfiguration>();
        configuration[$"{ThermoMonitorOptions.Section}:diabetes:{option}"] = value;
        configuration.Reload();
    }
}
