using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.AspNetCore.Tests;

public sealed class ObservationTests
{
    private sealed record Answer(double Progression, string Unit);

    private sealed record Advice(string Text);

    private sealed class WatchedRow
    {
        public float PValue { get; set; }
    }

    [Test]
    public async Task A_filter_observes_what_a_handler_answers_and_leaves_the_answer_as_it_is()
    {
        PredictionEngine<Patient, Forecast> engine = Engine<Patient, Forecast>(Models.Diabetes);
        await using Service service = await Service.Diabetes(map: app =>
        {
            app.MapPost("/plain", (Patient patient) => engine.Predict(patient));
            app.MapPost("/watched", (Patient patient) => engine.Predict(patient)).ObservedBy<Patient, Forecast>("diabetes");
        });

        foreach (Patient patient in Models.Patients.Take(3))
        {
            string plain = await Text(service, "/plain", patient), watched = await Text(service, "/watched", patient);
            Assert.That(watched, Is.EqualTo(plain));
        }

        Assert.That(service.Monitors["diabetes"].Snapshot()!.Rows, Is.EqualTo(3));
    }

    [Test]
    public async Task Rows_count_as_in_a_monitor_that_is_fed_by_hand()
    {
        // By hand: features in the order of the pipeline, the score of the model; no object and no filter.
        var context = new MLContext(1);
        ITransformer model = context.Model.Load(Models.Diabetes, out _);
        using DriftMonitor byHand = context.Thermo().GetMonitor(model);
        PredictionEngine<Patient, Forecast> engine = Engine<Patient, Forecast>(Models.Diabetes);
        await using Service service = await Service.Diabetes();
        ThermoMonitor<Patient, Forecast> monitor = service.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>();

        foreach (Patient patient in Models.Patients)
        {
            Forecast forecast = engine.Predict(patient);
            byHand.Observe([patient.Age, patient.Sex, patient.Bmi, patient.Pressure, .. patient.Serum], forecast.Score, patient.Progression);
            Assert.That(monitor.Observe(patient, forecast, patient.Progression), Is.True);
        }

        Assert.That(Numbers(monitor.Monitor.Snapshot()!), Is.EqualTo(Numbers(byHand.Snapshot())));
    }

    [Test]
    public async Task Texts_and_probabilities_are_read_as_the_columns_of_the_pipeline_read_them()
    {
        var context = new MLContext(1);
        ITransformer model = context.Model.Load(Models.Cancer, out _);
        Sample[] rows = [.. Models.Samples.Take(3 * Models.WindowRows)];
        rows[5].CellShape = "a shape that no reference had";
        var engine = context.Model.CreatePredictionEngine<Sample, Diagnosis>(model);
        float expected = context.Data.CreateEnumerable<WatchedRow>(model.Transform(context.Data.LoadFromEnumerable(rows)), reuseRowObject: false, ignoreMissingColumns: true)
            .Last().PValue;
        await using Service service = await Service.Start(services => services.AddThermoMonitor("cancer", Models.Cancer));
        ThermoMonitor<Sample, Diagnosis> monitor = service.Services.GetRequiredService<ThermoMonitor<Sample, Diagnosis>>();

        foreach (Sample row in rows)
            monitor.Observe(row, engine.Predict(row), row.IsMalignant ? 1 : 0);

        MonitorSnapshot now = monitor.Monitor.Snapshot()!;
        Assert.That((now.Windows, (float)now.Report!.PValue), Is.EqualTo((3L, expected)));
    }

    [Test]
    public async Task An_answer_of_ones_own_is_observed_by_its_score_and_one_without_by_the_models_own()
    {
        PredictionEngine<Patient, Forecast> engine = Engine<Patient, Forecast>(Models.Diabetes);
        await using Service service = await Service.Start(services => services.AddThermoMonitor("a", Models.Diabetes).AddThermoMonitor("b", Models.Diabetes)
            .AddThermoMonitor("c", Models.Diabetes));
        var known = service.Monitors["a"].Of<Patient, Forecast>();
        var own = service.Monitors["b"].Of<Patient, Answer>();
        var without = service.Monitors["c"].Of<Patient, Advice>();

        foreach (Patient patient in Models.Patients.Take(Models.WindowRows))
        {
            Forecast forecast = engine.Predict(patient);
            known.Observe(patient, forecast);
            own.Observe(patient, new Answer(forecast.Score, "points"));
            without.Observe(patient, new Advice("come again"));
        }

        string expected = Numbers(known.Monitor.Snapshot()!);
        Assert.That((Numbers(own.Monitor.Snapshot()!), Numbers(without.Monitor.Snapshot()!)), Is.EqualTo((expected, expected)));
    }

    [Test]
    public async Task Results_are_opened_and_errors_are_no_predictions()
    {
        await using Service service = await Service.Diabetes(map: app => app.MapPost("/watched", Results<Ok<Forecast>, NotFound<string>> (Patient patient) =>
            patient.Age > 200 ? TypedResults.NotFound("nobody") : TypedResults.Ok(new Forecast { Score = 100 })).ObservedBy<Patient, Forecast>("diabetes"));

        using HttpResponseMessage found = await service.Client.PostAsJsonAsync("/watched", Models.Patients[0]);
        using HttpResponseMessage missing = await service.Client.PostAsJsonAsync("/watched", new Patient { Age = 300, Serum = new float[6] });

        Assert.That((found.StatusCode, missing.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.NotFound)));
        Assert.That(service.Monitors["diabetes"].Snapshot()!.Rows, Is.EqualTo(1));
    }

    [Test]
    public async Task A_prediction_by_the_monitor_is_the_models_and_is_observed()
    {
        PredictionEngine<Patient, Forecast> engine = Engine<Patient, Forecast>(Models.Diabetes);
        await using Service service = await Service.Diabetes();
        var monitor = service.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>();

        Forecast forecast = monitor.Predict(Models.Patients[0], "p1");

        Assert.That(forecast.Score, Is.EqualTo(engine.Predict(Models.Patients[0]).Score));
        Assert.That((monitor.Monitor.Snapshot()!.Rows, monitor.Monitor.Snapshot()!.RowsWaiting), Is.EqualTo((1L, 1L)));
    }

    [Test]
    public async Task A_row_that_cannot_be_observed_fails_no_answer_and_is_told()
    {
        await using Service service = await Service.Diabetes(map: app => app.MapPost("/watched", (Patient patient) => new Forecast { Score = 1 })
            .ObservedBy<Patient, Forecast>("diabetes", (_, patient, _) => patient.Age > 50 ? "same" : throw new FormatException("no id")));

        foreach (float age in (float[])[60, 70, 40]) // the second has the first one's id, the third none
        {
            using HttpResponseMessage answer = await service.Client.PostAsJsonAsync("/watched", new Patient { Age = age, Serum = new float[6] });
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }

        var health = await service.Health("diabetes");
        Assert.That(service.Monitors["diabetes"].Snapshot()!.Rows, Is.EqualTo(1));
        Assert.That((await service.Json("diabetes")).GetProperty("rowsRefused").GetInt64(), Is.EqualTo(2));
        Assert.That(health.Description, Does.Contain("The last row could not be observed: FormatException; the log has more of it."));
    }

    [Test]
    public async Task Many_threads_count_every_row_once_and_every_window()
    {
        await using Service service = await Service.Diabetes();
        var monitor = service.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>();

        Parallel.For(0, 30 * Models.WindowRows, i => monitor.Predict(Models.Patients[i % Models.Patients.Length], i % 3 == 0 ? $"{i}" : null));

        var json = await service.Json("diabetes");
        Assert.That((json.GetProperty("rows").GetInt64(), json.GetProperty("windowsJudged").GetInt64()), Is.EqualTo((30L * Models.WindowRows, 30L)));
        Assert.That(json.GetProperty("windows").EnumerateArray().Select(window => window.GetProperty("number").GetInt64()), Is.EqualTo(Enumerable.Range(0, 30)));
    }

    internal static PredictionEngine<TInput, TOutput> Engine<TInput, TOutput>(string file)
        where TInput : class
        where TOutput : class, new()
    {
        var context = new MLContext(1);
        return context.Model.CreatePredictionEngine<TInput, TOutput>(context.Model.Load(file, out _));
    }

    private static string Numbers(MonitorSnapshot now) =>
        $"{now} {now.Sequential} {string.Join(' ', now.RankedInputs.Select(input => $"{input.Input.Name} {input.PValue:R} {input.Effect:R} {input.Distances.Wasserstein:R}"))}";

    private static async Task<string> Text(Service service, string path, Patient patient)
    {
        using HttpResponseMessage answer = await service.Client.PostAsJsonAsync(path, patient);
        return await answer.Content.ReadAsStringAsync();
    }
}
