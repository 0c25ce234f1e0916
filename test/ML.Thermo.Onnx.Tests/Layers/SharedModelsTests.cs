using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Layers;

/// <summary>Real models by many exporters; each is skipped, with the reason, where it is absent.</summary>
public class SharedModelsTests
{
    // Parameters: golden, counted by python-onnx over the float initialisers of the file, save for light_resnet50, whose weights are
    // fills: 25,557,032 as published for ResNet-50 plus 2 · 26,560 running moments, and for the inputs to arithmetic that no layer owns.
    // Those of packages are counted alike: layers are the nodes Conv and MatMul and the sums of two branches (22 + 9 and 53 + 1 + 7),
    // and 36 scalars of arithmetic are no parameters.
    [TestCase(PackagedNetworks.ResNet, 31, 15_908_800, 22, "Convolution")]
    [TestCase(PackagedNetworks.TextDirection, 61, 133_628, 53, "Convolution")]
    [TestCase("light_resnet50.onnx", 70, 25_610_152, 53, "Convolution")]
    [TestCase("magika_standard_v2_1.onnx", 5, 784_725, 2, "Dense")]
    [TestCase("mlnet_logreg.onnx", 2, 106, 1, "LinearModel")] // 90 of the model, 16 of its scaler
    [TestCase("mnist-8.onnx", 3, 5_994, 2, "Convolution")]
    [TestCase("silero_vad_16k_op15.onnx", 11, 309_633, 6, "Convolution")] // two of them sums: of the squares behind the STFT, and of the state with what is left of sr
    [TestCase("ultraface_version-RFB-320.onnx", 54, 273_888, 52, "Convolution")]
    [TestCase("winml_SqueezeNet_fp16.onnx", 26, 1_235_496, 26, "Convolution")]
    [TestCase("ww_example.onnx", 5, 17_057, 5, "Convolution")]
    public void A_real_model_groups_into_its_layers(string file, int layers, long parameters, int ofKind, string kind)
    {
        using OnnxModel model = OnnxModel.Open(SharedModels.Find(file));
        LayerGraph graph = LayerGraph.Of(model);

        Assert.That(graph.Layers, Has.Count.EqualTo(layers), string.Join("\n", graph.Layers));
        Assert.That(graph.ParameterCount, Is.EqualTo(parameters));
        Assert.That(graph.Layers.Count(l => $"{l.Kind}" == kind), Is.EqualTo(ofKind));
        Assert.That(graph.Layers.Select(l => l.Key), Is.Unique);
        Assert.That(graph.Layers.Select(l => l.Name), Is.Unique);
        Assert.That(graph.Layers.Where(l => l.Weight is not null).Select(l => l.Weight!.Layout), Has.None.Null);
        Assert.That(graph.Layers.Where(l => l.Weight is not null).Select(l => l.Weight!.Layout!.Count), Is.EqualTo(
            graph.Layers.Where(l => l.Weight is not null).Select(l => l.Weight!.Shape!.Aggregate(1L, (a, b) => a * b))));
    }

    // Golden: floats of all initialisers and constants of two numbers and more, the bodies' too, counted by another reader of the file; and single
    // numbers that are a layer's weight or bias: 1 of a wake word's head, 2 of the heads of both sampling rates, 29 and 28 of PaddleOCR's learned
    // affine blocks. PaddleOCR's finder also has 24 numbers of sizes to resize to. Of the embedding of sound a person counts 20 convolutions; the 19
    // clamps behind their leaky rectifiers are listed beside them. The wake word of two networks has the bias of the head of each.
    [TestCase(PackagedNetworks.Sentences, 22_713_216, 78)]
    [TestCase(PackagedNetworks.TextDetection, 1_171_640 - 24 + 29, 75)]
    [TestCase(PackagedNetworks.TextRecognition, 2_690_109 + 28, 60)]
    [TestCase(PackagedNetworks.VoiceActivity, 444_934 + 2, 58)]
    [TestCase(PackagedNetworks.VoiceActivity5, 545_280 + 2, 20)]
    [TestCase(PackagedNetworks.VoiceActivity6, 545_280 + 2, 20)]
    [TestCase(PackagedNetworks.WakeWord, 78_048 + 1, 5)]
    [TestCase(PackagedNetworks.OldWakeWord, 74_976 + 1, 5)]
    [TestCase(PackagedNetworks.OtherWakeWord, 74_976 + 1, 5)]
    [TestCase(PackagedNetworks.Alexa, 213_376 + 1, 3)]
    [TestCase(PackagedNetworks.Jarvis, 316_736 + 2, 10)]
    [TestCase(PackagedNetworks.Timer, 435_335, 3)]
    [TestCase(PackagedNetworks.SoundEmbedding, 328_128, 20)]
    [TestCase(PackagedNetworks.Spectrogram, 271_392, 4)]
    public void The_parameters_of_a_packaged_network_are_those_of_its_file(string file, long parameters, int layers)
    {
        using OnnxModel model = OnnxModel.Open(SharedModels.Find(file));
        LayerGraph graph = LayerGraph.Of(model);
        Assert.That((graph.ParameterCount, graph.Layers.Count), Is.EqualTo((parameters, layers)), string.Join("\n", graph.Layers));
    }

    /// <summary>Of a time before operator sets: ONNX Runtime refuses it, its weights can be read.</summary>
    [Test]
    public void A_model_of_the_first_format_is_read_for_its_weights()
    {
        using OnnxModel model = OnnxModel.Open(SharedModels.Find("super_resolution.onnx"));
        Assert.That((model.IrVersion, model.OperatorSets.Count), Is.EqualTo((1L, 0)));
        Assert.That(LayerGraph.Of(model).Layers.Count(layer => layer.Kind == LayerKind.Convolution), Is.EqualTo(4));
    }

    [Test]
    public void A_classifiers_weights_are_read_in_half_precision()
    {
        using OnnxModel model = OnnxModel.Open(SharedModels.Find("winml_SqueezeNet_fp16.onnx"));
        Layer first = LayerGraph.Of(model).Layers[0];
        Assert.That(first.Weight!.ElementType, Is.EqualTo(ElementType.Float16));
        // golden: numpy, sum of squares of the first convolution's fp16 weights
        Assert.That(first.Weight.ToDoubles().Sum(w => w * w), Is.EqualTo(108.081250808).Within(1e-9).Percent);
    }
}
