using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Cluster;
using ML.Thermo.Cluster.Ensembles;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace ML.Thermo.Tests.Ensembles;

/// <summary>Draws on two silos are those of one machine, also where a silo dies.</summary>
internal sealed class ClusterWorkersTests
{
    private TestCluster _cluster = null!;
    private OnnxModel _model = null!;
    private OrtValue _input = null!;
    private NetworkEnergy _energy = null!;

    [OneTimeSetUp]
    public async Task Deploy()
    {
        var builder = new TestClusterBuilder(2);
        builder.AddSiloBuilderConfigurator<Silo>();
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        _model = OnnxModel.Open(Path.Combine(TestContext.CurrentContext.TestDirectory, "networks", "digits-mlp.onnx"));
        NumpyArray pixels = NumpyArray.ReadFile(Path.Combine(TestContext.CurrentContext.TestDirectory, "networks", "digits.npz"))[0];
        float[] numbers = [.. pixels.ToDoubles().Take(64 * 64).Select(pixel => (float)pixel)];
        _input = OrtValue.CreateTensorValueFromMemory(numbers, [.. _model.Graph.Inputs[0].Shape!.Count == 2 ? new long[] { 64, 64 } : [64, 1, 8, 8]]);
        _energy = NetworkEnergy.Of(LayerGraph.Of(_model), [new Dictionary<string, OrtValue> { [_model.Graph.Inputs[0].Name] = _input }]);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
        _input.Dispose();
        _model.Dispose();
    }

    [Test]
    public async Task Draws_of_many_machines_are_those_of_one_to_the_last_digit_though_a_silo_dies()
    {
        IReadOnlyList<Layer> layers = [.. _energy.Network.Layers.Where(layer => layer.ParameterCount > 0)];
        var initialization = NetworkInitialization.Auto.With(layers[0].Name, Initialization.InitializationScheme.Glorot);
        using var one = new NetworkEnsemble(_energy, layers, initialization);
        double[] expected = one.Draw(7, 100, 3000);
        var workers = new ClusterWorkers(_cluster.Client) { Patience = TimeSpan.FromSeconds(3) };
        int done = 0;
        Task<Task>? kill = null;
        double[] found = await workers.DrawAsync(_energy, layers, initialization, new DrawRange(7, 100, 3000), () =>
        {
            if (Interlocked.Increment(ref done) == 500)
                kill = Task.Factory.StartNew(() => _cluster.KillSiloAsync(_cluster.SecondarySilos[0]), TaskCreationOptions.LongRunning);
        });
        await kill!.Unwrap();
        Assert.Multiple(() =>
        {
            Assert.That(found, Is.EqualTo(expected));
            Assert.That(done, Is.EqualTo(3000));
            Assert.That(workers.BySilo, Has.Count.EqualTo(2), "both worked");
        });
        await _cluster.StartAdditionalSiloAsync();
    }

    [Test]
    public void An_analysis_by_a_cluster_has_the_numbers_of_one_machine()
    {
        var options = new NetworkAnalysisOptions { Draws = 200, Seed = 3 };
        NetworkThermodynamics here = NetworkAnalysis.Run(_energy, options);
        NetworkThermodynamics there = NetworkAnalysis.Run(_energy, options with { Workers = new ClusterWorkers(_cluster.Client) });
        Assert.Multiple(() =>
        {
            Assert.That(there.Network.Energies, Is.EqualTo(here.Network.Energies));
            Assert.That(there.Network.Transition.Temperature, Is.EqualTo(here.Network.Transition.Temperature));
            Assert.That(there.Layers.Select(layer => layer.Transition.Temperature), Is.EqualTo(here.Layers.Select(layer => layer.Transition.Temperature)));
        });
    }

    [Test]
    public async Task What_a_worker_cannot_do_is_one_line_with_its_silo_and_cancelling_ends_the_work()
    {
        var workers = new ClusterWorkers(_cluster.Client);
        IReadOnlyList<Layer> layers = _energy.Network.Layers;
        DrawJob job = new() { Model = new string('0', 64), Data = "", Layers = [0], Initialization = [], Seed = 1 };
        DrawAnswer missing = await _cluster.Client.GetGrain<IDrawGrain>(0).Draw(job, 0, 1);
        Assert.That(missing.Missing, Is.EqualTo(job.Model), "the file is not there: the caller is to put it");
        await workers.DrawAsync(_energy, layers, NetworkInitialization.Auto, new DrawRange(1, 0, 4));
        string model = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(_model.Bytes));
        byte[] other = [9, 0, 0, 0];
        string hash = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(other));
        await _cluster.Client.GetGrain<IBlobGrain>(hash).Put(0, 4, other);
        DrawAnswer refused = await _cluster.Client.GetGrain<IDrawGrain>(0).Draw(job with { Model = model, Data = hash }, 0, 1);
        Assert.That(refused.Refusal, Does.Contain("The data have format 9: this silo reads format 1"));
        using var cancelled = new CancellationTokenSource();
        Assert.That(() => workers.DrawAsync(_energy, layers, NetworkInitialization.Auto, new DrawRange(1, 0, 1_000_000), cancelled.Cancel, cancelled.Token),
            Throws.InstanceOf<OperationCanceledException>());
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
        Assert.That(() => new ClusterWorkers(_cluster.Client).DrawAsync(energy, energy.Network.Layers, NetworkInitialization.Auto, new DrawRange(1, 0, 4)),
            Throws.TypeOf<ClusterException>().With.Message.EqualTo("The model keeps 'w' in a file beside it: workers take models that are one file."));
        using var texts = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, [3]);
        var read = NetworkEnergy.Of(LayerGraph.Of(model), [new Dictionary<string, OrtValue> { ["x"] = input, ["words"] = texts }]);
        Assert.That(() => EnsembleData.Write(read), Throws.TypeOf<ClusterException>().With.Message.EqualTo(
            "The input 'words' holds texts: workers take numbers only."));
        Directory.Delete(folder, recursive: true);
    }

    private sealed class Silo : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            siloBuilder.AddThermoWorkers(threads: 1);
            siloBuilder.Configure<Orleans.Configuration.ClusterMembershipOptions>(options =>
            {
                (options.ProbeTimeout, options.NumMissedProbesLimit, options.NumVotesForDeathDeclaration) = (TimeSpan.FromMilliseconds(500), 2, 1);
            });
        }
    }
}
