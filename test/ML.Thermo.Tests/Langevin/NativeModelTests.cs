using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using ML.Thermo.Langevin;
using ML.Thermo.Schemas;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Langevin;

/// <summary>The models are ML.NET's own: whatever takes those takes these.</summary>
public sealed class NativeModelTests
{
    private readonly MLContext _context = new(1);

    private static IEnumerable<string> Tasks => ["regression", "binary", "multiclass"];

    [TestCaseSource(nameof(Tasks))]
    public void A_trainer_behaves_as_MLNETs_own(string task)
    {
        IDataView data = Data(task);
        IDataView unlabelled = _context.Transforms.DropColumns("Label").Fit(data)
            .Transform(data), unsized = _context.Data.LoadFromEnumerable(new[] { new Unsized() });
        Workout.Of(Trainer(task), data);
        foreach (IDataView unfit in new[] { unlabelled, unsized })
        {
            Assert.That(() => Trainer(task).Fit(unfit), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => Trainer(task).GetOutputSchema(Shapes.Of(unfit.Schema)), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
    }

    [TestCase(1)]
    [TestCase(7)]
    [TestCase(3000)]
    public void Given_parameters_become_a_model_bit_by_bit(int dimension)
    {
        var random = new Initialization.RandomStream(4, 0);
        float[] given = [.. Enumerable.Range(0, dimension + 1).Select(j => j % 5 == 3 ? 0 : (float)random.NextNormal())];
        IDataView numbers =
            RealData.View(_context, Array.Empty<RealData.Number>(), dimension), flags = RealData.View(_context, Array.Empty<RealData.Flag>(), dimension);
        double[] parameters = [.. given.Select(value => (double)value)];
        LinearModelParameters regression = new NativeModels(_context, numbers.Schema, new LangevinTrainerOptions()).Regression(parameters).Model;
        LinearModelParameters binary = new NativeModels(_context, flags.Schema, new LangevinTrainerOptions()).Binary(parameters).Model.SubModel;
        foreach (LinearModelParameters model in new[] { regression, binary })
        {
            Assert.That(model.Weights, Is.EqualTo(given[..^1]));
            Assert.That(model.Bias, Is.EqualTo(given[^1]));
        }
    }

    [TestCase(1, 2)]
    [TestCase(5, 3)]
    [TestCase(40, 10)]
    public void Given_parameters_of_classes_become_the_softmax_of_their_outputs(int dimension, int classes)
    {
        var random = new Initialization.RandomStream(4, 0);
        double[][] given = [.. Enumerable.Range(0, classes).Select(_ => Enumerable.Range(0, dimension + 1).Select(_ => 3 * random.NextNormal()).ToArray())];
        double[] mean = [.. Enumerable.Range(0, dimension + 1).Select(j => given.Average(output => output[j]))];
        given = [.. given.Select(output => output.Zip(mean, (value, centre) => value - centre).ToArray())];
        RealData.Species[] rows = [.. Enumerable.Range(0, 200).Select(_ => new RealData.Species
        {
            Features = [.. Enumerable.Range(0, dimension).Select(_ => (float)(random.NextNormal() * 3 / Math.Sqrt(dimension)))],
        })];
        var schema = SchemaDefinition.Create(typeof(RealData.Species));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, dimension);
        schema["Label"].ColumnType = new KeyDataViewType(typeof(uint), classes);
        IDataView species = _context.Data.LoadFromEnumerable(rows, schema);
        var model = new NativeModels(_context, species.Schema, new LangevinTrainerOptions()).Multiclass(given);
        VBuffer<float>[] weights = [];
        model.Model.GetWeights(ref weights, out _);
        Assert.That(weights.Select(values => values.DenseValues()), Is.EqualTo(given.Select(output => output[..^1].Select(value => (float)value))));
        Assert.That(model.Model.GetBiases(), Is.EqualTo(given.Select(output => (float)output[^1])));
        IDataView scored = model.Transform(species);
        foreach ((VBuffer<float> score, RealData.Species row) in scored.GetColumn<VBuffer<float>>("Score").Zip(rows))
        {
            double[] logits = [.. given.Select(output => output[^1] + row.Features.Zip(output, (x, w) => x * w).Sum())];
            double top = logits.Max(), sum = logits.Sum(z => Math.Exp(z - top));
            for (int k = 0; k < classes; k++)
                Assert.That(score.GetItemOrDefault(k), Is.EqualTo(Math.Exp(logits[k] - top) / sum).Within(1e-3).Percent.Or.LessThan(1e-10));
        }
    }

    [Test]
    public void Importance_contributions_and_one_versus_all_take_the_models()
    {
        var regression = _context.Thermo().Regression.Langevin(numberOfIterations: 5).Fit(Data("regression"));
        IDataView scored = regression.Transform(Data("regression"));
        Assert.That(_context.Regression.PermutationFeatureImportance(regression, scored), Has.Length.EqualTo(10));
        Assert.That(_context.Regression.PermutationFeatureImportance((ITransformer)regression, Data("regression")).Keys, Does.Contain("bmi"), "slot names");
        IDataView contributions = _context.Transforms.CalculateFeatureContribution(regression).Fit(scored).Transform(scored);
        Assert.That(contributions.Schema.GetColumnOrNull("FeatureContributions"), Is.Not.Null);

        var binary = _context.Thermo().BinaryClassification.Langevin(numberOfIterations: 5).Fit(Data("binary"));
        Assert.That(_context.BinaryClassification.PermutationFeatureImportance(binary, binary.Transform(Data("binary"))), Has.Length.EqualTo(30));
        Assert.That(_context.BinaryClassification.Evaluate(binary.Transform(Data("binary"))).LogLoss, Is.LessThan(0.3), "probabilities and all");

        var multiclass = _context.Thermo().MulticlassClassification.Langevin(numberOfIterations: 5).Fit(Data("multiclass"));
        Assert.That(
            _context.MulticlassClassification.PermutationFeatureImportance(multiclass, multiclass.Transform(Data("multiclass"))), Has.Length.EqualTo(4));
        var oneVersusAll = _context.MulticlassClassification.Trainers.OneVersusAll(_context.Thermo().BinaryClassification.Langevin(numberOfIterations: 100))
            .Fit(Data("multiclass"));
        Assert.That(_context.MulticlassClassification.Evaluate(oneVersusAll.Transform(Data("multiclass"))).MicroAccuracy, Is.GreaterThan(0.8));
    }

    [TestCase("regression", "LinearRegressor")]
    [TestCase("binary", "Sigmoid")]
    [TestCase("multiclass", "LinearClassifier")]
    public void Models_export_to_ONNX(string task, string node)
    {
        IDataView data = Data(task);
        using var onnx = new MemoryStream();
        _context.Model.ConvertToOnnx(Trainer(task).Fit(data), data, onnx);
        Assert.That(Encoding.Latin1.GetString(onnx.ToArray()), Does.Contain(node));
    }

    [TestCaseSource(nameof(Tasks))]
    public void A_saved_model_names_nothing_of_ours(string task)
    {
        using var file = new MemoryStream();
        _context.Model.Save(Trainer(task).Fit(Data(task)), Data(task).Schema, file);
        using var archive = new ZipArchive(file);
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            using var content = new StreamReader(entry.Open(), Encoding.Latin1);
            Assert.That(content.ReadToEnd(), Does.Not.Contain("ML.Thermo").IgnoreCase, entry.FullName);
        }
    }

    /// <summary>A folder of Microsoft's assemblies alone, without ours.</summary>
    [Test]
    public void A_process_without_our_assemblies_loads_the_model()
    {
        string folder = Directory.CreateTempSubdirectory("ml-thermo-").FullName;
        try
        {
            string here = TestContext.CurrentContext.TestDirectory;
            foreach (
                string file in Directory.GetFiles(here).Where(name => Path.GetFileName(name) is var n && !n.StartsWith("ML.Thermo", StringComparison.Ordinal)))
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            foreach (string name in new[] { "ML.Thermo.FreshProcess.dll", "ML.Thermo.FreshProcess.runtimeconfig.json" })
                File.Copy(Path.Combine(here, name), Path.Combine(folder, name));
            CopyFolder(Path.Combine(here, "runtimes"), Path.Combine(folder, "runtimes"));
            var model = _context.Thermo().Regression.Langevin(numberOfIterations: 5).Fit(Data("regression"));
            string path = Path.Combine(folder, "model.zip");
            _context.Model.Save(model, Data("regression").Schema, path);

            string[] arguments = [Path.Combine(folder, "ML.Thermo.FreshProcess.dll"), path, "Score", "2"];
            using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.Zero, errors.Result);
            float[] scores = [.. output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Select(
                line => float.Parse(line, System.Globalization.CultureInfo.InvariantCulture))];
            float sum = model.Model.Weights.Sum();
            Assert.That(scores, Is.EqualTo(new[] { model.Model.Bias + sum, model.Model.Bias + (2 * sum) }).Within(1e-3));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void A_phase_transition_around_the_trainer_knows_its_parameters([Values("regression", "binary", "multiclass")] string task)
    {
        IEstimator<ITransformer> trainer = Trainer(task);
        PhaseTransitionTransformer model = _context.Thermo().PhaseTransition(trainer, initialState: InitialState.ParameterLaw(task == "regression"
            ? "normal:0,50"
            : "normal:0,1")).Fit(Data(task));
        Assert.That(model.Record.InitialState, Is.EqualTo(InitialStateKind.ParameterLaw));
        Assert.That(model.Transition.Temperature.IsDefined);
        TrainingRecord record = _context.Thermo().GetTraining(model);
        Assert.That(record.Rows, Is.EqualTo(model.Record.TrainingRows));
        Assert.That(record.EnergyName, Is.EqualTo(model.Record.EnergyName));
    }

    [Test]
    public void Cross_validation_gives_a_model_and_a_record_for_every_fold()
    {
        IEstimator<ITransformer> pipeline = _context.Transforms.NormalizeMeanVariance("Features").Append(_context.Thermo().Regression.Langevin());
        foreach (var fold in _context.Regression.CrossValidate(Data("regression"), pipeline, 3))
        {
            Assert.That(fold.Metrics.RSquared, Is.GreaterThan(0.35));
            Assert.That(_context.Thermo().GetTraining(fold.Model).Rows, Is.InRange(250, 340));
        }
    }

    [Test]
    public void A_loaded_model_and_a_strangers_carry_no_record()
    {
        ITransformer loaded = Workout.SaveAndLoad(Trainer("regression").Fit(Data("regression")), Data("regression").Schema, out _);
        Assert.That(() => _context.Thermo().GetTraining(loaded), Throws.ArgumentException.With.Message.Contains("Langevin"));
        Assert.That(
            () => _context.Thermo().GetTraining(_context.Regression.Trainers.OnlineGradientDescent().Fit(Data("regression"))), Throws.ArgumentException);
        Assert.That(() => _context.Thermo().GetTraining(null!), Throws.ArgumentNullException);
    }

    private IDataView Data(string task) => task switch
    {
        "regression" => RealData.Diabetes(_context),
        "binary" => RealData.BreastCancer(_context),
        _ => RealData.Iris(_context),
    };

    private IEstimator<ITransformer> Trainer(string task) => task switch
    {
        "regression" => _context.Thermo().Regression.Langevin(numberOfIterations: 5),
        "binary" => _context.Thermo().BinaryClassification.Langevin(numberOfIterations: 5),
        _ => _context.Thermo().MulticlassClassification.Langevin(numberOfIterations: 5),
    };

    private static void CopyFolder(string from, string to)
    {
        if (!Directory.Exists(from))
            return;
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private sealed class Unsized
    {
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }
}
