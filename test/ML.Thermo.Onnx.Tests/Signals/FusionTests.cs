using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Tests.Signals;

/// <summary>What ONNX Runtime fuses without taps and, where nothing is lost by it, with them.</summary>
public sealed class FusionTests
{
    [Test]
    public void A_sum_stays_fused_with_the_normalisation_behind_it()
    {
        using OnnxModel model = OnnxModel.Read(Normalised());
        Assert.That(Profile.Operators(model, []), Has.Member("SkipLayerNormalization"), "without taps");
        string[] tapped = Profile.Operators(model, Taps(model));
        Assert.That(tapped, Has.Member("SkipLayerNormalization").And.No.Member("LayerNormalization"), string.Join(' ', tapped));
    }

    [Test]
    public void A_sum_is_measured_though_nobody_touches_it([Values] SignalBackend backend)
    {
        using OnnxModel model = OnnxModel.Read(Normalised());
        using SignalAnalysis analysis = new(LayerGraph.Of(model), new() { Backend = backend });
        LayerSignal sum = analysis.Run(Networks.Normal(model, 8, 3)).Layers.Single(l => l.Layer.Kind == LayerKind.Residual);
        double expected = Networks.MeanVariance(Networks.Tensor(model, "s", Networks.Normal(model, 8, 3)), units: 32);
        Assert.That(sum.InputVariance, Is.EqualTo(expected).Within(1e-3).Percent);
    }

    [Test]
    public void Convolutions_stay_fused_with_their_activations_where_only_outputs_are_looked_at()
    {
        using OnnxModel model = Networks.Convolutional();
        Assert.That(Profile.Operators(model, Taps(model)), Has.Member("Relu"), "what lies between them is looked at");
        Assert.That(Profile.Operators(model, Taps(model, outputsOnly: true)), Has.No.Member("Relu"));
    }

    [Test]
    public void What_lies_before_an_activation_is_undefined_where_only_outputs_are_looked_at()
    {
        using OnnxModel model = Networks.Convolutional("Sigmoid");
        using SignalAnalysis all = new(LayerGraph.Of(model)), outputs = new(LayerGraph.Of(model), new() { OutputsOnly = true });
        IReadOnlyList<LayerSignal> expected = all.Run(Networks.Normal(model, 4, 2)).Layers, found = outputs.Run(Networks.Normal(model, 4, 2)).Layers;
        Assert.That((found[1].InputVariance, found[1].Transmission.Value, found[1].Entropy.Value, found[1].GaussianPrediction),
            Is.EqualTo((double.NaN, double.NaN, double.NaN, double.NaN)));
        Assert.That(found[1].Status.HasFlag(Status.Undefined));
        Assert.That(found[1].OutputVariance, Is.EqualTo(expected[1].OutputVariance).Within(1e-3).Percent);
        Assert.That((found[1].SaturatedFraction, found[1].DeadFraction, found[1].EngineType),
            Is.EqualTo((expected[1].SaturatedFraction, expected[1].DeadFraction, expected[1].EngineType)));
        Assert.That(found[4].Transmission, Is.EqualTo(Estimate.Exact(1)), "a layer without activation has nothing to hide");
        Assert.That(found[4].InputVariance, Is.EqualTo(expected[4].InputVariance).Within(1e-3).Percent);
    }

    private static List<SignalTap> Taps(OnnxModel model, bool outputsOnly = false)
    {
        List<SignalTap> taps = [];
        LayerGraph graph = LayerGraph.Of(model);
        foreach (Layer layer in graph.Layers)
            LayerTap.Add(graph, layer, -1, 0, taps, outputsOnly);
        return taps;
    }

    private static byte[] Normalised() =>
        new OnnxBuilder().Input("x", "N", 5, 32).Weights("w", 32, 32).Weights("b", 32).Weights("g", 32).Weights("o", 32).Weights("v", 32, 4)
        .Node("MatMul", "x w", "m").Node("Add", "m b", "h").Node("Add", "x h", "s").Node("LayerNormalization", "s g o", "n").Node("MatMul", "n v", "y")
        .Output("y", "N", 5, 4).ToModel(opset: 18);
}
