using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.OnnxLayers;
using NUnit.Framework.Constraints;

namespace ML.Thermo.Tests.OnnxLayers;

public sealed class PipelineTests
{
    private readonly MLContext _context = new(1);
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("ml-thermo-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void It_stands_what_every_component_must([Values] bool embedded, [Values(1, 3)] int layers)
    {
        // Rows one by one, so that the network's sums have the same order in memory and loaded.
        OnnxLayersEstimator estimator = _context.Thermo().OnnxLayers(Networks.Write(_folder, Networks.Dense()), new OnnxLayersOptions
        {
            BatchSize = 1,
            EmbedModel = embedded,
            Layers = layers == 1 ? ["second"] : null,
        });
        IDataView data = Networks.Rows(_context, 20), again = _context.Transforms.CopyColumns("Features", "Features").Fit(data).Transform(data);
        IDataView[] unfit = [
            _context.Transforms.DropColumns("Features").Fit(data).Transform(data),
            _context.Transforms.CopyColumns("Features", "Text").Fit(data).Transform(data),
            _context.Transforms.Conversion.ConvertType("Features", outputKind: DataKind.Double).Fit(data).Transform(data),
        ];
        Workout.Of(estimator, data, unfit);
        Workout.Of(estimator, again, unfit);
    }

    [Test]
    public void A_column_of_another_size_is_refused_with_both_sizes()
    {
        IDataView five = Networks.Rows(_context, 3, width: 5);
        OnnxLayersEstimator estimator = Estimator();
        using OnnxLayersTransformer model = estimator.Fit(Networks.Rows(_context, 3));
        ITransformer loaded = Workout.SaveAndLoad(model, Networks.Rows(_context, 3).Schema, out _);
        ReusableConstraint refused = Throws.InstanceOf<ArgumentOutOfRangeException>()
            .With.Message.Contains("Features").And.Message.Contains("Vector<Single, 5").And.Message.Contains("Vector<Single, 4");
        Assert.That(() => estimator.Fit(five), refused);
        Assert.That(() => model.Transform(five), refused);
        Assert.That(() => model.GetOutputSchema(five.Schema), refused);
        Assert.That(() => loaded.Transform(five), refused);
        Assert.That(() => loaded.GetOutputSchema(five.Schema), refused);
    }

    [Test]
    public void The_columns_are_what_the_probe_reads([Values(1, 7, 64)] int batchSize, [Values] bool sparse)
    {
        IDataView data = sparse ? Sparse(100) : Networks.Rows(_context, 100);
        using OnnxLayersTransformer model = Estimator(new() { BatchSize = batchSize }).Fit(data);
        (float[][] temperatures, float[][] entropies, float[][] efficiencies) = Read(model.Transform(data));

        using var network = OnnxModel.Read(Networks.Dense());
        using var probe = new LayerProbe(LayerGraph.Of(network));
        float[] numbers = [.. data.GetColumn<float[]>("Features").SelectMany(x => x)];
        using NetworkBatch batch = new(new Dictionary<string, OrtValue> { ["x"] = OrtValue.CreateTensorValueFromMemory(numbers, [100, 4]) }, 100);
        LayerReadings readings = probe.Read(batch);
        Assert.That(temperatures.SelectMany(x => x), Is.EqualTo(readings.Variance).Within(1e-5f));
        Assert.That(entropies.SelectMany(x => x), Is.EqualTo(readings.Entropy).Within(1e-4f));
        Assert.That(efficiencies.SelectMany(x => x), Is.EqualTo(readings.Efficiency).Within(1e-5f));
        Assert.That(model.Layers, Is.EqualTo(probe.Layers.Select(layer => layer.Name)));
    }

    [Test]
    public void Slots_are_named_after_the_layers([Values] bool loaded)
    {
        IDataView data = Networks.Rows(_context, 2);
        ITransformer model = Estimator().Fit(data);
        if (loaded)
            model = Workout.SaveAndLoad(model, data.Schema, out _);
        DataViewSchema schema = model.GetOutputSchema(data.Schema);
        foreach (string column in Columns)
        {
            VBuffer<ReadOnlyMemory<char>> names = default;
            schema[column].GetSlotNames(ref names);
            Assert.That(names.DenseValues().Select(name => name.ToString()), Is.EqualTo(new[] { "first", "second", "third" }));
        }
    }

    [Test]
    public void A_row_that_lacks_a_number_has_none_and_leaves_the_others_alone([Values(float.NaN, float.PositiveInfinity)] float missing, [Values] bool loaded)
    {
        Networks.Example[] rows = Networks.Examples(9);
        using OnnxLayersTransformer model = Estimator().Fit(Networks.Rows(_context, 1));
        ITransformer subject = loaded ? Workout.SaveAndLoad(model, Networks.Rows(_context, 1).Schema, out _) : model;
        float[][] whole = Read(subject.Transform(RealData.View(_context, rows, 4))).Temperatures;
        rows[4].Features[2] = missing;
        (float[][] temperatures, float[][] entropies, float[][] efficiencies) = Read(subject.Transform(RealData.View(_context, rows, 4)));
        Assert.That(temperatures[4].Concat(entropies[4]).Concat(efficiencies[4]), Is.All.NaN);
        Assert.That(temperatures.Where((_, row) => row != 4), Is.EqualTo(whole.Where((_, row) => row != 4)));
    }

    private static readonly string[] Columns = ["LayerTemperature", "LayerEntropy", "LayerEfficiency"];

    private OnnxLayersEstimator Estimator(OnnxLayersOptions? options = null) =>
        _context.Thermo().OnnxLayers(Networks.Write(_folder, Networks.Dense()), options ?? new());

    private static (float[][] Temperatures, float[][] Entropies, float[][] Efficiencies) Read(IDataView data) =>
        ([.. data.GetColumn<float[]>(Columns[0])], [.. data.GetColumn<float[]>(Columns[1])], [.. data.GetColumn<float[]>(Columns[2])]);

    private IDataView Sparse(int rows)
    {
        var schema = SchemaDefinition.Create(typeof(SparseRow));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 4);
        return _context.Data.LoadFromEnumerable(
            Enumerable.Range(0, rows).Select(row => new SparseRow { Features = new VBuffer<float>(4, 2, [1 + (row % 5), -row], [0, 1 + (row % 3)]) }).ToArray(), schema);
    }

    private sealed class SparseRow
    {
        public VBuffer<float> Features { get; set; }
    }
}
