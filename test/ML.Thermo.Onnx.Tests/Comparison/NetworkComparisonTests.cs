using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Comparison;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Comparison;

public sealed class NetworkComparisonTests
{
    private const int Inputs = 24, Width = 16, Outputs = 5;

    [Test]
    public void A_network_beside_itself_has_changed_nowhere()
    {
        using OnnxModel model = Model(Draw(1, Inputs * Width), Draw(2, Width * Outputs));
        LayerGraph graph = LayerGraph.Of(model);
        NetworkComparison same = NetworkComparison.Of(graph, graph).WithOutputs(graph, graph, NetworkInputs.Synthetic(model, 40, 1).Batches(16));
        Assert.That(same.Layers.Select(l => (l.Weights!.RelativeChange, l.Weights.RankOfChange, l.Pair.MatchedBy)), Is.All.EqualTo((0.0, 0, "weight")));
        Assert.That(same.Layers.Select(l => l.Weights!.Cosine), Is.All.EqualTo(1).Within(1e-12));
        Assert.That(same.Layers.Select(l => l.SignalToNoise), Is.All.EqualTo(double.PositiveInfinity));
        Assert.That((same.OnlyInFirst.Count, same.OnlyInSecond.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public void A_change_of_low_rank_is_told_with_its_size_and_comes_first()
    {
        float[] first = Draw(1, Inputs * Width), second = Draw(2, Width * Outputs), changed = [.. first];
        double square = 0;
        for (int i = 0; i < Inputs; i++)
        {
            for (int j = 0; j < Width; j++)
            {
                double change = (0.1 * Math.Sin(i) * Math.Cos(j)) + (0.05 * Math.Cos(2 * i) * Math.Sin(3 * j));
                changed[(i * Width) + j] += (float)change;
                square += Math.Pow(changed[(i * Width) + j] - first[(i * Width) + j], 2);
            }
        }

        float[] barely = [.. second.Select(v => v * 1.001f)];
        using OnnxModel a = Model(first, second), b = Model(changed, barely);
        NetworkComparison comparison = NetworkComparison.Of(LayerGraph.Of(a), LayerGraph.Of(b));
        Assert.That(comparison.Layers.Select(l => l.Pair.First.Name), Is.EqualTo(new[] { "one", "two" }));
        WeightChange largest = comparison.Layers[0].Weights!;
        Assert.That(largest.RankOfChange, Is.EqualTo(2));
        Assert.That(largest.RelativeChange, Is.EqualTo(Math.Sqrt(square / first.Sum(v => (double)v * v))).Within(1e-9));
        Assert.That(comparison.Layers[1].Weights!.RelativeChange, Is.EqualTo(0.001).Within(1e-6));
        Assert.That(comparison.Layers[1].Weights!.Cosine, Is.EqualTo(1).Within(1e-9));
    }

    /// <summary>Weights in 255 levels: the error of each is even within a step, so ‖ΔW‖² ≈ n s²/12, and the outputs' noise follows.</summary>
    [TestCase(false)]
    [TestCase(true)]
    public void A_quantised_twin_is_matched_in_whatever_way_it_stores_its_weights(bool transposed)
    {
        float[] first = Draw(1, Inputs * Width), second = Draw(2, Width * Outputs);
        float step = first.Max(Math.Abs) / 127;
        sbyte[] codes = [.. first.Select(v => (sbyte)MathF.Round(v / step))];
        OnnxBuilder builder = new OnnxBuilder().Input("x", "N", Inputs).Scalar("one.weight_scale", step).Weights("two.weight", [Width, Outputs], second);
        sbyte[] stored = !transposed ? codes : [.. Enumerable.Range(0, Width * Inputs).Select(i => codes[(i % Inputs * Width) + (i / Inputs)])];
        builder.Initializer("one.weight_quantized", TensorData.Of(transposed ? [Width, Inputs] : [Inputs, Width], stored))
            .Node("DequantizeLinear", "one.weight_quantized one.weight_scale", "w");
        _ = transposed ? builder.Node("Gemm", "x w", "h", ("transB", 1)) : builder.Node("MatMul", "x w", "h");
        using OnnxModel a = Model(first, second), b = OnnxModel.Read(builder.Node("Relu", "h", "r").Node("MatMul", "r two.weight", "y").Output("y", "N", Outputs).ToModel());
        LayerGraph one = LayerGraph.Of(a), two = LayerGraph.Of(b);
        NetworkComparison comparison = NetworkComparison.Of(one, two).WithOutputs(one, two, NetworkInputs.Synthetic(a, 2000, 1).Batches(500));
        LayerChange change = comparison.Layers[0];
        Assert.That((change.Pair.MatchedBy, change.Pair.Second.Weight!.Roots[0].Name), Is.EqualTo(("weight", "one.weight_quantized")));
        double expected = Math.Sqrt(first.Length * step * step / 12 / first.Sum(v => (double)v * v));
        Assert.That(change.Weights!.RelativeChange, Is.EqualTo(expected).Within(10).Percent);
        Assert.That(change.Weights.RankOfChange, Is.EqualTo(Width), "rounding has no direction");

        // z = Wx with x ~ N(0, 1): signal ‖W‖², noise ‖ΔW‖² a row. A float copy of the codes has just that noise.
        float[] rounded = [.. codes.Select(code => code * step)];
        using OnnxModel c = Model(rounded, second);
        LayerGraph three = LayerGraph.Of(c);
        double alone = NetworkComparison.Of(one, three).WithOutputs(one, three, NetworkInputs.Synthetic(a, 2000, 1).Batches(500))
            .Layers.Single(layer => layer.Pair.First.Name == change.Pair.First.Name).SignalToNoise;
        double weights = -20 * Math.Log10(change.Weights.RelativeChange);
        Assert.That(alone, Is.EqualTo(weights).Within(0.3));

        // Behind MatMul ONNX Runtime multiplies codes by codes: it rounds a row's inputs to 255 levels up to the largest, 1/12 of (max/127)² each. A Gemm
        // it leaves in floats.
        double[] normals = new double[Inputs * 2000];
        new RandomStream(77, 0).FillNormal(normals);
        double square = normals.Chunk(Inputs).Average(row => Math.Pow(row.Max(Math.Abs) / 127, 2)) / 12;
        double both = -10 * Math.Log10(Math.Pow(change.Weights.RelativeChange, 2) + square);
        Assert.That(both, Is.LessThan(weights - 2), "the two can be told apart");
        Assert.That(change.SignalToNoise, Is.EqualTo(transposed ? weights : both).Within(0.3));
    }

    [Test]
    public void What_only_one_of_them_has_is_listed_and_pruning_is_counted()
    {
        float[] first = Draw(1, Inputs * Width), second = Draw(2, Width * Outputs);
        float[] pruned = [.. first.Select((v, i) => i % 4 == 0 ? 0 : v)];
        using OnnxModel a = Model(first, second), b = OnnxModel.Read(new OnnxBuilder().Input("x", "N", Inputs).Weights("one.weight", [Inputs, Width], pruned)
            .Weights("extra.weight", 3, 2).Node("MatMul", "x one.weight", "h").Node("Relu", "h", "r").Node("Slice", "r", "s", ("starts", new[] { 0 }),
                ("ends", new[] { 3 }), ("axes", new[] { 1 })).Node("MatMul", "s extra.weight", "y").Output("y", "N", 2).ToModel(9));
        NetworkComparison comparison = NetworkComparison.Of(LayerGraph.Of(a), LayerGraph.Of(b), spectra: false);
        Assert.That(comparison.Layers.Single().Weights!.Pruned, Is.EqualTo(0.25));
        Assert.That((comparison.OnlyInFirst.Single().Name, comparison.OnlyInSecond.Single().Name), Is.EqualTo(("two", "extra")));
    }

    private static float[] Draw(ulong seed, int count)
    {
        double[] normals = new double[count];
        new RandomStream(seed, 0).FillNormal(normals);
        return [.. normals.Select(v => (float)(v / 5))];
    }

    private static OnnxModel Model(float[] first, float[] second) => OnnxModel.Read(new OnnxBuilder().Input("x", "N", Inputs)
        .Weights("one.weight", [Inputs, Width], first).Weights("two.weight", [Width, Outputs], second)
        .Node("MatMul", "x one.weight", "h").Node("Relu", "h", "r").Node("MatMul", "r two.weight", "y").Output("y", "N", Outputs).ToModel());
}
