using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Folding;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Tests.Folding;

public sealed class FoldedModelTests
{
    [TestCase(16000, 3)]
    [TestCase(8000, 5)]
    public void A_set_input_decides_a_branch_and_its_layers_can_be_watched(long rate, int width)
    {
        using OnnxModel model = Branched();
        Assert.That(LayerGraph.Of(model).Layers.Select(l => l.Path), Is.All.Not.Empty);
        FoldedModel folded = FoldedModel.Of(model, new() { Set = new Dictionary<string, string> { ["sr"] = $"{rate}" } });
        LayerGraph graph = LayerGraph.Of(folded.Model);
        Assert.That(graph.Layers.Select(l => (l.OpType, l.Path, $"{l.Activation}")), Is.EqualTo(new[] { ("MatMul", "", "relu"), ("MatMul", "", "") }));
        Assert.That(graph.ParameterCount, Is.EqualTo((4 * width) + (width * 2)));
        Assert.That(folded.Model.Graph.Inputs.Select(i => i.Name), Is.EqualTo(new[] { "x" }));

        using SignalAnalysis analysis = new(graph);
        Assert.That(analysis.Run(NetworkInputs.Synthetic(folded.Model, 50, 1).Batches(50)).Unwatched, Is.Empty);
        Assert.That(Output(folded.Model, []), Is.EqualTo(Output(model, [rate])), "the folded network computes the same numbers");
    }

    [Test]
    public void Linear_models_become_layers_that_can_be_redrawn([Values("LinearRegressor", "SVMRegressor")] string op)
    {
        float[] weights = [0.7f, -1.2f, 0.4f];
        OnnxBuilder builder = new OnnxBuilder().Input("x", "N", 3);
        _ = op == "LinearRegressor"
            ? builder.Node("ai.onnx.ml::LinearRegressor", "x", "y", ("coefficients", weights), ("intercepts", new[] { 0.3f }))
            : builder.Node("ai.onnx.ml::SVMRegressor", "x", "y", ("coefficients", new[] { 2f, -1f }), ("support_vectors", new[] { .35f, -.6f, .2f, 0, 0, 0 }),
                ("n_supports", 2), ("rho", new[] { 0.3f }), ("kernel_type", "LINEAR"), ("kernel_params", new[] { 0f, 0, 3 }));
        using OnnxModel model = OnnxModel.Read(builder.Output("y", "N", 1).OperatorSet("ai.onnx.ml", 1).ToModel());
        FoldedModel folded = FoldedModel.Of(model);
        Layer layer = LayerGraph.Of(folded.Model).Layers.Single();
        Assert.That(layer.Weight!.ToDoubles(), Is.EqualTo(weights.Select(w => (double)w)).Within(1e-6));
        Assert.That(Output(folded.Model, []), Is.EqualTo(Output(model, [])).Within(1e-6));

        // The theory's closed form: redrawn from N(0, s²), E = mean y² + s² mean |x|² of what the network is asked for.
        using NetworkBatch batch = NetworkInputs.Synthetic(folded.Model, 64, 3).Batches(64).Single();
        NetworkEnergy energy = NetworkEnergy.Of(LayerGraph.Of(folded.Model), [batch.Inputs], new() { Targets = [.. Enumerable.Repeat(0.0, 64)] });
        NetworkThermodynamics found = NetworkAnalysis.Run(energy, new()
        {
            Draws = 4000,
            Precision = 0,
            Initialization = NetworkInitialization.Auto.With("*", ML.Thermo.Initialization.InitializationScheme.Parse("normal:0,0.5")),
        });
        double square = batch.Inputs["x"].GetTensorDataAsSpan<float>().ToArray().Sum(v => (double)v * v) / 64;
        Estimate redrawn = found.Network.Transition.From.Energy;
        Assert.That(redrawn.Value, Is.EqualTo(0.25 * square).Within(4 * redrawn.StandardError));
    }

    [Test]
    public void A_linear_classifier_and_a_scaler_are_layers_with_parameters()
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", "N", 3)
            .Node("ai.onnx.ml::Scaler", "x", "s", ("offset", new[] { 1f, 2, 3 }), ("scale", new[] { 1f, .5f, 2 }))
            .Node("ai.onnx.ml::LinearClassifier", "s", "label scores", ("coefficients", new float[6]), ("intercepts", new float[2]),
                ("classlabels_ints", new[] { 0, 1 })).Output("scores", "N", 2).OperatorSet("ai.onnx.ml", 1).ToModel());
        LayerGraph graph = LayerGraph.Of(model);
        Assert.That(graph.Layers.Select(l => (l.Kind, l.ParameterCount)), Is.EqualTo(new[] { (LayerKind.Normalization, 6L), (LayerKind.LinearModel, 8L) }));
    }

    /// <summary>As ML.NET writes its classifiers: the label is an output of its own, and the scores behind it give a temperature.</summary>
    [Test]
    public void A_linear_classifier_can_be_redrawn_and_labels_as_before([Values("NONE", "SOFTMAX")] string transform)
    {
        float[] weights = [0.7f, -1.2f, 0.4f, 0.1f, 0.9f, -0.3f];
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", "N", 3)
            .Node("ai.onnx.ml::LinearClassifier", "x", "label scores", ("coefficients", weights), ("intercepts", new[] { 0.3f, -0.1f }),
                ("classlabels_ints", new[] { 4, 7 }), ("post_transform", transform))
            .Node("Cast", "label", "named", ("to", 1)).Output("named", "N").Output("scores", "N", 2).OperatorSet("ai.onnx.ml", 1).ToModel());
        FoldedModel folded = FoldedModel.Of(model);
        float[] labels = Output(folded.Model, []);
        Assert.That(labels, Is.EqualTo(Output(model, [])));
        Assert.That(labels.Distinct().Order(), Is.EqualTo(new[] { 4f, 7 }));
        Layer layer = LayerGraph.Of(folded.Model).Layers.Single();
        Assert.That((layer.ParameterCount, layer.Weight!.ToDoubles()[1]), Is.EqualTo((8L, (double)-1.2f)));

        using NetworkBatch batch = NetworkInputs.Synthetic(folded.Model, 64, 3).Batches(64).Single();
        NetworkEnergy energy = NetworkEnergy.Of(LayerGraph.Of(folded.Model), [batch.Inputs]);
        Assert.That((energy.Name, energy.Output), Is.EqualTo(transform == "SOFTMAX" ? ("self-ce", "scores") : ("self-mse", "named")));
        if (transform == "SOFTMAX")
            Assert.That(NetworkAnalysis.Run(energy, new() { Draws = 64 }).Network.Transition.Temperature.IsDefined);
    }

    [Test]
    public void Text_that_only_its_own_output_needs_is_left_out_and_outputs_can_be_chosen()
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", "N", 2).Input("Label", ElementType.Text, "N", 1).Weights("w", 2, 2).Weights("v", 2, 3)
            .Node("MatMul", "x w", "score").Node("MatMul", "score v", "more").Node("Identity", "Label", "Label.output")
            .Output("score", "N", 2).Output("more", "N", 3).Output("Label.output", ElementType.Text, "N", 1).ToModel());
        FoldedModel folded = FoldedModel.Of(model);
        Assert.That(folded.Model.Graph.Inputs.Select(i => i.Name), Is.EqualTo(new[] { "x" }));
        Assert.That(folded.Notes.Single(), Does.Contain("'Label.output'").And.Contain("'Label'"));
        Assert.That(NetworkInputs.Synthetic(folded.Model, 4, 1).Rows, Is.EqualTo(4));
        FoldedModel chosen = FoldedModel.Of(model, new() { Outputs = ["score"] });
        Assert.That((chosen.Model.Graph.Nodes.Count, chosen.Model.Graph.Outputs.Single().Name), Is.EqualTo((1, "score")));
        Assert.That(() => FoldedModel.Of(model, new() { Outputs = ["nothing"] }), Throws.TypeOf<ThermoException>().With.Message.Contains("'score'"));
        Assert.That(() => FoldedModel.Of(model, new() { Set = new Dictionary<string, string> { ["z"] = "1" } }),
            Throws.TypeOf<ThermoException>().With.Message.Contains("'z'"));
    }

    [Test]
    public void What_needs_no_folding_is_handed_back_as_it_is()
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", "N", 2).Weights("w", 2, 2).Node("MatMul", "x w", "y").Output("y", "N", 2).ToModel());
        Assert.That(FoldedModel.Of(model).Model, Is.SameAs(model));
    }

    /// <summary>One network for each of two sampling rates, as Silero's voice detector has them; the branches use the same names.</summary>
    private static OnnxModel Branched()
    {
        return OnnxModel.Read(new OnnxBuilder().Input("x", "N", 4).Input("sr", ElementType.Int64).Initializer("rate", TensorData.Of([], 16000L))
            .Node("Equal", "sr rate", "is16").Node("If", "is16", "y", ("then_branch", Branch(3)), ("else_branch", Branch(5))).Output("y", "N", 2).ToModel());

        static OnnxBuilder Branch(int width) => new OnnxBuilder($"b{width}").Weights("w", 4, width).Weights("v", width, 2)
            .Node("MatMul", "x w", "h").Node("Relu", "h", "r").Node("MatMul", "r v", "o").Output("o", "N", 2);
    }

    private static float[] Output(OnnxModel model, long[] rate)
    {
        using InferenceSession session = new(model.Bytes.ToArray());
        string first = model.Graph.Inputs[0].Name;
        int width = (int)model.Graph.Inputs[0].Shape![1].Value!.Value;
        using OrtValue x = OrtValue.CreateTensorValueFromMemory(TensorData.Draw(9, [6, width]), [6, width]);
        Dictionary<string, OrtValue> inputs = new() { [first] = x };
        if (rate.Length > 0)
            inputs["sr"] = OrtValue.CreateTensorValueFromMemory(rate, []);
        using RunOptions run = new();
        using IDisposableReadOnlyCollection<OrtValue> values = session.Run(run, inputs, [model.Graph.Outputs[0].Name]);
        return values[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
