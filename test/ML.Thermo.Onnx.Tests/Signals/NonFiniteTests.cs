using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Tests.Signals;

/// <summary>A number that is not finite is traced to where it began.</summary>
public sealed class NonFiniteTests
{
    private const int BadRow = 13;

    [Test]
    public void The_node_that_makes_it_is_named_with_its_row()
    {
        using OnnxModel model = Between(builder => builder.NamedNode("log", "Log", "a", "l").Node("MatMul", "l w2", "b"));
        NonFiniteActivationException error = Fails(model, Batches(positive: true));
        Assert.That(error.Origin, Is.EqualTo(new NonFiniteOrigin("log", "Log", BadRow, false, null, null, false)));
        Assert.That(error.Message, Does.Contain("row 13").And.Contain("Log 'log' makes it from finite numbers"));
        Assert.That((error.Batch, error.SoFar!.Rows), Is.EqualTo((1, 10)), "what the first batch showed is kept");
    }

    [Test]
    public void Data_that_hold_it_are_blamed_themselves()
    {
        using OnnxModel model = Between(builder => builder.Node("MatMul", "a w2", "b"));
        NonFiniteActivationException error = Fails(model, Batches(positive: false, bad: float.NaN));
        Assert.That((error.Origin!.InputHadIt, error.Origin.Input, error.Origin.Row), Is.EqualTo((true, "x", (long)BadRow)));
    }

    [Test]
    public void A_weight_that_holds_it_is_named()
    {
        using OnnxModel model = Between(builder => builder.Node("MatMul", "a w2", "b"), weight: float.NaN);
        NonFiniteActivationException error = Fails(model, Batches(positive: false));
        Assert.That((error.Origin!.Weight, error.Origin.OpType, error.Origin.InputHadIt), Is.EqualTo(("w2", "MatMul", false)));
        Assert.That(error.SoFar, Is.Null);
    }

    /// <summary>
    /// On the CPU ONNX Runtime computes half precision in single and leaves out the roundings between: what overflows on other hardware, and in the network's own
    /// half-precision output, is seen as the number that it would have been.
    /// </summary>
    [Test]
    public void An_overflow_of_half_precision_is_infinite_in_the_output_and_seen_with_its_size()
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", "N", 2).Initializer("w", TensorData.Of([2, 2], [(Half)60000, (Half)0, (Half)0, (Half)1]))
            .Node("Cast", "x", "h", ("to", 10)).NamedNode("wide", "MatMul", "h w", "y").Output("y", ElementType.Float16, "N", 2).ToModel());
        using SignalAnalysis analysis = new(LayerGraph.Of(model));
        LayerSignal wide = analysis.Run([Batch([1, 1, 3, 1], 2)]).Layers[0];
        Assert.That(wide.Tails.HalfHeadroom, Is.EqualTo(65504 / 180000.0).Within(1e-3));

        using InferenceSession plain = new(model.Bytes.ToArray());
        using RunOptions run = new();
        using OrtValue x = OrtValue.CreateTensorValueFromMemory(new float[] { 1, 1, 3, 1 }, [2, 2]);
        using IDisposableReadOnlyCollection<OrtValue> y = plain.Run(run, ["x"], [x], ["y"]);
        Assert.That(y[0].GetTensorDataAsSpan<Float16>().ToArray().Select(half => (float)half), Is.EqualTo(new[] { 60000, 1, float.PositiveInfinity, 1 }));
    }

    /// <summary>The weight of half precision that holds it, and the node whose half-precision result is the first to be infinite.</summary>
    [Test]
    public void In_half_precision_the_node_that_overflows_is_named()
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", "N", 2).Initializer("w", TensorData.Of([2, 2], [(Half)60000, (Half)0, (Half)0, (Half)1]))
            .Weights("v", 2, 2).Node("Cast", "x", "h", ("to", 10)).NamedNode("wide", "MatMul", "h w", "y").Node("Cast", "y", "f", ("to", 1))
            .NamedNode("log", "Log", "f", "l").NamedNode("second", "MatMul", "l v", "z").Output("z", "N", 2).ToModel());
        NonFiniteActivationException error = Fails(model, [Batch([1, 1, 3, -1], 2)]);
        Assert.That((error.Origin!.Node, error.Origin.Row, error.Origin.OverflowsHalf), Is.EqualTo(("wide", 1L, true)));
        Assert.That(error.Message, Does.Contain("MatMul 'wide' makes a number beyond 65504"));
    }

    [Test]
    public void Where_all_rows_are_the_same_nothing_is_called_dead()
    {
        using OnnxModel model = Between(builder => builder.Node("MatMul", "a w2", "b"));
        using SignalAnalysis analysis = new(LayerGraph.Of(model));
        NetworkSignals same = analysis.Run([Batch([.. Enumerable.Repeat(0.5f, 20)], 10), Batch([.. Enumerable.Repeat(0.5f, 20)], 10)]);
        Assert.That(same.HasEqualRows);
        Assert.That(same.Layers.Select(layer => layer.DeadFraction), Is.All.NaN);
        Assert.That(same.Layers.SelectMany(layer => layer.DeadUnits), Is.Empty);
        NetworkSignals other = analysis.Run([Batch([.. Enumerable.Range(0, 20).Select(i => i / 20f)], 10)]);
        Assert.That(other.HasEqualRows, Is.False);
        Assert.That(other.Layers.Select(layer => layer.DeadFraction), Is.All.Not.NaN);
    }

    [Test]
    public void An_old_operator_set_is_not_broken_by_what_is_added()
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", "N", 2).Weights("w", 2, 3).NamedNode("fc", "MatMul", "x w", "y").Output("y", "N", 3)
            .ToModel(opset: 4, irVersion: 3));
        using SignalAnalysis analysis = new(LayerGraph.Of(model));
        Assert.That(analysis.Run([Batch([1, 2, 3, 4], 2)]).Layers[0].InputVariance, Is.GreaterThan(0));
    }

    private static NonFiniteActivationException Fails(OnnxModel model, IEnumerable<NetworkBatch> batches)
    {
        using SignalAnalysis analysis = new(LayerGraph.Of(model));
        return Assert.Throws<NonFiniteActivationException>(() => analysis.Run(batches))!;
    }

    private static OnnxModel Between(Func<OnnxBuilder, OnnxBuilder> middle, float weight = 1) => OnnxModel.Read(middle(
        new OnnxBuilder().Input("x", "N", 2).Weights("w1", [2, 2], [1, 0, 0, 1]).Weights("w2", [2, 2], [weight, 1, 1, 1]).Weights("w3", 2, 2)
            .Node("MatMul", "x w1", "a")).Node("Relu", "b", "r").Node("MatMul", "r w3", "y").Output("y", "N", 2).ToModel());

    private static IEnumerable<NetworkBatch> Batches(bool positive, float bad = -1)
    {
        float[] values = [.. Enumerable.Range(0, 40).Select(i => positive ? 1 + i : (float)Math.Sin(i))];
        if (positive || float.IsNaN(bad))
            values[2 * BadRow] = bad;
        return [Batch(values[..20], 10), Batch(values[20..], 10)];
    }

    private static NetworkBatch Batch(float[] values, int rows) =>
        new(new Dictionary<string, OrtValue> { ["x"] = OrtValue.CreateTensorValueFromMemory(values, [rows, values.Length / rows]) }, rows);
}
