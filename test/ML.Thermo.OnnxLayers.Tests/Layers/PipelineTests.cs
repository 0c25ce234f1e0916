using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Layers;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;
using NUnit.Framework.Constraints;

namespace ML.Thermo.Tests.Layers;

public sealed class PipelineTests : Sandbox
{
    private readonly MLContext _context = new(1);

    [Test]
    public void It_stands_what_every_component_must([Values] bool embedded, [Values(1, 3)] int layers)
    {
        // Rows one by one, so that the network's sums have the same order in memory and loaded.
        OnnxLayersEstimator estimator = _context.Thermo().OnnxLayers(Networks.Write(Folder, Networks.Dense()), new OnnxLayersOptions
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

    [Test]
    public void A_prediction_engine_reads_what_a_cursor_does([Values] bool loaded)
    {
        IDataView data = Networks.Rows(_context, 20);
        ITransformer model = Estimator().Fit(data);
        float[][] expected = Read(model.Transform(data)).Efficiencies;
        if (loaded)
            model = Workout.SaveAndLoad(model, data.Schema, out _);
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Networks.Example));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 4);
        using PredictionEngine<Networks.Example, Readings> engine =
            _context.Model.CreatePredictionEngine<Networks.Example, Readings>(model, inputSchemaDefinition: schema);
        Assert.That(Networks.Examples(20).SelectMany(row => engine.Predict(row).LayerEfficiency), Is.EqualTo(expected.SelectMany(x => x)).Within(1e-5f));
    }

    [Test]
    public void Readings_are_features_for_what_follows()
    {
        IDataView data = RealData.BreastCancer(_context);
        string network = Networks.Write(Folder, Networks.Dense(inputs: 30));
        var pipeline = _context.Thermo().OnnxLayers(network)
            .Append(_context.Transforms.Concatenate("Features", "LayerTemperature", "LayerEfficiency"))
            .AppendCacheCheckpoint(_context)
            .Append(_context.BinaryClassification.Trainers.LbfgsLogisticRegression());
        var folds = _context.BinaryClassification.CrossValidate(data, pipeline, numberOfFolds: 3);
        Assert.That(folds.Select(fold => fold.Metrics.AreaUnderRocCurve), Is.All.GreaterThan(0.6));
        VBuffer<ReadOnlyMemory<char>> names = default;
        folds[0].Model.GetOutputSchema(data.Schema)["Features"].GetSlotNames(ref names);
        Assert.That(names.DenseValues().First().ToString(), Is.EqualTo("LayerTemperature.first"));
    }

    [Test]
    public void Several_inputs_and_images_come_from_their_columns([Values] bool loaded)
    {
        string file = Networks.Write(Folder, Networks.TwoInputs());
        IDataView data = _context.Data.LoadFromEnumerable(Enumerable.Range(1, 10).Select(row => new Images
        {
            Image = [.. Enumerable.Range(0, 72).Select(i => MathF.Sin(row * i))],
            Flat = [.. Enumerable.Range(0, 72).Select(i => MathF.Sin(row * i))],
            Extra = [row, -row, 1],
        }).ToArray());
        foreach (string column in new[] { "Image", "Flat" })
        {
            ITransformer model =
                _context.Thermo().OnnxLayers(file, new OnnxLayersOptions { Inputs = [new("extra", "Extra"), new("image", column)], BatchSize = 4 }).Fit(data);
            float[] temperatures = [.. Read(model.Transform(data)).Temperatures.SelectMany(x => x)];
            using var network = OnnxModel.Open(file);
            using var probe = new LayerProbe(LayerGraph.Of(network));
            using NetworkBatch batch = new(new Dictionary<string, OrtValue>
            {
                ["image"] = OrtValue.CreateTensorValueFromMemory(data.GetColumn<float[]>("Image").SelectMany(x => x).ToArray(), [10, 2, 6, 6]),
                ["extra"] = OrtValue.CreateTensorValueFromMemory(data.GetColumn<float[]>("Extra").SelectMany(x => x).ToArray(), [10, 3]),
            }, 10);
            Assert.That(temperatures, Is.EqualTo(probe.Read(batch).Variance).Within(1e-5f));
            if (loaded)
                Assert.That(
                    Read(Workout.SaveAndLoad(model, data.Schema, out _).Transform(data)).Temperatures.SelectMany(x => x),
                    Is.EqualTo(temperatures).Within(1e-5f));
        }
    }

    [Test]
    public void A_network_with_a_fixed_number_of_rows_gets_that_many([Values] bool loaded)
    {
        IDataView data = Networks.Rows(_context, 10);
        float[][] expected = Read(Estimator().Fit(data).Transform(data)).Entropies;
        ITransformer model = _context.Thermo().OnnxLayers(Networks.Write(Folder, Networks.Dense(rows: 4), "four.onnx")).Fit(data);
        if (loaded)
            model = Workout.SaveAndLoad(model, data.Schema, out _);
        Assert.That(Read(model.Transform(data)).Entropies.SelectMany(x => x), Is.EqualTo(expected.SelectMany(x => x)).Within(1e-4f));
    }

    [Test]
    public void Other_element_types_are_converted()
    {
        IDataView whole = RealData.View(_context, Enumerable.Range(0, 10).Select(row => new Networks.Example { Features = [row, -row, 3, 0] }).ToArray(), 4);
        float[][] expected = Read(Estimator().Fit(whole).Transform(whole)).Temperatures;
        foreach (ElementType type in new[] { ElementType.Int64, ElementType.Double })
        {
            using OnnxLayersTransformer model = _context.Thermo().OnnxLayers(Networks.Write(Folder, Networks.Dense(type: type), $"{type}.onnx")).Fit(whole);
            Assert.That(Read(model.Transform(whole)).Temperatures.SelectMany(x => x), Is.EqualTo(expected.SelectMany(x => x)).Within(1e-5f));
        }
    }

    [Test]
    public void Names_of_columns_and_the_choice_of_layers_are_the_users()
    {
        IDataView data = Networks.Rows(_context, 3);
        using OnnxLayersTransformer model =
            Estimator(new() { TemperatureColumnName = "q", EntropyColumnName = "s", EfficiencyColumnName = "eta", Layers = ["third", "first"] }).Fit(data);
        float[][] all = Read(Estimator().Fit(data).Transform(data)).Temperatures;
        Assert.That(model.Layers, Is.EqualTo(new[] { "first", "third" }));
        Assert.That(model.Transform(data).GetColumn<float[]>("q"), Is.EqualTo(all.Select(row => new[] { row[0], row[2] })));
        Assert.That(model.GetOutputSchema(data.Schema).Select(column => column.Name), Does.Contain("s").And.Contain("eta").And.Not.Contain("LayerEntropy"));
    }

    [Test]
    public void Making_it_does_not_disturb_the_numbers_that_others_draw()
    {
        float[] Weights(bool withLayers)
        {
            var context = new MLContext(7);
            IDataView data = RealData.Diabetes(context);
            if (withLayers)
                context.Thermo().OnnxLayers(Networks.Write(Folder, Networks.Dense(inputs: 10))).Fit(data).Dispose();
            return [.. context.Regression.Trainers.OnlineGradientDescent(numberOfIterations: 3).Fit(context.Data.ShuffleRows(data)).Model.Weights];
        }

        Assert.That(Weights(withLayers: true), Is.EqualTo(Weights(withLayers: false)));
    }

    private static readonly string[] Columns = ["LayerTemperature", "LayerEntropy", "LayerEfficiency"];

    private OnnxLayersEstimator Estimator(OnnxLayersOptions? options = null) =>
        _context.Thermo().OnnxLayers(Networks.Write(Folder, Networks.Dense()), options ?? new());

    private static (float[][] Temperatures, float[][] Entropies, float[][] Efficiencies) Read(IDataView data) =>
        ([.. data.GetColumn<float[]>(Columns[0])], [.. data.GetColumn<float[]>(Columns[1])], [.. data.GetColumn<float[]>(Columns[2])]);

    private IDataView Sparse(int rows)
    {
        var schema = SchemaDefinition.Create(typeof(SparseRow));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 4);
        return _context.Data.LoadFromEnumerable(
            Enumerable.Range(0, rows).Select(row => new SparseRow { Features = new VBuffer<float>(4, 2, [1 + (row % 5), -row], [0, 1 + (row % 3)]) })
                .ToArray(), schema);
    }

    private sealed class Readings
    {
        public float[] LayerEfficiency { get; set; } = [];
    }

    private sealed class Images
    {
        [VectorType(2, 6, 6)]
        public float[] Image { get; set; } = [];

        [VectorType(72)]
        public float[] Flat { get; set; } = [];

        [VectorType(3)]
        public float[] Extra { get; set; } = [];
    }

    private sealed class SparseRow
    {
        public VBuffer<float> Features { get; set; }
    }
}
