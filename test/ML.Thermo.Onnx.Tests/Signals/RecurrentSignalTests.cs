using ML.Thermo.Activations;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Tests.Signals;

/// <summary>Recurrent layers show what they hand out, and nothing of what goes into their gates.</summary>
public sealed class RecurrentSignalTests
{
    [TestCase("LSTM", 4)]
    [TestCase("GRU", 3)]
    [TestCase("RNN", 1)]
    public void A_recurrent_layer_is_measured_at_its_output(string kind, int gates)
    {
        const int Hidden = 6;
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", "T", 1, 4)
            .Weights("w", 1, gates * Hidden, 4).Weights("r", 1, gates * Hidden, Hidden).Weights("v", Hidden, 3)
            .Node(kind, "x w r", "y", ("hidden_size", Hidden)).Node("MatMul", "y v", "z").Output("z", "T", 1, 1, 3).ToModel());
        using SignalAnalysis analysis = new(LayerGraph.Of(model));
        LayerSignal layer = analysis.Run(Networks.Normal(model, 9, 4)).Layers[0];

        double[] outputs = Networks.Tensor(model, "y", Networks.Normal(model, 9, 4));
        Assert.That(layer.Layer.Kind, Is.EqualTo(LayerKind.Recurrent));
        Assert.That((layer.Units, layer.Values), Is.EqualTo((Hidden, 9 * 4L * Hidden)));
        Assert.That(layer.OutputVariance, Is.EqualTo(Networks.MeanVariance(outputs, Hidden)).Within(1e-3).Percent);
        Assert.That((layer.InputVariance, layer.ActivationEfficiency.Value, layer.Entropy.Value), Is.EqualTo((double.NaN, double.NaN, double.NaN)));
        Assert.That((layer.Status.HasFlag(Status.Undefined), layer.EngineType, layer.DeadFraction), Is.EqualTo((true, (EngineType?)EngineType.Saturating, 0.0)), "by its gates");
    }

    [Test]
    public void A_recurrent_layer_that_hands_out_only_its_last_state_is_measured_there()
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", "T", 2, 4).Weights("w", 1, 20, 4).Weights("r", 1, 20, 5).Weights("v", 5, 3)
            .Node("LSTM", "x w r", "_ last", ("hidden_size", 5)).Node("MatMul", "last v", "z").Output("z", 1, 2, 3).ToModel());
        using SignalAnalysis analysis = new(LayerGraph.Of(model));
        LayerSignal layer = analysis.Run(Networks.Normal(model, 9, 4)).Layers[0];
        Assert.That((layer.Layer.Post, layer.Units, layer.Values), Is.EqualTo(("last", 5, 4 * 2 * 5L)));
        Assert.That(layer.OutputVariance,
            Is.EqualTo(Networks.MeanVariance(Networks.Tensor(model, "last", Networks.Normal(model, 9, 4)), 5)).Within(1e-3).Percent);
    }
}
