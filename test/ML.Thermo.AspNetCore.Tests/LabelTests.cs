using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ML.Thermo.AspNetCore.Tests;

public sealed class LabelTests
{
    [Test]
    public async Task A_label_is_taken_once_and_every_other_is_answered_in_one_line()
    {
        await using Service service = await Service.Start(
            services => services.AddThermoMonitor("cancer", Models.Cancer), app => app.MapThermoLabels());
        service.Services.GetRequiredService<ThermoMonitor<Sample, Diagnosis>>().Predict(Models.Samples[0], "s 1/2");

        (HttpStatusCode Status, string Said) bad = await Post(service, "cancer", "s 1/2", 7), taken = await Post(service, "cancer", "s 1/2", 1),
            doubled = await Post(service, "cancer", "s 1/2", 0), unknown = await Post(service, "cancer", "s2", 1), nobody = await Post(service, "wine", "s2", 1);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(bad, Is.EqualTo((HttpStatusCode.BadRequest, bad.Said)));
            Assert.That(bad.Said, Does.Contain("7").And.Contain("The row 's 1/2' still waits."));
            Assert.That(taken.Status, Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That(doubled, Is.EqualTo((HttpStatusCode.Conflict, "A label of row 's 1/2' has come already, and stands: expected one a row.")));
            Assert.That(unknown.Status, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(unknown.Said, Does.StartWith("No row 's2' waits for a label: expected"));
            Assert.That(nobody, Is.EqualTo((HttpStatusCode.NotFound, "No monitor 'wine' is registered: expected cancer.")));
            Assert.That(service.Monitors["cancer"].Snapshot()!.LabelsUnmatched, Is.EqualTo(2));
        }
    }

    [Test]
    public async Task A_label_of_a_window_that_was_judged_is_late_and_no_error()
    {
        await using Service service = await Service.Diabetes();
        var monitor = service.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>();
        for (int i = 0; i < Models.WindowRows; i++)
            monitor.Predict(Models.Patients[i], $"{i}");

        LabelOutcome[] outcomes = [.. Enumerable.Range(0, Models.WindowRows).Select(i => monitor.Monitor.Label($"{i}", 100))];
        using HttpResponseMessage again = await service.Client.PostAsJsonAsync("/labels/diabetes", new { id = "39", value = 100 });

        // Four fifths of forty labels make a window final.
        Assert.That(outcomes, Is.EqualTo(Enumerable.Repeat(LabelOutcome.Taken, 32).Concat(Enumerable.Repeat(LabelOutcome.Late, 8))));
        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task Delays_of_labels_are_those_that_passed()
    {
        var time = new FakeTimeProvider();
        await using Service service = await Service.Diabetes(time: time);
        var monitor = service.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>();
        for (int i = 0; i < 10; i++)
            monitor.Predict(Models.Patients[i], $"{i}");

        for (int i = 0; i < 10; i++) // 1, 2, …, 10 hours
        {
            time.Advance(TimeSpan.FromHours(1));
            monitor.Monitor.Label($"{i}", Models.Patients[i].Progression);
        }

        JsonElement delays = (await service.Json("diabetes")).GetProperty("labelDelays");
        Assert.That(
            (delays.GetProperty("count").GetInt32(), Hours("medianSeconds"), Hours("ninetyPercentSeconds"), Hours("longestSeconds")), Is.EqualTo((10, 5.0, 9.0, 10.0)));

        double Hours(string name) => delays.GetProperty(name).GetDouble() / 3600;
    }

    [Test]
    public async Task A_window_is_judged_again_when_its_labels_are_there_and_keeps_its_number()
    {
        await using Service service = await Service.Diabetes();
        var monitor = service.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>();
        Patient[] rows = [.. Models.Patients.Take(2 * Models.WindowRows)];
        for (int i = 0; i < rows.Length; i++)
            monitor.Predict(rows[i], $"{i}");
        JsonElement before = await service.Json("diabetes");

        for (int i = 0; i < rows.Length; i++)
            monitor.Monitor.Label($"{i}", rows[i].Progression);

        JsonElement after = await service.Json("diabetes");
        Assert.That(Windows(before), Is.EqualTo(new[] { (0, false, 0), (1, false, 0) }));
        Assert.That(Windows(after), Is.EqualTo(new[] { (0, true, 32), (1, true, 32) })); // four fifths of 40

        // The numbers of the windows are those of a monitor that has the same labels from the start.
        using var direct = new Refresh.Monitoring.DriftMonitor(
            monitor.Monitor.Model.Saved.Reference, monitor.Monitor.Model.Saved.Predictions, new() { WindowRows = Models.WindowRows });
        var engine = ObservationTests.Engine<Patient, Forecast>(Models.Diabetes);
        for (int i = 0; i < rows.Length; i++)
        {
            Patient row = rows[i];
            float label = i % Models.WindowRows < 32 ? row.Progression : float.NaN;
            if (direct.Observe([row.Age, row.Sex, row.Bmi, row.Pressure, .. row.Serum], engine.Predict(row).Score, label))
            {
                double shown = after.GetProperty("windows")[i / Models.WindowRows].GetProperty("deltaEnergy").GetDouble();
                Assert.That(shown, Is.EqualTo(direct.Report!.Energy!.Transition!.DeltaEnergy.Value));
            }
        }
    }

    private static (int Number, bool IsFinal, int Labelled)[] Windows(JsonElement json) =>
        [.. json.GetProperty("windows").EnumerateArray().Select(window => (window.GetProperty("number").GetInt32(), window.GetProperty("final").GetBoolean(),
            window.GetProperty("labelled").GetInt32()))];

    private static async Task<(HttpStatusCode Status, string Said)> Post(Service service, string name, string id, double value)
    {
        using HttpResponseMessage answer = await service.Client.PostAsJsonAsync($"/labels/{name}", new { id, value });
        string text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? "" : JsonDocument.Parse(text).RootElement.GetProperty("detail").GetString()!);
    }
}
