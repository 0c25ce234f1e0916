using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Guards;
using ML.Thermo.Onnx.Guards;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Tests.Layers;

namespace ML.Thermo.Tests.Guards;

/// <summary>Guards in ML.NET pipelines, against the guard itself.</summary>
public sealed class OnnxGuardTests : Sandbox
{
    private const double Alarms = 0.05;

    private readonly MLContext _context = new(1);
    private string _file = "";

    [SetUp]
    public void Write() => _file = Networks.Write(Folder, Networks.Dense());

    [TestCase(GuardScore.Layers)]
    [TestCase(GuardScore.Input)]
    [TestCase(GuardScore.Joined)]
    public void It_stands_what_every_component_must(GuardScore score)
    {
        IDataView known = Networks.Rows(_context, 120), narrow = Networks.Rows(_context, 120, width: 3);
        OnnxGuardEstimator estimator = _context.Thermo().Guard(_file, Options(score));
        Workout.Of(
            estimator, known, _context.Transforms.DropColumns("Features").Fit(known).Transform(known),
            _context.Transforms.CopyColumns("Features", "Text").Fit(known).Transform(known));
        Assert.That(() => estimator.Fit(narrow), Throws.InstanceOf<ArgumentOutOfRangeException>());
        using OnnxGuardTransformer model = estimator.Fit(known);
        Assert.That(() => model.Transform(narrow), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void The_columns_are_what_the_guard_says_of_the_rows()
    {
        Networks.Example[] known = Networks.Examples(150), fresh = Networks.Examples(70, seed: 2);
        using OnnxGuardTransformer model = _context.Thermo().Guard(_file, Options(GuardScore.Joined)).Fit(Networks.Rows(_context, 150));
        using OnnxModel network = OnnxModel.Open(_file);
        NetworkGuard guard = NetworkGuard.Fit(network, Inputs(network, known), new() { FalseAlarms = Alarms, Score = GuardScore.Joined });
        Assert.That(model.Guard.Power, Is.EqualTo(guard.Power));
        using GuardSession session = guard.Open(network);
        GuardVerdict verdict = session.Judge(Inputs(network, fresh), window: 70);
        IDataView rows = Networks.Rows(_context, 70, seed: 2), judged = model.Transform(rows);
        Assert.That(judged.GetColumn<float>("Strangeness"), Is.EqualTo(verdict.Rows.Select(row => row.Strangeness)).Within(1e-4).Percent);
        Assert.That(judged.GetColumn<float>("PValue"), Is.EqualTo(verdict.Rows.Select(row => row.PValue)).Within(1e-6));
        Assert.That(judged.GetColumn<string>("HottestLayer"), Is.EqualTo(verdict.Rows.Select(row => row.HottestLayer ?? "")));
        Assert.That(model.WindowPValue(rows), Is.EqualTo(verdict.Windows.Single().PValue).Within(1e-12));
    }

    [Test]
    public void Rows_of_another_kind_are_strange_alone_and_together()
    {
        using OnnxGuardTransformer model = _context.Thermo().Guard(_file, Options(null)).Fit(Networks.Rows(_context, 150));
        IDataView wide = _context.Transforms.Expression("Features", "x : 4 * x", "Features").Fit(Networks.Rows(_context, 1)).Transform(
            Networks.Rows(_context, 40, seed: 3));
        Assert.That(model.Transform(wide).GetColumn<float>("PValue").Count(p => p <= Alarms), Is.GreaterThan(25));
        IDataView moved = _context.Transforms.Expression("Features", "x : x + 1.5f", "Features").Fit(Networks.Rows(_context, 1)).Transform(
            Networks.Rows(_context, 20, seed: 3));
        Assert.That(model.WindowPValue(moved), Is.LessThan(0.01));
        Assert.That(model.WindowPValue(Networks.Rows(_context, 20, seed: 3)), Is.GreaterThan(0.01));
    }

    [TestCase(GuardScore.Joined)]
    [TestCase(GuardScore.Input)]
    public void A_missing_number_is_as_strange_as_a_row_can_be(GuardScore score)
    {
        using OnnxGuardTransformer model = _context.Thermo().Guard(_file, Options(score)).Fit(Networks.Rows(_context, 150));
        IDataView holed = _context.Transforms.Expression("Features", "x : na(x)", "Features").Fit(Networks.Rows(_context, 1)).Transform(Networks.Rows(_context, 3));
        Assert.That(model.Transform(holed).GetColumn<float>("PValue"), Is.All.EqualTo(1f / (1 + model.Guard.Rows.Calibrate)).Within(1e-6));
        Assert.That(model.Transform(holed).GetColumn<float>("Strangeness"), Is.All.NaN);
    }

    [Test]
    public void A_model_that_holds_its_network_needs_no_file_and_can_be_restored()
    {
        string copy = Path.Combine(Folder, "copy.onnx");
        File.Copy(_file, copy, overwrite: true);
        IDataView rows = Networks.Rows(_context, 150);
        ITransformer model = _context.Thermo().Guard(copy, Options(GuardScore.Layers) with { EmbedModel = true }).Fit(rows);
        float[] before = [.. model.Transform(rows).GetColumn<float>("Strangeness")];
        File.Delete(copy);
        ITransformer loaded = Workout.SaveAndLoad(model, rows.Schema, out _);
        Assert.That(loaded.Transform(rows).GetColumn<float>("Strangeness"), Is.EqualTo(before).Within(1e-3).Percent);
        ITransformer restored = _context.Thermo().Restore(loaded);
        Assert.That(restored.Transform(rows).GetColumn<float>("Strangeness"), Is.EqualTo(before).Within(1e-3).Percent);
    }

    [Test]
    public void What_does_not_fit_is_named()
    {
        IDataView few = Networks.Rows(_context, 60);
        Assert.That(() => _context.Thermo().Guard(_file).Fit(few), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("at least 159"));
        Assert.That(() => _context.Thermo().Guard(_file, falseAlarms: 0), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("0 is no rate"));
        Assert.That(() => _context.Thermo().Guard(_file, new OnnxGuardOptions { PValueColumnName = "Strangeness" }), Throws.ArgumentException);
        string two = Networks.Write(Folder, Networks.TwoInputs(), "two.onnx");
        Assert.That(() => _context.Thermo().Guard(two), Throws.InstanceOf<ThermoException>().With.Message.Contains("2 inputs"));
        Assert.That(() => _context.Thermo().Guard(_file, Options(null)).Fit(Networks.Rows(_context, 0)),
            Throws.InstanceOf<UnusableDataException>().With.Message.Contains("no rows"));
    }

    private static OnnxGuardOptions Options(GuardScore? score) => new() { FalseAlarms = Alarms, Score = score };

    private static NetworkInputs Inputs(OnnxModel network, Networks.Example[] rows) =>
        NetworkInputs.Of(network, [.. rows.Select(row => row.Features.Select(x => (double)x).ToArray())], [4]);
}
