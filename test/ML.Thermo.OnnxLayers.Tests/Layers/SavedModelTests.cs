using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Layers;

namespace ML.Thermo.Tests.Layers;

public sealed class SavedModelTests : Sandbox
{
    private const string Program = "ML.Thermo.OnnxLayers.FreshProcess";

    private readonly MLContext _context = new(1);

    [Test]
    public void A_fresh_process_loads_the_model([Values] bool embedded)
    {
        string network = Networks.Write(Folder, Networks.Dense()), file = Path.Combine(Folder, "model.zip");
        using OnnxLayersTransformer model = Fit(network, new() { EmbedModel = embedded, BatchSize = 1 });
        _context.Model.Save(model, Networks.Rows(_context, 1).Schema, file);
        if (embedded)
            File.Delete(network);
        IDataView rows = RealData.View(_context, Enumerable.Range(1, 2).Select(v => new Networks.Example { Features = [v, v, v, v] }).ToArray(), 4);
        IEnumerable<string> expected =
            new[] { "LayerTemperature", "LayerEntropy", "LayerEfficiency" }.SelectMany(column => model.Transform(rows).GetColumn<float[]>(column))
            .Select(row => string.Join(' ', row.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));

        (int exitCode, string output, string error) = Load(TestContext.CurrentContext.TestDirectory, file);
        Assert.That(exitCode, Is.Zero, error);
        Assert.That(output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(expected.Prepend("first second third")));
    }

    /// <summary>A folder of managed assemblies alone, as an application has it that has not added the native package.</summary>
    [Test]
    public void Without_the_native_library_the_error_names_the_package_to_add()
    {
        string file = Path.Combine(Folder, "model.zip"), bare = Directory.CreateDirectory(Path.Combine(Folder, "bare")).FullName;
        using OnnxLayersTransformer model = Fit(Networks.Write(Folder, Networks.Dense()), new() { BatchSize = 1 });
        _context.Model.Save(model, Networks.Rows(_context, 1).Schema, file);
        string[] managed = [.. Directory.GetFiles(TestContext.CurrentContext.TestDirectory, "*.dll")
            .Where(path => !Path.GetFileName(path).StartsWith("onnxruntime", StringComparison.Ordinal))];
        foreach (string path in managed.Append(Path.Combine(TestContext.CurrentContext.TestDirectory, Program + ".runtimeconfig.json")))
            File.Copy(path, Path.Combine(bare, Path.GetFileName(path)));

        (int exitCode, _, string error) = Load(bare, file);
        Assert.That(exitCode, Is.Not.Zero);
        Assert.That(error, Does.Contain("add the package Microsoft.ML.OnnxRuntime"));
    }

    private static (int ExitCode, string Output, string Error) Load(string folder, string model)
    {
        string[] arguments = [Path.Combine(folder, Program + ".dll"), model];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    [Test]
    public void A_loaded_model_can_be_run_in_batches_again([Values] bool embedded, [Values] bool inChain)
    {
        IDataView data = Networks.Rows(_context, 100);
        string network = Networks.Write(Folder, Networks.Dense());
        IEstimator<ITransformer> estimator = _context.Thermo().OnnxLayers(network, new OnnxLayersOptions { EmbedModel = embedded, BatchSize = 16 });
        if (inChain)
            estimator = _context.Transforms.NormalizeMinMax("Features").Append(estimator).Append(
                _context.Transforms.Concatenate("All", "LayerTemperature", "LayerEfficiency"));
        ITransformer model = estimator.Fit(data), loaded = Workout.SaveAndLoad(model, data.Schema, out _);
        ITransformer batched = _context.Thermo().Restore(loaded);
        string column = inChain ? "All" : "LayerEfficiency";
        float[] expected = Values(model);
        Assert.That(Values(loaded), Is.EqualTo(expected).Within(1e-5f));
        Assert.That(Values(batched), Is.EqualTo(expected));
        Assert.That(Values(Workout.SaveAndLoad(batched, data.Schema, out _)), Is.EqualTo(expected).Within(1e-5f));
        Assert.That(
            batched is TransformerChain<ITransformer> chain ? chain.Select(step => step.GetType()) : [batched.GetType()],
            Has.Member(typeof(OnnxLayersTransformer)));
        Assert.That(_context.Thermo().Restore(model), Is.SameAs(model).Or.InstanceOf<TransformerChain<ITransformer>>());

        float[] Values(ITransformer of) => [.. of.Transform(data).GetColumn<float[]>(column).SelectMany(x => x)];
    }

    [Test]
    public void A_network_that_has_moved_is_missed_with_a_word_on_what_to_do()
    {
        IDataView data = Networks.Rows(_context, 3);
        string network = Networks.Write(Folder, Networks.Dense()), elsewhere = Path.Combine(Folder, "elsewhere.onnx");
        using OnnxLayersTransformer model = Fit(network, new());
        float[] expected = [.. model.Transform(data).GetColumn<float[]>("LayerTemperature").SelectMany(x => x)];
        ITransformer loaded = Workout.SaveAndLoad(model, data.Schema, out _);
        File.Move(network, elsewhere);
        Assert.That(
            model.Transform(data).GetColumn<float[]>("LayerTemperature").SelectMany(x => x), Is.EqualTo(expected), "in memory it needs the file no more");
        Exception missed = Assert.Catch(() => loaded.Transform(data).GetColumn<float[]>("LayerTemperature").ToArray())!.GetBaseException();
        Assert.That(missed, Is.InstanceOf<ThermoException>().With.Message.Contains(network).And.Message.Contains("Restore").And.Message.Contains("EmbedModel"));
        Assert.That(() => _context.Thermo().Restore(loaded), Throws.InstanceOf<ThermoException>().With.Message.Contains(network));
        using var found = (OnnxLayersTransformer)_context.Thermo().Restore(loaded, elsewhere);
        Assert.That(found.Transform(data).GetColumn<float[]>("LayerTemperature").SelectMany(x => x), Is.EqualTo(expected));
        File.Move(elsewhere, network);
        Assert.That(loaded.Transform(data).GetColumn<float[]>("LayerTemperature").SelectMany(x => x), Is.EqualTo(expected).Within(1e-5f), "put back");
    }

    [Test]
    public void Another_network_in_its_place_is_refused()
    {
        string network = Networks.Write(Folder, Networks.Dense());
        using OnnxLayersTransformer model = Fit(network, new());
        ITransformer loaded = Workout.SaveAndLoad(model, Networks.Rows(_context, 1).Schema, out _);
        Networks.Write(Folder, Networks.Dense(inputs: 5));
        Assert.That(() => _context.Thermo().Restore(loaded), Throws.InstanceOf<ThermoException>().With.Message.Contains("the input 'x' with rows of [4]"));
        Networks.Write(Folder, new OnnxBuilder().Input("x", "N", 4).Weights("first.w", 24, 4)
            .NamedNode("first/Gemm", "Gemm", "x first.w", "y", ("transB", 1)).Output("y", "N", 24).ToModel());
        Assert.That(() => _context.Thermo().Restore(loaded), Throws.InstanceOf<ThermoException>().With.Message.Contains("the layer 'second'"));
    }

    [Test]
    public void A_model_of_a_newer_version_says_that_it_is_one()
    {
        var record =
            new NetworkRecord { Path = "x", IsEmbedded = false, Device = "cpu", BatchSize = 1, Inputs = [], Layers = ["a"], Columns = ["t", "s", "e"] };
        JsonNode json = JsonNode.Parse(Convert.FromBase64String(record.ToText()))!;
        json["Format"] = 2;
        string newer = Convert.ToBase64String(Encoding.UTF8.GetBytes(json.ToJsonString()));
        Assert.That(() => NetworkRecord.Parse(newer), Throws.InstanceOf<NotSupportedException>().With.Message.Contains("update"));
        Assert.That(NetworkRecord.Parse(record.ToText()).ToText(), Is.EqualTo(record.ToText()));
    }

    [Test]
    public void A_path_that_cannot_be_written_is_the_file_systems_error()
    {
        using OnnxLayersTransformer model = Fit(Networks.Write(Folder, Networks.Dense()), new());
        Assert.That(() => _context.Model.Save(model, null, Path.Combine(Folder, "nowhere", "model.zip")), Throws.InstanceOf<IOException>());
    }

    [Test]
    public void Exporting_the_columns_to_ONNX_fails_loudly([Values] bool loaded, [Values] bool inChain)
    {
        IDataView data = _context.Transforms.DropColumns("Text").Fit(Networks.Rows(_context, 3)).Transform(Networks.Rows(_context, 3));
        IEstimator<ITransformer> estimator = _context.Thermo().OnnxLayers(Networks.Write(Folder, Networks.Dense()));
        if (inChain)
            estimator = estimator.Append(_context.Transforms.NormalizeMinMax("LayerTemperature"));
        ITransformer model = estimator.Fit(data);
        using var stream = new MemoryStream();
        string reason = loaded ? "not be fully converted" : inChain ? "Nothing" : "Nothing";
        Assert.That(
            () => _context.Model.ConvertToOnnx(loaded ? Workout.SaveAndLoad(model, data.Schema, out _) : model, data, stream),
            Throws.Exception.With.Message.Contains(reason));
    }

    [Test]
    public void Two_contexts_run_two_loaded_models_at_once()
    {
        IDataView data = Networks.Rows(_context, 200);
        using OnnxLayersTransformer model = Fit(Networks.Write(Folder, Networks.Dense()), new() { EmbedModel = true });
        float[] expected = [.. model.Transform(data).GetColumn<float[]>("LayerTemperature").SelectMany(x => x)];
        ITransformer[] loaded = [.. Enumerable.Range(0, 2).Select(_ => Workout.SaveAndLoad(model, data.Schema, out DataViewSchema _))];
        float[][] both = new float[2][];
        Parallel.For(
            0, 2, i => both[i] = [.. loaded[i].Transform(Networks.Rows(new MLContext(), 200)).GetColumn<float[]>("LayerTemperature").SelectMany(x => x)]);
        Assert.That(both[0], Is.EqualTo(expected).Within(1e-5f));
        Assert.That(both[1], Is.EqualTo(both[0]));
    }

    private OnnxLayersTransformer Fit(string network, OnnxLayersOptions options) =>
        _context.Thermo().OnnxLayers(network, options).Fit(Networks.Rows(_context, 1));
}
