using ML.Thermo.Activations;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Layers;

public sealed class NetworkEngineTests
{
    [TestCase("relu", true)]
    [TestCase("leaky-relu:0.1", true)]
    [TestCase("abs", true)]
    [TestCase("hard-tanh:0,255", false)]
    [TestCase("relu6", false)]
    [TestCase("tanh", false)]
    [TestCase("gelu", false)]
    public void Homogeneous_is_what_scales_with_its_input_at_every_size(string activation, bool homogeneous) => Assert.That(
        NetworkEngine.Of(Activation.Parse(activation)), Is.EqualTo(homogeneous ? EngineType.Homogeneous : EngineType.Saturating));

    [Test]
    public void Without_activations_there_is_no_engine_and_gates_saturate()
    {
        using OnnxModel linear = OnnxModel.Read(new OnnxBuilder().Input("x", "N", 4).Weights("w", 4, 3).Node("MatMul", "x w", "y").Output("y").ToModel());
        using OnnxModel recurrent = OnnxModel.Read(new OnnxBuilder().Input("x", "T", "N", 4).Weights("w", 1, 20, 4).Weights("r", 1, 20, 5)
            .Node("LSTM", "x w r", "y", ("hidden_size", 5)).Output("y").ToModel());
        using OnnxModel trees = OnnxModel.Read(new OnnxBuilder().Input("x", "N", 4).Node("ai.onnx.ml::TreeEnsembleRegressor", "x", "y").Output("y").ToModel());
        Assert.That(NetworkEngine.Of(LayerGraph.Of(linear).Layers), Is.Null);
        Assert.That(NetworkEngine.Of(LayerGraph.Of(trees).Layers), Is.Null);
        Assert.That(LayerGraph.Of(trees).Skipped.Single().Reason, Does.Contain("trees, which have no layers"));
        Assert.That(NetworkEngine.Of(LayerGraph.Of(recurrent).Layers), Is.EqualTo(EngineType.Saturating));
        Assert.That(NetworkEngine.Functions(LayerGraph.Of(recurrent).Layers).Select(f => f.Name), Is.EqualTo(new[] { "sigmoid", "tanh" }));
    }
}
