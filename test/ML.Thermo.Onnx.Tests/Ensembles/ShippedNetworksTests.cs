using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Ensembles;

[TestFixture]
internal sealed class ShippedNetworksTests
{
    // Golden: PyTorch 1.13.1 on the same 512 digits, printed by eng/networks/train.py to four decimals.
    [TestCase("digits-mlp.onnx", 0.0938, 2778)]
    [TestCase("digits-cnn.onnx", 0.0597, 1898)]
    [TestCase("digits-transformer.onnx", 0.1130, 4922)]
    public void The_held_out_loss_is_the_one_that_the_training_script_measured(string file, double loss, long parameters)
    {
        using Shipped shipped = new(file);

        Assert.That(shipped.Energy.Name, Is.EqualTo("ce"));
        Assert.That(shipped.Energy.TrainedEnergy, Is.EqualTo(loss).Within(0.00006));
        Assert.That(shipped.Energy.Network.ParameterCount, Is.EqualTo(parameters));
        Assert.That(new FileInfo(ShippedNetworks.Find(file)).Length, Is.LessThan(300_000));
    }

    [Test]
    public void Every_layer_with_random_weights_has_a_positive_temperature()
    {
        using Shipped shipped = new("digits-transformer.onnx");
        NetworkThermodynamics found = NetworkAnalysis.Run(shipped.Energy, new() { Draws = 64 });
        LayerResult[] random = [.. found.Layers.Where(layer => layer.Assumed.Any(assumed => assumed.Law?.Variance > 0))];

        Assert.That(random, Has.Length.EqualTo(14)); // embedding, head, and in each block four of attention and two dense ones
        Assert.That(random.Select(layer => layer.Transition.Temperature.Value), Is.All.Positive);
        Assert.That(found.Layers.Except(random).Select(layer => layer.Transition.Status), Is.All.Matches<Status>(status => status.HasFlag(Status.PointState)));
    }

    [Test]
    public void An_ensemble_stops_when_only_the_trained_state_is_left_to_be_known_better()
    {
        using Shipped shipped = new("digits-cnn.onnx");
        NetworkThermodynamics all = NetworkAnalysis.Run(shipped.Energy, new() { Draws = 1024 }),
            some = NetworkAnalysis.Run(shipped.Energy, new() { Draws = 1024, Precision = 1e-6 });

        foreach ((LayerResult whole, LayerResult part) in all.Layers.Zip(some.Layers))
        {
            Assert.That(part.Energies, Has.Length.LessThan(1024), part.Layer.Name);
            Assert.That(part.Energies, Is.EqualTo(whole.Energies[..part.Energies.Length]));
            // The redraws' part of the variance is at most a tenth of the trained state's, 5 % of the error; as much again for not knowing either exactly.
            Assert.That(RelativeError(part), Is.LessThan(1.1 * RelativeError(whole)), part.Layer.Name);
        }
    }

    private static double RelativeError(LayerResult layer) => layer.Transition.Temperature.StandardError / layer.Transition.Temperature.Value;

    /// <summary>A shipped network with its data and labels.</summary>
    private sealed class Shipped : IDisposable
    {
        private readonly OnnxModel _model;
        private readonly NetworkBatch[] _batches;

        public Shipped(string file)
        {
            _model = OnnxModel.Open(ShippedNetworks.Find(file));
            _batches = [.. NetworkInputs.Read(ShippedNetworks.Find(ShippedNetworks.Digits), _model).Batches(64)];
            long[] labels = [.. NumpyArray.ReadFile(ShippedNetworks.Find(ShippedNetworks.Labels))[0].ToDoubles().Select(label => (long)label)];
            Energy = NetworkEnergy.Of(LayerGraph.Of(_model), [.. _batches.Select(batch => batch.Inputs)], new() { Labels = labels });
        }

        public NetworkEnergy Energy { get; }

        public void Dispose()
        {
            Array.ForEach(_batches, batch => batch.Dispose());
            _model.Dispose();
        }
    }
}
