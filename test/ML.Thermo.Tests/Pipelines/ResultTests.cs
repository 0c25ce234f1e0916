using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Pipelines;

/// <summary>What a program prints or sends of a result.</summary>
public sealed class ResultTests
{
    private readonly MLContext _context = new(1);

    [Test]
    public void A_snapshot_is_JSON_before_and_after_its_first_window()
    {
        Rows.Row[] rows = Rows.Draw(400);
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        var model = _context.Regression.Trainers.OnlineGradientDescent("Y").Fit(data);
        ITransformer watched = model.Append(
            _context.Thermo().Refresh(new RefreshOptions { LabelColumnName = "Y", WindowRows = 50 }).Fit(model.Transform(data)));
        using DriftMonitor monitor = _context.Thermo().GetMonitor(watched);
        Assert.That(Json(monitor.Snapshot()).GetProperty("report").ValueKind, Is.EqualTo(JsonValueKind.Null));
        foreach (Rows.Row row in rows.Take(60))
            monitor.Observe(row.Features, 1f, row.Y);
        JsonElement snapshot = Json(monitor.Snapshot());
        Assert.That(snapshot.GetProperty("windows").GetInt64(), Is.EqualTo(1));
        JsonElement transition = snapshot.GetProperty("report").GetProperty("energy").GetProperty("transition");
        Assert.That(transition.GetProperty("deltaEnergy").GetDouble(), Is.EqualTo(monitor.Report!.Energy!.Transition!.DeltaEnergy.Value));
        Assert.That(monitor.Snapshot().ToString(), Does.StartWith("60 rows, 1 windows; the last: 50 rows, Energy: ΔE "));
    }

    [Test]
    public void A_transition_is_JSON_and_one_line_as_the_command_line_has_them()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Rows.Draw(400));
        PhaseTransitionRecord record = _context.Thermo().PhaseTransition(_context.BinaryClassification.Trainers.LbfgsLogisticRegression("A"), "A").Fit(data)
            .Record;
        JsonElement json = Json(record).GetProperty("transition");
        Assert.That(json.GetProperty("temperature").GetDouble(), Is.EqualTo(record.Transition.Temperature.Value));
        Assert.That(json.GetProperty("temperatureStandardError").GetDouble(), Is.EqualTo(record.Transition.Temperature.StandardError));
        Assert.That(json.GetProperty("to").GetProperty("groundEnergy").ValueKind, Is.EqualTo(JsonValueKind.Null)); // NaN: it is not known
        Assert.That(json.GetProperty("status").EnumerateArray().Select(name => name.GetString()), Is.EqualTo(record.Transition.Status.Names()));
        Transition of = record.Transition;
        Assert.That(
            of.ToString(), Is.EqualTo($"ΔE {of.DeltaEnergy}, ΔS {of.DeltaEntropy}, T {of.Temperature} ({string.Join(", ", of.Status.Names())})"));
        Assert.That(record.ToString(), Does.StartWith($"{record.Transition}; ce of ").And.Contain("by a twin of").And.Not.Contain("\n"));
    }

    [TestCase(0.123456, 0.0123, "0.123 ± 0.012")]
    [TestCase(94420.5, 1234.5, "94400 ± 1200")]
    [TestCase(-1.5, 0.25, "−1.50 ± 0.25")]
    [TestCase(2.5, 0, "2.5")]
    [TestCase(double.NaN, double.NaN, "—")]
    [TestCase(double.PositiveInfinity, double.NaN, "∞")]
    public void An_estimate_shows_no_digit_beyond_its_error(double value, double error, string expected) =>
        Assert.That(new Estimate(value, error).ToString(), Is.EqualTo(expected));

    [Test]
    public void A_loaded_model_is_restored_where_the_catalog_loads_it()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Rows.Draw(300));
        var model = _context.Thermo().PhaseTransition(_context.Regression.Trainers.OnlineGradientDescent("Y"), "Y").Fit(data);
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, "restored.zip");
        _context.Model.Save(model, data.Schema, path);
        ITransformer loaded = new MLContext(2).Thermo().Load(path, out DataViewSchema schema);
        Assert.That(loaded, Is.InstanceOf<PhaseTransitionTransformer>());
        Assert.That(schema.Select(column => column.Name), Is.EqualTo(data.Schema.Select(column => column.Name)));
        Assert.That(loaded.Transform(data).GetColumn<float>("Temperature"), Is.EqualTo(model.Transform(data).GetColumn<float>("Temperature")));
        Assert.That(_context.Thermo().GetRecord(loaded), Is.EqualTo(model.Record with { Transition = _context.Thermo().GetTransition(loaded) }));
    }

    [Test]
    public void A_wrapped_model_keeps_its_type_and_takes_explanations()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Rows.Draw(300));
        var model = _context.Thermo().PhaseTransition(_context.Regression.Trainers.OnlineGradientDescent("Y"), "Y").Fit(data);
        Assert.That(model.Model.Model.Weights, Has.Count.EqualTo(2));
        var importance = _context.Regression.PermutationFeatureImportance(model.Model, data, "Y", permutationCount: 1);
        Assert.That(importance[0].RSquared.Mean, Is.LessThan(importance[1].RSquared.Mean)); // 3 a − b: a counts for more
        var contributions = _context.Transforms.CalculateFeatureContribution(model.Model).Fit(data).Transform(data);
        Assert.That(contributions.GetColumn<float[]>("FeatureContributions").First(), Has.Length.EqualTo(2));
    }

    [Test]
    public void The_catalogs_seed_chooses_the_rows_of_the_twin()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Rows.Draw(300));
        double Trained(ulong seed) =>
            _context.Thermo(seed).PhaseTransition(_context.Regression.Trainers.OnlineGradientDescent("Y"), "Y").Fit(data).Transition.To.Energy.Value;
        Assert.That(Trained(1), Is.EqualTo(Trained(1)).And.Not.EqualTo(Trained(2)));
    }

    [Test]
    public void A_monitors_file_with_a_flipped_bit_is_refused()
    {
        Rows.Row[] rows = Rows.Draw(200);
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        var model = _context.Regression.Trainers.OnlineGradientDescent("Y").Fit(data);
        ITransformer watched = model.Append(
            _context.Thermo().Refresh(new RefreshOptions { LabelColumnName = "Y", WindowRows = 50 }).Fit(model.Transform(data)));
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, "flipped.monitor");
        File.Delete(path);
        using (DriftMonitor monitor = _context.Thermo().GetMonitor(watched, file: path))
        {
            foreach (Rows.Row row in rows.Take(60))
                monitor.Observe(row.Features, 1f, row.Y);
        }

        byte[] whole = File.ReadAllBytes(path);
        for (int bit = 0; bit < 8 * whole.Length; bit += 97)
        {
            byte[] flipped = [.. whole];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(path, flipped);
            Assert.That(() => _context.Thermo().GetMonitor(watched, file: path), Throws.InstanceOf<UnusableDataException>(), $"bit {bit}");
        }

        File.WriteAllBytes(path, whole);
        using DriftMonitor again = _context.Thermo().GetMonitor(watched, file: path);
        Assert.That(again.Snapshot().Rows, Is.EqualTo(60));
    }

    private static JsonElement Json<T>(T value) => JsonDocument.Parse(JsonSerializer.Serialize(value)).RootElement;
}
