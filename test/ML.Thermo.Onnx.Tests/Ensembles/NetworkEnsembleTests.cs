using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Ensembles;

[TestFixture]
internal sealed class NetworkEnsembleTests
{
    [Test]
    public void Energies_do_not_depend_on_the_number_of_streams()
    {
        using Networks net = Networks.Convolutional();
        using NetworkEnsemble one = new(net.Energy(), net.Layers.Layers), four = new(net.Energy(), net.Layers.Layers);
        Assert.That(four.Draw(5, 0, 200, streams: 4), Is.EqualTo(one.Draw(5, 0, 200, streams: 1)));
    }

    [Test]
    public void Draws_are_numbered_and_seeds_choose_them()
    {
        using Networks net = Networks.Convolutional();
        using NetworkEnsemble ensemble = new(net.Energy(), net.Layers.Layers);
        double[] whole = ensemble.Draw(5, 0, 40);
        Assert.Multiple(() =>
        {
            Assert.That(ensemble.Draw(5, 30, 10), Is.EqualTo(whole[30..]));
            Assert.That(ensemble.Draw(6, 0, 40).Intersect(whole), Is.Empty);
            Assert.That(whole.Distinct().Count(), Is.EqualTo(40));
        });
    }

    [TestCase("one")]
    [TestCase("two")]
    [TestCase("head")]
    public void The_cut_changes_no_energy(string layer)
    {
        using Networks net = Networks.Convolutional();
        using NetworkEnsemble cut = new(net.Energy(), [net.Layer(layer)]), whole = new(net.Energy(), [net.Layer(layer)], cut: false);
        Assert.That(cut.Draw(2, 0, 50), Is.EqualTo(whole.Draw(2, 0, 50)).Within(1e-5));
    }

    [Test]
    public void The_trained_parameters_give_the_trained_energy()
    {
        using Networks net = Networks.Convolutional();
        NetworkEnergy energy = net.Energy();
        using NetworkEnsemble ensemble = new(energy, net.Layers.Layers);
        Assert.That(ensemble.Energy(ensemble.TrainedParameters()), Is.EqualTo(energy.TrainedEnergy).Within(1e-6));
    }

    [Test]
    public void Batches_give_the_energy_of_the_whole()
    {
        using Networks net = Networks.Convolutional();
        float[] pixels = net.Input.GetTensorDataAsSpan<float>().ToArray();
        using var first = OrtValue.CreateTensorValueFromMemory(pixels[..(5 * 36)], [5, 1, 6, 6]);
        using var second = OrtValue.CreateTensorValueFromMemory(pixels[(5 * 36)..], [3, 1, 6, 6]);
        NetworkEnergy parts = NetworkEnergy.Of(
            net.Layers, [new Dictionary<string, OrtValue> { ["x"] = first }, new Dictionary<string, OrtValue> { ["x"] = second }]), whole = net.Energy();
        using NetworkEnsemble inParts = new(parts, [net.Layer("two")]), atOnce = new(whole, [net.Layer("two")]);
        Assert.Multiple(() =>
        {
            Assert.That(parts.TrainedLosses, Is.EqualTo(whole.TrainedLosses).Within(1e-6));
            Assert.That(inParts.Draw(1, 0, 20), Is.EqualTo(atOnce.Draw(1, 0, 20)).Within(1e-5));
        });
    }

    [Test]
    public void A_redraw_is_the_trained_network_with_other_numbers_in_its_file()
    {
        using Networks net = Networks.DeepLinear();
        using NetworkEnsemble ensemble = new(net.Regression(), [net.Layer("second")]);
        double[] weights = [0.25, -1.5];
        double expected = Enumerable.Range(0, 6)
            .Average(i => Math.Pow((weights[0] * Networks.Features[2 * i]) + (weights[1] * Networks.Features[(2 * i) + 1]) - Networks.Targets[i], 2));
        Assert.That(ensemble.Energy(weights), Is.EqualTo(expected).Within(1e-6));
    }

    [Test]
    public void Half_precision_and_double_precision_weights_are_redrawn_alike()
    {
        double[] means = [.. new[] { ElementType.Float, ElementType.Float16, ElementType.Double }.Select(type =>
        {
            float[] values = [0.5f, -0.25f];
            TensorData weight = type switch
            {
                ElementType.Float16 => TensorData.Of<Half>([2, 1], [.. values.Select(v => (Half)v)]),
                ElementType.Double => TensorData.Of<double>([2, 1], [.. values.Select(v => (double)v)]),
                _ => TensorData.Of([2, 1], values),
            };
            using Networks net = new(
                new OnnxBuilder().Input("x", "N", 2).Initializer("fc.weight", weight).Node("Cast", "x", "t", ("to", type)).Node("MatMul", "t fc.weight", "y")
                    .Output("y", type, "N", 1).ToModel(),
                Networks.Features, 6, 2);
            using NetworkEnsemble ensemble = new(net.Regression(), net.Layers.Layers);
            return ensemble.Draw(1, 0, 100).Average();
        })];
        Assert.That(means, Is.All.EqualTo(means[0]).Within(0.01));
    }

    [Test]
    public void Layers_that_share_weights_share_the_redraw()
    {
        using Networks net = new(
            new OnnxBuilder().Input("x", "N", 2).Weights("tied.weight", 2, 2).Node("MatMul", "x tied.weight", "h").Node("Tanh", "h", "t")
                .Node("MatMul", "t tied.weight", "y").Output("y", "N", 2).ToModel(),
            Networks.Features, 6, 2);
        using NetworkEnsemble ensemble = new(net.Energy(), net.Layers.Layers);
        Assert.That(ensemble.ParameterCount, Is.EqualTo(4));
    }

    [Test]
    public void Weights_in_a_constant_node_behind_a_transposition_are_redrawn_too()
    {
        using Networks net = new(
            new OnnxBuilder().Input("x", "N", 2).Node("Constant", "", "w", ("value", TensorData.Of<float>([1, 2], 0.5f, 2))).Node("Transpose", "w", "wt")
                .Node("MatMul", "x wt", "y").Output("y", "N", 1).ToModel(),
            Networks.Features, 6, 2);
        using NetworkEnsemble ensemble = new(
            net.Regression(), net.Layers.Layers, NetworkInitialization.Auto.With("*", InitializationScheme.Fixed(InitializationLaw.Constant(0))));
        Assert.That(ensemble.Draw(1, 0, 1)[0], Is.EqualTo(Networks.Targets.Average(y => y * y)).Within(1e-6));
    }

    [Test]
    public void A_cancelled_ensemble_stops()
    {
        using Networks net = Networks.Convolutional();
        using NetworkEnsemble ensemble = new(net.Energy(), net.Layers.Layers);
        using CancellationTokenSource source = new();
        int draws = 0;
        Assert.That(
            () => ensemble.Draw(1, 0, 1_000_000, 2, () => { if (Interlocked.Increment(ref draws) == 50) source.Cancel(); }, source.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(draws, Is.LessThan(100));
    }

    [Test]
    public void Old_models_whose_weights_are_inputs_are_redrawn()
    {
        using Networks net = new(
            new OnnxBuilder().Input("x", "N", 2).Input("fc.weight", 2, 1).Weights("fc.weight", 2, 1).Node("MatMul", "x fc.weight", "y").Output("y", "N", 1)
                .ToModel(opset: 8, irVersion: 3),
            Networks.Features, 6, 2);
        using NetworkEnsemble ensemble = new(net.Regression(), net.Layers.Layers);
        Assert.That(ensemble.Draw(1, 0, 10).Distinct().Count(), Is.EqualTo(10));
    }
}
