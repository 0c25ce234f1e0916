using ML.Thermo.Onnx.Folding;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Tests.Signals;

/// <summary>Real models by many exporters; each is skipped, with the reason, where it is absent.</summary>
public sealed class RealNetworksTests
{
    [TestCase(PackagedNetworks.ResNet, 22, 2)]
    [TestCase(PackagedNetworks.VoiceActivity, 0, 1, 512)]
    [TestCase("light_resnet50.onnx", 70)]
    [TestCase("magika_standard_v2_1.onnx", 5)]
    [TestCase("mnist-8.onnx", 3)]
    [TestCase("silero_vad_16k_op15.onnx", 0, 1, 512)]
    [TestCase("ultraface_version-RFB-320.onnx", 54)]
    [TestCase("winml_SqueezeNet_fp16.onnx", 26)]
    public void Every_layer_of_a_real_network_is_watched_or_listed(string file, int watched, int rows = 4, int frame = 0)
    {
        using OnnxModel model = OnnxModel.Open(SharedModels.Find(file));
        LayerGraph graph = LayerGraph.Of(model);
        NetworkInputs inputs = NetworkInputs.Synthetic(model, rows, seed: 1, frame > 0 ? new Dictionary<string, long> { ["sequence"] = frame } : null);
        using SignalAnalysis analysis = new(graph);
        NetworkSignals report = analysis.Run(inputs.Batches(2));

        Assert.That(report.Layers, Has.Count.GreaterThanOrEqualTo(watched));
        Assert.That(report.Layers.Count + report.Unwatched.Count, Is.EqualTo(graph.Layers.Count));
        Assert.That(report.Unwatched.Select(u => u.Reason), Has.None.Empty);
        foreach (LayerSignal layer in report.Layers)
            TestContext.Out.WriteLine($"{layer.Layer.Name,-40} {layer.Layer.Activation,-10} q {layer.InputVariance:G4} τ {layer.Transmission} η° "
                + $"{layer.GaussianPrediction:F3} S {layer.Entropy} dead {layer.DeadFraction:P0} [{string.Join(',', layer.OutputShape)}] {layer.Status}");
    }

    [Test]
    public void A_transformer_is_run_on_drawn_ids_and_nothing_in_it_is_called_dead()
    {
        using OnnxModel model = OnnxModel.Open(SharedModels.Find(PackagedNetworks.Sentences));
        LayerGraph graph = LayerGraph.Of(model);
        using SignalAnalysis analysis = new(graph);
        NetworkSignals signals = analysis.Run(NetworkInputs.Synthetic(model, 4, seed: 1).Batches(2));
        Assert.That(signals.Unwatched, Is.Empty);
        Assert.That(signals.Mask, Is.EqualTo(new PaddingMask("attention_mask", true)));
        LayerSignal[] scores = [.. signals.Layers.Where(layer => layer.Layer is { Kind: LayerKind.Product, Activation: not null })];
        Assert.That(scores, Has.Length.EqualTo(6));
        Assert.That(scores.Select(score => score.InputVariance), Is.All.InRange(0.1, 1000.0), "not the −10,000 of its mask");
        Assert.That(signals.Layers.Average(layer => layer.DeadFraction), Is.LessThan(0.01));
        Assert.That(graph.Layers.Count(layer => layer.OpType == "LayerNormalization"), Is.EqualTo(13));
    }

    [TestCase(PackagedNetworks.VoiceActivity5)]
    [TestCase(PackagedNetworks.VoiceActivity6)]
    public void A_branch_that_a_set_input_decides_is_watched(string file)
    {
        using OnnxModel model = OnnxModel.Open(SharedModels.Find(file));
        FoldedModel folded = FoldedModel.Of(model, new() { Set = new Dictionary<string, string> { ["sr"] = "16000" } });
        LayerGraph graph = LayerGraph.Of(folded.Model);
        Assert.That(graph.ParameterCount, Is.EqualTo(309_633), "as in the file of this rate alone");
        NetworkInputs inputs = NetworkInputs.Synthetic(folded.Model, 2, 1, new Dictionary<string, long> { ["input:1"] = 576, ["state:1"] = 2 });
        using SignalAnalysis analysis = new(graph);
        NetworkSignals signals = analysis.Run(inputs.Batches(2));
        Assert.That(signals.Layers.Count(layer => layer.Layer.Kind == LayerKind.Convolution), Is.EqualTo(6));
    }

    [Test]
    public void Half_precision_is_measured_like_single()
    {
        using OnnxModel model = OnnxModel.Open(SharedModels.Find("winml_SqueezeNet_fp16.onnx"));
        LayerGraph graph = LayerGraph.Of(model);
        NetworkInputs inputs = NetworkInputs.Synthetic(model, 1, seed: 3);
        using SignalAnalysis analysis = new(graph, new() { Layers = l => l.Index is 0 or 5 });
        NetworkSignals report = analysis.Run(inputs.Batches(1));
        foreach (LayerSignal layer in report.Layers)
        {
            double[] pre = Networks.Tensor(model, layer.Layer.Pre, inputs.Batches(1));
            double expected = Networks.MeanVariance(pre, layer.Units, pre.Length / layer.Units);
            // half floats keep eleven bits, and ONNX Runtime may skip roundings between its single-precision kernels
            Assert.That(layer.InputVariance, Is.EqualTo(expected).Within(0.2).Percent);
        }
    }
}
