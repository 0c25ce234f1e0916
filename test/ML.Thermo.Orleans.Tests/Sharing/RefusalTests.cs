using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Cluster;
using ML.Thermo.Cluster.Sharing;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Scans;
using ML.Thermo.Scans.Sequences;
using ML.Thermo.Sharing;

namespace ML.Thermo.Tests.Sharing;

/// <summary>What workers cannot do, in one line each.</summary>
internal sealed class RefusalTests
{
    [Test]
    public async Task A_file_that_no_silo_has_is_asked_for_and_put_there()
    {
        byte[] model = new OnnxBuilder().Input("x", 3, 2).Initializer("w", TensorData.Of([2, 2], 1f, 2, 3, 4)).Node("MatMul", "x w", "y").Output("y", 3, 2).ToModel();
        WorkJob job = new() { Kind = DrawPieces.Kind, Files = [SharedFile.HashOf(model), new string('0', 64)], Setup = [], Call = [] };
        IWorkGrain worker = TwoSilos.Client.GetGrain<IWorkGrain>(0);
        Assert.That((await worker.Do(job, 0, 1)).Missing, Is.EqualTo(job.Files[0]));
        await TwoSilos.Client.GetGrain<IBlobGrain>(job.Files[0]).Put(0, model.Length, model);
        Assert.That((await worker.Do(job, 0, 1)).Missing, Is.EqualTo(job.Files[1]));
    }

    [Test]
    public void Work_of_another_version_is_one_line_that_names_silo_and_remedy()
    {
        SharedWork work = new("draws/9", [], [], []);
        Assert.That(() => TwoSilos.Workers().Do(work, 0, 4, _ => Assert.Fail(), CancellationToken.None), Throws.TypeOf<ClusterException>()
            .With.Message.Match("^Silo S127.* cannot do the work: This silo does not know the work 'draws/9': it knows answers/1, draws/1, .*Update the older"));
    }

    [Test]
    public void What_a_caller_cannot_use_ends_the_work_as_it_was_thrown()
    {
        using var model = OnnxModel.Read(Perceptron());
        using var input = OrtValue.CreateTensorValueFromMemory(new float[6], [3, 2]);
        var energy = NetworkEnergy.Of(LayerGraph.Of(model), [new Dictionary<string, OrtValue> { ["x"] = input }]);
        using var ensemble = new NetworkEnsemble(energy, energy.Network.Layers);
        ClusterWorkers workers = TwoSilos.Workers();
        Assert.That(() => ensemble.Draw(new DrawRange(1, 0, 64), workers, () => throw new UnusableDataException("no use")),
            Throws.TypeOf<UnusableDataException>().With.Message.EqualTo("no use"));
        Assert.That(workers.Repeated, Is.Zero);
    }

    [Test]
    public void A_model_whose_weights_lie_in_a_file_beside_it_or_that_reads_texts_is_refused_in_one_line()
    {
        string folder = Directory.CreateTempSubdirectory("thermo-cluster-").FullName;
        File.WriteAllBytes(Path.Combine(folder, "weights.bin"), new byte[2 * 2 * sizeof(float)]);
        byte[] bytes = new OnnxBuilder().Input("x", 3, 2).Initializer("w", TensorData.External(ElementType.Float, [2, 2], "weights.bin"))
            .Node("MatMul", "x w", "y").Output("y", 3, 2).ToModel();
        using var model = OnnxModel.Read(bytes, folder: folder);
        using var input = OrtValue.CreateTensorValueFromMemory(new float[6], [3, 2]);
        var energy = NetworkEnergy.Of(LayerGraph.Of(model), [new Dictionary<string, OrtValue> { ["x"] = input }]);
        using var ensemble = new NetworkEnsemble(energy, energy.Network.Layers);
        Assert.That(() => ensemble.Draw(new DrawRange(1, 0, 4), TwoSilos.Workers()),
            Throws.TypeOf<ThermoException>().With.Message.EqualTo("The model keeps 'w' in a file beside it: workers take models that are one file."));
        Directory.Delete(folder, recursive: true);

        using var whole = OnnxModel.Read(Perceptron());
        using var texts = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, [3]);
        var read = NetworkEnergy.Of(LayerGraph.Of(whole), [new Dictionary<string, OrtValue> { ["x"] = input, ["words"] = texts }]);
        using var reader = new NetworkEnsemble(read, read.Network.Layers);
        Assert.That(() => reader.Draw(new DrawRange(1, 0, 4), TwoSilos.Workers()),
            Throws.TypeOf<ThermoException>().With.Message.EqualTo("The input 'words' holds texts: workers take numbers only."));
    }

    [Test]
    public void A_model_of_the_callers_own_has_no_file_for_workers() => Assert.That(
        () => SequenceScan.Temperatures(new Even(), [0], ControlGrid.Of("temperature", [1, 2]), new SequenceOptions { MostEnumerated = 0 },
            new ScanOptions { Workers = TwoSilos.Workers() }),
        Throws.TypeOf<ThermoException>().With.Message.EqualTo("A Even has no file that workers could open: leave out the workers, or scan an ONNX model."));

    private static byte[] Perceptron() =>
        new OnnxBuilder().Input("x", 3, 2).Initializer("w", TensorData.Of([2, 2], 1f, -2, 3, 4)).Node("MatMul", "x w", "y").Output("y", 3, 2).ToModel();

    /// <summary>All tokens alike.</summary>
    private sealed class Even : INextTokenModel
    {
        public int Vocabulary => 3;

        public void Score(IReadOnlyList<int[]> sequences, int last, Span<float> logits) => logits.Clear();
    }
}
