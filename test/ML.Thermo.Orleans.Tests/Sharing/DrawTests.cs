using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Cluster;
using ML.Thermo.Cluster.Sharing;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Sharing;

namespace ML.Thermo.Tests.Sharing;

/// <summary>Draws on two silos are those of one machine, also where a silo dies.</summary>
internal sealed class DrawTests
{
    private OnnxModel _model = null!;
    private OrtValue _input = null!;
    private NetworkEnergy _energy = null!;

    [OneTimeSetUp]
    public void Open()
    {
        _model = OnnxModel.Open(Path.Combine(TestContext.CurrentContext.TestDirectory, "networks", "digits-mlp.onnx"));
        NumpyArray pixels = NumpyArray.ReadFile(Path.Combine(TestContext.CurrentContext.TestDirectory, "networks", "digits.npz"))[0];
        float[] numbers = [.. pixels.ToDoubles().Take(64 * 64).Select(pixel => (float)pixel)];
        _input = OrtValue.CreateTensorValueFromMemory(numbers, [.. _model.Graph.Inputs[0].Shape!.Count == 2 ? new long[] { 64, 64 } : [64, 1, 8, 8]]);
        _energy = NetworkEnergy.Of(LayerGraph.Of(_model), [new Dictionary<string, OrtValue> { [_model.Graph.Inputs[0].Name] = _input }]);
    }

    [OneTimeTearDown]
    public void Close()
    {
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
        int done = 0;
        (double[] found, ClusterWorkers workers) = await TwoSilos.WithAKillAsync((workers, kill) => one.Draw(new DrawRange(7, 100, 3000), workers, () =>
        {
            if (Interlocked.Increment(ref done) == 500)
                kill();
        }));
        Assert.Multiple(() =>
        {
            Assert.That(found, Is.EqualTo(expected));
            Assert.That(done, Is.EqualTo(3000));
            Assert.That(workers.BySilo, Has.Count.EqualTo(2), "both worked");
        });
    }

    [Test]
    public async Task A_silo_that_comes_later_works_on_what_is_left()
    {
        using var one = new NetworkEnsemble(_energy, [.. _energy.Network.Layers.Where(layer => layer.ParameterCount > 0)], NetworkInitialization.Auto);
        string[] silos = await TwoSilos.WithAnotherAsync(workers =>
        {
            // Far more draws than anybody waits for: it ends when a third has drawn, and fails where none comes in minutes.
            Assert.That(() => one.Draw(new DrawRange(7, 0, 20_000_000), workers, () =>
            {
                if (workers.BySilo.Count == 3)
                    throw new OperationCanceledException("Enough.");
            }), Throws.InstanceOf<OperationCanceledException>());
            return workers.BySilo.Keys.ToArray();
        });
        Assert.That(silos, Has.Length.EqualTo(3), "the two of the start, and the one that came for the one that died");
    }

    [Test]
    public void An_analysis_by_a_cluster_has_the_numbers_of_one_machine()
    {
        var options = new NetworkAnalysisOptions { Draws = 200, Seed = 3 };
        NetworkThermodynamics here = NetworkAnalysis.Run(_energy, options);
        NetworkThermodynamics there = NetworkAnalysis.Run(_energy, options with { Workers = new ClusterWorkers(TwoSilos.Client) });
        Assert.Multiple(() =>
        {
            Assert.That(there.Network.Energies, Is.EqualTo(here.Network.Energies));
            Assert.That(there.Network.Transition.Temperature, Is.EqualTo(here.Network.Transition.Temperature));
            Assert.That(there.Layers.Select(layer => layer.Transition.Temperature), Is.EqualTo(here.Layers.Select(layer => layer.Transition.Temperature)));
        });
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Draws_are_the_same_whoever_makes_which_of_them_and_however_often(int seed)
    {
        using var ensemble = new NetworkEnsemble(_energy, _energy.Network.Layers);
        Assert.That(ensemble.Draw(new DrawRange(5, 40, 200), new RandomPartitions(TwoSilos.Client, seed)), Is.EqualTo(ensemble.Draw(5, 40, 200)));
    }

    [Test]
    public async Task A_silo_that_ends_in_the_middle_of_a_range_leaves_it_and_closes_the_network_behind_it()
    {
        using var ensemble = new NetworkEnsemble(_energy, _energy.Network.Layers);
        WorkJob? job = null;
        var told = new Told(work => job = WorkJob.Of(work));
        ensemble.Draw(new DrawRange(1, 0, 1), told);
        ensemble.Draw(new DrawRange(1, 0, 1), TwoSilos.Workers()); // model and rows are in the cluster
        var cache = new WorkCache(1) { Most = TimeSpan.FromHours(1) }; // so that nothing but its end ends the range, however busy the machine
        MadePieces one = await cache.DoAsync(job!, 0, 1, TwoSilos.Client);
        Task<MadePieces> many = cache.DoAsync(job!, 1, 1_000_000, TwoSilos.Client);
        await Task.Delay(100);
        cache.Dispose();
        Assert.That(one.Count, Is.EqualTo(1));
        Assert.That(() => many, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => cache.DoAsync(job!, 0, 1, TwoSilos.Client), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Cancelling_ends_the_work()
    {
        using var ensemble = new NetworkEnsemble(_energy, _energy.Network.Layers);
        using var cancelled = new CancellationTokenSource();
        Assert.That(() => ensemble.Draw(new DrawRange(1, 0, 1_000_000), TwoSilos.Workers(), cancelled.Cancel, cancelled.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    /// <summary>Is told what the work is, and does none of it.</summary>
    private sealed class Told(Action<SharedWork> tell) : IWorkers
    {
        public void Do(SharedWork work, long first, int count, Action<MadePieces> made, CancellationToken cancellationToken) => tell(work);
    }
}
