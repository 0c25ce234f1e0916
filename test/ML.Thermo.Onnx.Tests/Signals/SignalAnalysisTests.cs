using ML.Thermo.Activations;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Tests.Signals;

public sealed class SignalAnalysisTests
{
    [TestCase("Relu", SignalBackend.Operator)]
    [TestCase("Relu", SignalBackend.Reductions)]
    [TestCase("Relu", SignalBackend.Outputs)]
    [TestCase("Tanh", SignalBackend.Operator)]
    [TestCase("Tanh", SignalBackend.Reductions)]
    [TestCase("Abs", SignalBackend.Operator)]
    [TestCase("HardSigmoid", SignalBackend.Operator)]
    [TestCase("Sigmoid", SignalBackend.Outputs)]
    public void Variances_are_those_of_plain_outputs_in_double(string activation, SignalBackend backend)
    {
        using OnnxModel model = Networks.Convolutional(activation);
        NetworkSignals report = Analyse(model, Networks.Normal(model, 6, 4), new() { Backend = backend });

        LayerSignal second = report.Layers[1];
        double[] pre = Networks.Tensor(model, "c2", Networks.Normal(model, 6, 4)), post = Networks.Tensor(model, "a2", Networks.Normal(model, 6, 4));
        double heatIn = Networks.MeanVariance(pre, 8, 144), heatOut = Networks.MeanVariance(post, 8, 144);
        Assert.Multiple(() =>
        {
            Assert.That(second.InputVariance, Is.EqualTo(heatIn).Within(1e-3).Percent);
            Assert.That(second.OutputVariance, Is.EqualTo(heatOut).Within(1e-3).Percent);
            Assert.That(second.ActivationEfficiency.Value, Is.EqualTo(1 - (heatOut / heatIn)).Within(1e-5));
            Assert.That(second.OutputShape, Is.EqualTo(new long[] { 6, 8, 12, 12 }));
            Assert.That((second.Units, second.Values), Is.EqualTo((8, 6 * 4 * 8 * 144L)));
            Assert.That(report.Layers.Select(l => l.Units), Is.EqualTo(new[] { 8, 8, 8, 5, 4 }));
            Assert.That(report.Layers[^1].ActivationEfficiency, Is.EqualTo(Estimate.Exact(0)));
            Assert.That((report.Batches, report.Rows, report.Backend), Is.EqualTo((4L, 24L, backend)));
        });
    }

    // golden: theory of activations at N(0, q), ReLU 1 − τ = 0.65915494, |z| 0.63661977, both for every q
    [TestCase("Relu", 0.65915494)]
    [TestCase("Abs", 0.63661977)]
    public void A_first_layer_on_normal_data_works_as_the_normal_law_predicts(string activation, double efficiency)
    {
        using OnnxModel model = Networks.Dense(activation);
        LayerSignal first = Analyse(model, Networks.Normal(model, 256, 32)).Layers[0];
        Assert.That(first.GaussianPrediction, Is.EqualTo(efficiency).Within(0.005)); // the mean of the sample is not exactly 0
        Assert.That(first.ActivationEfficiency.Value, Is.EqualTo(efficiency).Within(4 * first.ActivationEfficiency.StandardError));
        Assert.That(first.ActivationEfficiency.StandardError, Is.InRange(1e-5, 5e-3));
        Assert.That(first.EngineType, Is.EqualTo(EngineType.Homogeneous));
        Assert.That(first.DeadFraction, Is.Zero);
    }

    [Test]
    public void Slopes_that_differ_between_units_are_taken_as_they_are()
    {
        float[] slopes = [0, 1, -1, 0.25f];
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", "N", 16).Weights("w", 16, 4).Weights("a", [4], slopes)
            .Node("MatMul", "x w", "h").Node("PRelu", "h a", "y").Output("y", "N", 4).ToModel());
        LayerSignal layer = Analyse(model, Networks.Normal(model, 200, 10)).Layers[0];
        double heatIn = Networks.MeanVariance(Networks.Tensor(model, "h", Networks.Normal(model, 200, 10)), 4),
            heatOut = Networks.MeanVariance(Networks.Tensor(model, "y", Networks.Normal(model, 200, 10)), 4);
        Assert.That(layer.ActivationEfficiency.Value, Is.EqualTo(1 - (heatOut / heatIn)).Within(1e-5));

        // golden: τ = (1 + n²)/2 − (1 − n)²/2π of each slope at a mean of zero; the mean of the sample is not exactly 0
        double expected = 1 - slopes.Average(n => ((1 + (n * n)) / 2) - ((1 - n) * (1 - n) / (2 * Math.PI)));
        Assert.That(layer.GaussianPrediction, Is.EqualTo(expected).Within(0.005), "the mean of the slopes, 0.0625, would give 0.638");
    }

    [Test]
    public void Entropy_of_a_normal_pre_activation_is_that_of_the_normal_law()
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder()
            .Input("x", "N", 16).Weights("w", [16, 1], [.. Enumerable.Repeat(0.5f, 16)]).Node("MatMul", "x w", "h").Node("Relu", "h", "y")
                .Output("y", "N", 1).ToModel());
        LayerSignal layer = Analyse(model, Networks.Normal(model, 1000, 20)).Layers[0];
        // z ~ N(0, 4): ½ ln 2πe·4; the bins are an eighth of an octave wide
        Assert.That(layer.Entropy.Value, Is.EqualTo(0.5 * Math.Log(2 * Math.PI * Math.E * 4)).Within(0.003 + (4 * Math.Sqrt(0.5 / 20_000))));
    }

    [Test]
    public void Units_pushed_below_zero_are_dead_behind_a_rectifier()
    {
        using OnnxModel dead = Networks.Dense("Relu", bias: -100), alive = Networks.Dense("LeakyRelu", bias: -100);
        LayerSignal layer = Analyse(dead, Networks.Normal(dead, 32, 3)).Layers[0];
        Assert.That((layer.DeadFraction, layer.OutputVariance, layer.ActivationEfficiency.Value), Is.EqualTo((1.0, 0.0, 1.0)));
        Assert.That(Analyse(alive, Networks.Normal(alive, 32, 3)).Layers[0].DeadFraction, Is.Zero);
    }

    [Test]
    public void Saturated_outputs_are_counted_at_the_bounds_of_the_activation([Values("Tanh", "Sigmoid")] string activation)
    {
        using OnnxModel hot = Networks.Dense(activation, scale: 1000), cold = Networks.Dense(activation, scale: 0.1f);
        double[] post = Networks.Tensor(hot, "r", Networks.Normal(hot, 64, 2));
        double margin = activation == "Tanh" ? 0.02 : 0.01, low = activation == "Tanh" ? -1 : 0;
        LayerSignal layer = Analyse(hot, Networks.Normal(hot, 64, 2)).Layers[0];
        Assert.That(layer.SaturatedFraction, Is.EqualTo(post.Average(x => x <= low + margin || x >= 1 - margin ? 1.0 : 0)).Within(1e-3).And.GreaterThan(0.9));
        Assert.That(layer.EngineType, Is.EqualTo(EngineType.Saturating));
        Assert.That(Analyse(cold, Networks.Normal(cold, 64, 2)).Layers[0].SaturatedFraction, Is.Zero);
        Assert.That(layer.GaussianPrediction, Is.EqualTo(layer.ActivationEfficiency.Value).Within(0.01));
    }

    [Test]
    public void A_clipped_rectifier_needs_one_look([Values(SignalBackend.Operator, SignalBackend.Reductions)] SignalBackend backend)
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", "N", 16).Weights("w", 16, 8).Scalar("zero", 0).Scalar("six", 6).Scalar("gain", 8)
            .Node("MatMul", "x w", "m").Node("Mul", "m gain", "h").Node("Clip", "h zero six", "y").Output("y", "N", 8).ToModel());
        LayerSignal layer = Analyse(model, Networks.Normal(model, 200, 4), new() { Backend = backend }).Layers[0];
        double[] post = Networks.Tensor(model, "y", Networks.Normal(model, 200, 4));
        Assert.That(layer.OutputVariance, Is.EqualTo(Networks.MeanVariance(post, 8)).Within(1e-3).Percent);
        Assert.That(layer.SaturatedFraction, Is.EqualTo(post.Average(v => v >= 5.94 ? 1.0 : 0)).Within(1e-3).And.GreaterThan(0.01));
        Assert.That(layer.EngineType, Is.EqualTo(EngineType.Saturating));
    }

    [Test]
    public void An_activation_that_is_not_bounded_has_no_saturated_fraction()
    {
        using OnnxModel model = Networks.Dense("Relu");
        Assert.That(Analyse(model, Networks.Normal(model, 8, 1)).Layers[0].SaturatedFraction, Is.NaN);
    }

    [Test]
    public void One_batch_has_no_error_bar()
    {
        using OnnxModel model = Networks.Dense();
        Assert.That(Analyse(model, Networks.Normal(model, 50, 1)).Layers[0].ActivationEfficiency.StandardError, Is.NaN);
    }

    [Test]
    public void Results_do_not_depend_on_the_number_of_streams()
    {
        using OnnxModel model = Networks.Convolutional("Tanh");
        double[][] results = [.. new[] { 1, 2, 5 }.Select(streams => Analyse(model, Networks.Normal(model, 3, 40), new() { Streams = streams }).Layers
            .SelectMany(l => new[] { l.InputVariance, l.OutputVariance, l.Transmission.Value, l.Transmission.StandardError, l.Entropy.Value,
                l.Entropy.StandardError, l.SaturatedFraction })
            .ToArray())];
        Assert.That(results[1], Is.EqualTo(results[0]));
        Assert.That(results[2], Is.EqualTo(results[0]));
    }

    [Test]
    public void Many_batches_merge_into_one_whole()
    {
        using OnnxModel model = Networks.Dense("Gelu", opset: 20);
        double[] rows = [.. Networks.Normal(model, 5, 12).SelectMany(b => b.Inputs["x"].GetTensorDataAsSpan<float>().ToArray().Select(v => (double)v))];
        NetworkBatch whole = new(new Dictionary<string, Microsoft.ML.OnnxRuntime.OrtValue>
        {
            ["x"] = Microsoft.ML.OnnxRuntime.OrtValue.CreateTensorValueFromMemory<float>([.. rows.Select(v => (float)v)], [60, 16]),
        }, 60);
        LayerSignal parts = Analyse(model, Networks.Normal(model, 5, 12)).Layers[0], one = Analyse(model, [whole]).Layers[0];
        Assert.That(parts.InputVariance, Is.EqualTo(one.InputVariance).Within(1e-6));
        Assert.That(parts.Transmission.Value, Is.EqualTo(one.Transmission.Value).Within(1e-6));
        Assert.That(parts.Entropy.Value, Is.EqualTo(one.Entropy.Value).Within(1e-12));
    }

    [Test]
    public void The_first_layer_with_an_infinite_activation_is_named()
    {
        using OnnxModel model = OnnxModel.Read(
            new OnnxBuilder().Input("x", "N", 4).Weights("w", 4, 3).Weights("huge", [3, 3], [.. Enumerable.Repeat(3e38f, 9)]).Weights("v", 3, 2)
            .NamedNode("calm", "MatMul", "x w", "h").NamedNode("hot", "MatMul", "h huge", "i").NamedNode("after", "MatMul", "i v", "y")
                .Output("y", "N", 2).ToModel());
        var error = Assert.Throws<NonFiniteActivationException>(() => Analyse(model, Networks.Normal(model, 20, 3)));
        Assert.That((error!.Layer.Index, error.Batch), Is.EqualTo((1, 0L)));
        Assert.That(error.Message, Does.Contain("hot").And.Contain("batch 1"));
    }

    [Test]
    public void Bodies_are_listed_as_unwatched_and_layers_can_be_chosen()
    {
        using OnnxModel model = Networks.Convolutional();
        NetworkSignals report = Analyse(model, Networks.Normal(model, 2, 2), new() { Layers = layer => layer.Index != 1 });
        Assert.That(report.Unwatched.Select(u => (u.Layer.Index, u.Reason)), Is.EqualTo(new[] { (1, "not asked for") }));
        Assert.That(report.Layers, Has.Count.EqualTo(4));
    }

    [Test]
    public void Cancelling_ends_the_analysis_and_progress_counts_rows()
    {
        using OnnxModel model = Networks.Dense();
        using var source = new CancellationTokenSource();
        List<SignalProgress> seen = [];
        var progress = new Immediate(p =>
        {
            seen.Add(p);
            if (p.Batches == 3)
                source.Cancel();
        });
        using SignalAnalysis analysis = new(LayerGraph.Of(model));
        Assert.That(() => analysis.Run(Networks.Normal(model, 4, 1000), progress, source.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(seen[^1], Is.EqualTo(new SignalProgress(3, 12)));
    }

    [Test]
    public void No_data_and_wrong_data_are_refused()
    {
        using OnnxModel model = Networks.Dense(), other = Networks.Convolutional();
        Assert.That(() => Analyse(model, []), Throws.TypeOf<UnusableDataException>());
        Assert.That(() => Analyse(model, Networks.Normal(other, 2, 1)), Throws.TypeOf<ThermoException>().With.Message.Contains("ONNX Runtime could not run"));
    }

    private static NetworkSignals Analyse(OnnxModel model, IEnumerable<NetworkBatch> batches, SignalOptions? options = null)
    {
        using SignalAnalysis analysis = new(LayerGraph.Of(model), options);
        return analysis.Run(batches);
    }

    private sealed class Immediate(Action<SignalProgress> act) : IProgress<SignalProgress>
    {
        public void Report(SignalProgress value) => act(value);
    }
}
