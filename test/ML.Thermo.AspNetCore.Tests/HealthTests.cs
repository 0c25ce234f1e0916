using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ML.Thermo.AspNetCore.Tests;

public sealed class HealthTests
{
    [Test]
    public async Task Before_a_window_and_without_drift_a_model_is_healthy()
    {
        await using Service service = await Service.Diabetes();
        var monitor = service.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>();
        HealthReportEntry before = await service.Health("diabetes");

        Watch(monitor, Models.Patients.Take(3 * Models.WindowRows));

        HealthReportEntry after = await service.Health("diabetes");
        Assert.That((before.Status, before.Description), Is.EqualTo((HealthStatus.Healthy, "Healthy so far: no window is full yet, so nothing has been judged.")));
        Assert.That((after.Status, after.Description), Is.EqualTo((HealthStatus.Healthy, "Healthy: keep the model.")));
        Assert.That((after.Data["rows"], after.Data["windows"], after.Data["refresh"]), Is.EqualTo((120L, 3L, false)));
    }

    [Test]
    public async Task A_refresh_that_is_due_degrades_and_says_why()
    {
        await using Service service = await Service.Diabetes();
        var monitor = service.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>();

        Watch(monitor, Turned(3 * Models.WindowRows));

        HealthReportEntry health = await service.Health("diabetes");
        Assert.That(monitor.Refresh, Is.True);
        Assert.That(health.Status, Is.EqualTo(HealthStatus.Degraded));
        Assert.That(health.Description, Does.StartWith("A refresh is due. Window 2: ").And.Contain("the loss rose").And.Contain("Train again on rows like these."));

        monitor.Monitor.Reset();
        Assert.That((await service.Health("diabetes")).Status, Is.EqualTo(HealthStatus.Healthy));
    }

    [Test]
    public async Task Broken_inputs_are_unhealthy_and_named()
    {
        await using Service service = await Service.Diabetes();
        var monitor = service.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>();

        foreach (Patient patient in Models.Patients.Take(Models.WindowRows))
            monitor.Predict(patient.With(bmi: float.NaN));

        HealthReportEntry health = await service.Health("diabetes");
        Assert.That(health.Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(health.Description, Does.Contain("Inputs are broken. Window 0: input 'Bmi' has 40 empty cells, more than its reference").And.EndWith("Mend the pipeline before the model."));
    }

    [Test]
    public async Task A_damaged_state_is_unhealthy_and_the_service_serves()
    {
        string state = Path.Combine(Models.Folder(), "diabetes.monitor");
        await using (Service first = await Service.Diabetes(state))
            Watch(first.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>(), Models.Patients.Take(Models.WindowRows));
        byte[] bytes = File.ReadAllBytes(state);
        bytes[bytes.Length / 2] ^= 0x55;
        File.WriteAllBytes(state, bytes);

        await using Service service = await Service.Diabetes(state, map: app => app.MapPost("/watched", (Patient patient) => new Forecast { Score = 1 })
            .ObservedBy<Patient, Forecast>("diabetes"));
        using HttpResponseMessage answer = await service.Client.PostAsJsonAsync("/watched", Models.Patients[0]);
        using HttpResponseMessage label = await service.Client.PostAsJsonAsync("/labels/diabetes", new { Id = "1", Value = 3 });
        using HttpResponseMessage page = await service.Client.GetAsync("/thermo/diabetes");

        HealthReportEntry health = await service.Health("diabetes");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((answer.StatusCode, label.StatusCode, page.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK)));
            Assert.That(health.Status, Is.EqualTo(HealthStatus.Unhealthy));
            Assert.That(health.Description, Does.StartWith($"The state '{state}' cannot be opened: ").And.EndWith("No row is watched. Mend it, or name another file."));
            Assert.That(File.ReadAllBytes(state), Is.EqualTo(bytes), "what is damaged stays as it is, for whoever mends it");
        }
    }

    [Test]
    public async Task Lost_rows_of_a_damaged_journal_are_unhealthy()
    {
        string state = Path.Combine(Models.Folder(), "diabetes.monitor"), rows = state + ".rows";
        byte[] kept;
        await using (Service first = await Service.Diabetes(state))
        {
            Watch(first.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>(), Models.Patients.Take(5));
            File.Copy(state, state + ".then"); // as a kill would leave them
            kept = Read(rows);
        }

        File.Move(state + ".then", state, overwrite: true);
        kept[^20] ^= 0x55;
        File.WriteAllBytes(rows, kept);
        await using Service service = await Service.Diabetes(state);

        HealthReportEntry health = await service.Health("diabetes");
        Assert.That((health.Status, service.Monitors["diabetes"].Snapshot()!.Rows), Is.EqualTo((HealthStatus.Unhealthy, 4L)));
        Assert.That(health.Description, Does.StartWith("State was lost. Row 5 since the last checkpoint is damaged"));
    }

    [Test]
    public async Task A_restart_goes_on_with_state_windows_and_journal()
    {
        string state = Path.Combine(Models.Folder(), "diabetes.monitor");
        await using (Service first = await Service.Diabetes(state))
            Watch(first.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>(), Turned(3 * Models.WindowRows).Append(Models.Patients[0]));

        await using Service service = await Service.Diabetes(state);

        var json = await service.Json("diabetes");
        Assert.That((json.GetProperty("rows").GetInt64(), json.GetProperty("windows").GetArrayLength(), json.GetProperty("refresh").GetBoolean()), Is.EqualTo((121L, 3, true)));
        Assert.That(json.GetProperty("journal").EnumerateArray().Select(line => line.GetProperty("text").GetString()), Has.Some.StartsWith("A refresh is due, since window ")
            .And.Some.EqualTo("Started, going on after 121 rows and 3 windows."));
    }

    internal static void Watch(ThermoMonitor<Patient, Forecast> monitor, IEnumerable<Patient> rows)
    {
        var engine = ObservationTests.Engine<Patient, Forecast>(Models.Diabetes);
        foreach (Patient row in rows)
            monitor.Observe(row, engine.Predict(row), row.Progression);
    }

    /// <summary>Patients whose disease takes the other course: 350 less what it was.</summary>
    internal static IEnumerable<Patient> Turned(int count) => Enumerable.Range(0, count).Select(i => Models.Patients[i % Models.Patients.Length]).Select(patient =>
    {
        Patient turned = patient.With(patient.Bmi);
        turned.Progression = 350 - patient.Progression;
        return turned;
    });

    private static byte[] Read(string file)
    {
        // The monitor has it open for itself alone; what it has written is in it all the same.
        string copy = file + ".copy";
        using (var process = System.Diagnostics.Process.Start("cp", [file, copy]))
            process.WaitForExit();
        return File.ReadAllBytes(copy);
    }
}
