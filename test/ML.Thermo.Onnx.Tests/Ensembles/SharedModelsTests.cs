using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Ensembles;

/// <summary>Real networks, where they are at hand: every layer is cut off and redrawn.</summary>
[TestFixture]
internal sealed class SharedModelsTests
{
    [TestCase(PackagedNetworks.ResNet)]
    [TestCase("mnist-8.onnx")]
    [TestCase("ultraface_version-RFB-320.onnx")]
    [TestCase("winml_SqueezeNet_fp16.onnx")]
    public void Layers_of_a_real_network_are_redrawn_behind_their_cut(string file)
    {
        using OnnxModel model = OnnxModel.Open(SharedModels.Find(file));
        LayerGraph network = LayerGraph.Of(model);
        OnnxValue input = new Subgraph(model).Inputs.Single();
        long[] shape = [.. input.Shape!.Select(extent => extent.Value ?? 1)];
        float[] numbers = [.. TensorData.Draw(1, shape).Select(v => 20 * v)];
        using OrtValue data = input.ElementType == ElementType.Float16
            ? OrtValue.CreateTensorValueFromMemory(numbers.Select(v => (Float16)v).ToArray(), shape)
            : OrtValue.CreateTensorValueFromMemory(numbers, shape);
        NetworkEnergy energy = NetworkEnergy.Of(network, [new Dictionary<string, OrtValue> { [input.Name] = data }]);
        Layer[] layers = [.. network.Layers.Where(layer => layer.Weight is { Roots: [var root, ..] } && energy.Graph.Reaches(root.Name, energy.Tensor))];
        foreach (Layer layer in (Layer[])[layers[0], layers[layers.Length / 2], layers[^1]])
        {
            using NetworkEnsemble cut = new(energy, [layer]), whole = new(energy, [layer], cut: false);
            double[] expected = whole.Draw(1, 0, 2);
            Assert.That(cut.Draw(1, 0, 2), Is.EqualTo(expected).Within(1).Percent, layer.Name);
            Assert.That(expected, Is.All.Matches<double>(double.IsFinite).And.Not.EqualTo(energy.TrainedEnergy), layer.Name);
        }
    }
}
