using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Schemas;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Refresh;

public sealed class SavedMonitorTests : Sandbox
{
    private readonly MLContext _context = new(1);

    [Test]
    public void A_fresh_process_loads_the_columns()
    {
        (ITransformer model, RealData.Number[] rows, string file) = Saved();
        string[] expected =
            [.. model.Transform(Monitored.View(_context, rows)).GetColumn<float>("PValue").Select(p => p.ToString("R", CultureInfo.InvariantCulture))];
        using Process process = FreshProcess(file, "PValue", "45");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, process.StandardError.ReadToEnd());
        Assert.That(output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(expected));
        Assert.That(expected[^1], Is.Not.EqualTo("NaN"));
    }

    [Test]
    public void A_killed_process_leaves_every_row_that_it_counted()
    {
        (ITransformer model, RealData.Number[] rows, string file) = Saved();
        string kept = Path.Combine(Folder, "monitor");
        for (int run = 1; run <= 2; run++)
        {
            using Process process = FreshProcess(file, "PValue", "45", "observe", kept);
            string? counted = null;
            for (int line = 0; line <= 45; line++)
                counted = process.StandardOutput.ReadLine();
            process.Kill();
            process.WaitForExit();
            Assert.That(counted, Is.EqualTo($"{45 * run}"));
        }

        using DriftMonitor survivor = _context.Thermo().GetMonitor(model, file: kept);
        using DriftMonitor whole = _context.Thermo().GetMonitor(model);
        foreach (RealData.Number row in rows.Concat(rows))
            whole.Observe(row.Features, row.Features[0], row.Label);
        Assert.That(Bytes(survivor), Is.EqualTo(Bytes(whole)));
        Assert.That((survivor.Snapshot().Rows, survivor.Snapshot().Windows, survivor.Snapshot().Open.Rows), Is.EqualTo((90, 2, 10)));
    }

    [Test]
    public void A_monitor_comes_out_of_any_model_that_carries_one([Values] bool loaded)
    {
        (ITransformer model, RefreshTransformer refresh, RealData.Number[] rows) = Monitored.Example(_context);
        IDataView view = Monitored.View(_context, rows);
        ITransformer carrier = loaded ? Workout.SaveAndLoad(model, view.Schema, out _) : model;
        using DriftMonitor monitor = _context.Thermo().GetMonitor(carrier);
        float[] scores = [.. model.Transform(view).GetColumn<float>("Score")];
        for (int i = 0; i < rows.Length; i++)
            monitor.Observe(rows[i].Features, scores[i], rows[i].Label);
        Assert.That(monitor.Reference.Inputs, Is.EqualTo(refresh.Reference.Inputs));
        Assert.That(monitor.Reference.Inputs.Select(input => input.Name), Is.EqualTo([.. RealData.Standardized("diabetes.csv").Names, "prediction"]));
        Assert.That(
            (float)monitor.Report!.PValue, Is.EqualTo(model.Transform(view).GetColumn<float>("PValue").Last()), "pipeline and monitor see the same windows");
    }

    [Test]
    public void Exporting_to_ONNX_fails_loudly_and_the_model_without_its_monitor_exports([Values] bool loaded)
    {
        (ITransformer model, _, RealData.Number[] rows) = Monitored.Example(_context);
        IDataView view = Monitored.View(_context, rows);
        ITransformer carrier = loaded ? Workout.SaveAndLoad(model, view.Schema, out _) : model;
        using var refused = new MemoryStream();
        Assert.That(() => _context.Model.ConvertToOnnx(carrier, view, refused), Throws.InvalidOperationException);
        ITransformer plain = _context.Thermo().WithoutRowColumns(carrier);
        Assert.That(plain.Transform(view).Schema.Select(column => column.Name), Is.EqualTo(new[] { "Features", "Label", "Score" }));
        using var onnx = new MemoryStream();
        _context.Model.ConvertToOnnx(plain, view, onnx);
        Assert.That(System.Text.Encoding.Latin1.GetString(onnx.ToArray()), Does.Contain("LinearRegressor"));
    }

    [Test]
    public void A_model_without_a_monitor_says_so()
    {
        (IDataView training, _) = Monitored.Diabetes(_context);
        Assert.That(
            () => _context.Thermo().GetMonitor(Monitored.Regression(_context, training)), Throws.ArgumentException.With.Message.Contains("carries no monitor"));
        ITransformer others = _context.Transforms.Expression("x", "y : y + 1", "Label").Append(_context.Transforms.Expression("z", "y : y + 1", "x"))
            .Fit(training);
        Assert.That(() => _context.Thermo().GetMonitor(others), Throws.ArgumentException.With.Message.Contains("carries no monitor"));
    }

    [Test]
    public void A_monitor_of_a_newer_version_says_that_it_is_one()
    {
        (_, RefreshTransformer refresh, _) = Monitored.Example(_context);
        string text = refresh.Saved.ToString();
        Assert.That(SavedMonitor.Parse(text).ToString(), Is.EqualTo(text));
        Assert.That(
            () => SavedMonitor.Parse(text.Replace("format=2", "format=3", StringComparison.Ordinal)[..text.LastIndexOf(';')]),
            Throws.InstanceOf<NotSupportedException>().With.Message.Contains("update the package"));
        Assert.That(
            () => SavedMonitor.Parse(text.Replace("windowRows=", "windowRows=1", StringComparison.Ordinal)),
            Throws.InstanceOf<FormatException>().With.Message.Contains("checksum"));
        Assert.That(() => SavedMonitor.Parse("format=1"), Throws.InstanceOf<FormatException>().With.Message.Contains("reference"));
    }

    [Test]
    public void Texts_that_the_reference_did_not_have_are_counted_also_by_a_loaded_model()
    {
        string[] cities = ["Kyoto", "Lund", "Quito"];
        Trip[] before = [.. Enumerable.Range(0, 300).Select(i => new Trip { City = cities[i % 3], Score = i % 7, Label = i % 5 })];
        Trip[] after = [.. Enumerable.Range(0, 100).Select(i => new Trip { City = i % 2 == 0 ? "Atlantis" : "Lund", Score = i % 7, Label = i % 5 })];
        IDataView reference = _context.Data.LoadFromEnumerable(before);
        RefreshTransformer refresh =
            _context.Thermo().Refresh(new RefreshOptions { InputColumnNames = ["City"], WindowRows = 50, RowTarget = RowTarget.Prediction }).Fit(reference);
        ITransformer loaded = Workout.SaveAndLoad(refresh, reference.Schema, out _);
        Assert.That(refresh.Reference.Inputs[0], Is.EqualTo(new DriftInput("City", IsCategory: true)));
        foreach (ITransformer model in new[] { refresh, loaded })
        {
            float[] unchanged = [.. model.Transform(reference).GetColumn<float>("PValue")];
            float[] changed = [.. model.Transform(_context.Data.LoadFromEnumerable(after)).GetColumn<float>("PValue")];
            Assert.That(unchanged[^1], Is.GreaterThan(0.05));
            Assert.That(changed[^1], Is.LessThan(0.01));
        }
    }

    /// <summary>A regression in a file, and rows of ten equal features, as the other program makes them.</summary>
    private (ITransformer Model, RealData.Number[] Rows, string File) Saved()
    {
        (ITransformer model, _, RealData.Number[] others) = Monitored.Example(_context);
        string file = Path.Combine(Folder, "model.zip");
        _context.Model.Save(model, Monitored.View(_context, others).Schema, file);
        return (model, [.. Enumerable.Range(1, 45).Select(v => new RealData.Number { Features = [.. Enumerable.Repeat((float)v, 10)] })], file);
    }

    private static Process FreshProcess(params string[] arguments) => Process.Start(new ProcessStartInfo(
        "dotnet", [Path.Combine(TestContext.CurrentContext.TestDirectory, "ML.Thermo.FreshProcess.dll"), .. arguments])
    { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static byte[] Bytes(DriftMonitor monitor)
    {
        using var stream = new MemoryStream();
        monitor.Save(stream);
        return stream.ToArray();
    }

    private sealed class Trip
    {
        public string City { get; set; } = "";

        public float Score { get; set; }

        public float Label { get; set; }
    }
}
