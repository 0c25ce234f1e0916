using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.AspNetCore.Tests;

/// <summary>Monitors that count elsewhere, shown by a service that observes nothing: here the elsewhere is another service.</summary>
public sealed class RemoteTests
{
    private static readonly TimeSpan s_never = TimeSpan.FromDays(1); // after the first reading tests read by themselves

    [Test]
    public async Task Page_health_and_numbers_are_those_of_the_monitor_that_counts()
    {
        await using Service counting = await Service.Diabetes();
        await using Service showing = await Showing(counting, () => null);
        var monitor = counting.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>();
        foreach (Patient[] window in HealthTests.Turned(3 * Models.WindowRows).Chunk(Models.WindowRows))
        {
            HealthTests.Watch(monitor, window);
            await ReadAsync(showing);
        }

        JsonElement there = await counting.Json("diabetes"), here = await showing.Json("prices");
        HealthReportEntry health = await showing.Health("prices"), own = await counting.Health("diabetes");
        string page = await showing.Client.GetStringAsync("/thermo/prices");
        Assert.Multiple(() =>
        {
            Assert.That((health.Status, health.Description), Is.EqualTo((HealthStatus.Degraded, own.Description)));
            Assert.That(page, Does.Contain("<p class=\"verdict bad\">Degraded. A refresh is due. Window 2: ").And.Contain("windows of 40 rows; rate of false alarms"));
            Assert.That(Windows(here), Is.EqualTo(Windows(there)).And.Length.EqualTo(3));
            Assert.That(Texts(here), Has.Some.StartsWith("A refresh is due, since window"));
            foreach (string name in new[] { "refresh", "rows", "windowsJudged", "openRows", "logEValue" })
                Assert.That(here.GetProperty(name).ToString(), Is.EqualTo(there.GetProperty(name).ToString()), name);
        });
    }

    [Test]
    public async Task A_window_that_waited_for_labels_is_shown_with_them_when_they_are_there()
    {
        await using Service counting = await Service.Diabetes();
        await using Service showing = await Showing(counting, () => null);
        var monitor = counting.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>();
        Patient[] rows = [.. Models.Patients.Take(Models.WindowRows)];
        for (int i = 0; i < rows.Length; i++)
            monitor.Predict(rows[i], $"{i}");
        await ReadAsync(showing);
        JsonElement before = await showing.Json("prices");
        for (int i = 0; i < rows.Length; i++)
            monitor.Monitor.Label($"{i}", rows[i].Progression);
        await ReadAsync(showing);

        JsonElement after = await showing.Json("prices");
        Assert.That(before.GetProperty("windows")[0].GetProperty("final").GetBoolean(), Is.False);
        Assert.That(Windows(after), Is.EqualTo(Windows(await counting.Json("diabetes"))));
    }

    [Test]
    public async Task One_that_cannot_be_read_is_unhealthy_keeps_what_was_read_and_comes_back()
    {
        await using Service counting = await Service.Diabetes();
        string? broken = "no silo\nanswers";
        await using Service showing = await Showing(counting, () => broken);
        await ReadAsync(showing); // it reads by itself too, but when?
        HealthReportEntry first = await showing.Health("prices");
        using HttpResponseMessage page = await showing.Client.GetAsync("/thermo/prices");
        broken = null;
        HealthTests.Watch(counting.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>(), Models.Patients.Take(Models.WindowRows));
        await ReadAsync(showing);
        HealthReportEntry second = await showing.Health("prices");
        broken = "gone";
        await ReadAsync(showing);
        await ReadAsync(showing);

        HealthReportEntry third = await showing.Health("prices");
        JsonElement json = await showing.Json("prices");
        Assert.Multiple(() =>
        {
            Assert.That((first.Status, first.Description), Is.EqualTo((HealthStatus.Unhealthy, "The monitor could not be read: no silo answers. Nothing is known of it.")));
            Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((second.Status, second.Description), Is.EqualTo((HealthStatus.Healthy, "Healthy: keep the model.")));
            Assert.That((third.Status, third.Data["rows"]), Is.EqualTo((HealthStatus.Unhealthy, (object)(long)Models.WindowRows)));
            Assert.That(third.Description, Does.StartWith("The monitor could not be read: gone. What stands here was read at 20"));
            Assert.That(Texts(json).Count(text => text.EndsWith("gone.", StringComparison.Ordinal)), Is.EqualTo(1), "said once");
            Assert.That(Texts(json), Has.Member("The monitor can be read again."));
        });
    }

    [Test]
    public async Task Pages_have_monitors_of_both_kinds_in_the_order_of_registration()
    {
        await using Service counting = await Service.Diabetes();
        MonitorSource source = Source(counting, () => null);
        await using Service service = await Service.Start(
            services => services.AddThermoMonitor("first", source).AddThermoMonitor("second", Models.Diabetes).AddThermoMonitor("third", source with { Reference = null, WindowRows = 0 }),
            app => app.MapThermoMonitors());
        foreach (RemoteMonitor monitor in service.Services.GetServices<RemoteMonitor>())
            await monitor.ReadAsync(CancellationToken.None);

        JsonElement all = JsonDocument.Parse(await service.Client.GetStringAsync("/thermo/json")).RootElement;
        string bare = await service.Client.GetStringAsync("/thermo/third");
        Assert.That(all.GetProperty("monitors").EnumerateArray().Select(monitor => monitor.GetProperty("name").GetString()), Is.EqualTo(new[] { "first", "second", "third" }));
        Assert.That(bare, Does.Contain("its reference is not known here").And.Contain("0 rows of the next are there"));
        Assert.That(service.Monitors.Select(monitor => monitor.Name), Is.EqualTo(new[] { "second" }), "labels and rows go to what counts here");
    }

    [Test]
    public void What_cannot_be_registered_is_refused()
    {
        var source = new MonitorSource(_ => throw new InvalidOperationException());
        IServiceCollection services = new ServiceCollection().AddThermoMonitor("prices", source);
        Assert.That(() => services.AddThermoMonitor("Prices", source), Throws.ArgumentException.With.Message.StartsWith("A monitor 'Prices' is registered already"));
        Assert.That(() => services.AddThermoMonitor("a/b", source), Throws.ArgumentException);
        Assert.That(() => source with { Period = TimeSpan.Zero }, Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private static Task<Service> Showing(Service counting, Func<string?> broken) => Service.Start(
        services => services.AddThermoMonitor("prices", Source(counting, broken)), app => app.MapThermoMonitors("/thermo"));

    private static MonitorSource Source(Service counting, Func<string?> broken)
    {
        ThermoMonitor monitor = counting.Monitors["diabetes"];
        return new MonitorSource(_ => broken() is { } why ? throw new IOException(why) : Task.FromResult(monitor.Snapshot()!))
        {
            Reference = monitor.Model.Saved.Reference,
            WindowRows = Models.WindowRows,
            Period = s_never,
        };
    }

    private static async Task ReadAsync(Service showing)
    {
        foreach (RemoteMonitor monitor in showing.Services.GetServices<RemoteMonitor>())
            await monitor.ReadAsync(CancellationToken.None);
    }

    /// <summary>All that is told of the windows but when they were closed.</summary>
    private static string[] Windows(JsonElement json) => [.. json.GetProperty("windows").EnumerateArray().Select(window =>
        string.Join(", ", window.EnumerateObject().Where(value => value.Name != "closed").Select(value => $"{value.Name} {value.Value}")))];

    private static string[] Texts(JsonElement json) => [.. json.GetProperty("journal").EnumerateArray().Select(line => line.GetProperty("text").GetString()!)];
}
