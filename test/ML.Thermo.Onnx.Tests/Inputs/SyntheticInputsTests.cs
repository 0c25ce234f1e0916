using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Tests.Layers;

namespace ML.Thermo.Tests.Inputs;

public sealed class SyntheticInputsTests
{
    private static readonly int[] s_swap = [0, 2, 1];

    [Test]
    public void Ids_are_drawn_below_the_rows_of_their_table_over_several_places()
    {
        using OnnxModel model = LearnedTablesTests.Positions();
        NetworkInputs inputs = NetworkInputs.Synthetic(model, 200, 1);
        using NetworkBatch batch = inputs.Batches(200).Single();
        long[] ids = batch.Inputs["ids"].GetTensorDataAsSpan<long>().ToArray();
        Assert.That(ids, Has.Length.EqualTo(200 * 16));
        Assert.That(ids.Distinct().Order(), Is.EqualTo(Enumerable.Range(0, 34).Select(i => (long)i)), "3,200 draws of 34 rows miss one with chance 1e-40");
        Assert.That(inputs.HasEqualRows, Is.False);
        using SignalAnalysis analysis = new(LayerGraph.Of(model));
        Assert.That(analysis.Run(inputs.Batches(32)).Layers.Select(layer => layer.InputVariance), Is.All.GreaterThan(0));
    }

    [Test]
    public void Masks_are_one_positions_are_counted_and_a_past_comes_before()
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("input_ids", ElementType.Int64, "batch", "sequence")
            .Input("attention_mask", ElementType.Int64, "batch", "past_sequence + sequence").Input("position_ids", ElementType.Int64, "batch", "sequence")
            .Input("past", 2, "batch", "past_sequence", 4).Weights("wte", 9, 4).Weights("wpe", 5, 4)
            .Node("Gather", "wte input_ids", "a").Node("Gather", "wpe position_ids", "b").Node("Add", "a b", "y").Output("y").ToModel());
        using NetworkBatch batch = NetworkInputs.Synthetic(model, 3, 1, new Dictionary<string, long> { ["sequence"] = 7 }).Batches(2).First();
        Assert.That(Shape("attention_mask"), Is.EqualTo(new long[] { 2, 8 }));
        Assert.That(batch.Inputs["attention_mask"].GetTensorDataAsSpan<long>().ToArray(), Is.All.EqualTo(1));
        Assert.That(batch.Inputs["position_ids"].GetTensorDataAsSpan<long>().ToArray(), Is.EqualTo(new long[] { 0, 1, 2, 3, 4, 0, 1, 0, 1, 2, 3, 4, 0, 1 }));
        Assert.That(Shape("past"), Is.EqualTo(new long[] { 2, 2, 1, 4 }), "rows lie on the axis that bears their name");

        long[] Shape(string name) => batch.Inputs[name].GetTensorTypeAndShape().Shape;
    }

    /// <summary>What a mask is called does not matter, and whether its ones or its zeros count is read off the graph.</summary>
    [TestCase(false, 1)]
    [TestCase(true, 0)]
    public void A_mask_is_known_by_what_attention_does_with_it(bool inverted, long expected)
    {
        OnnxBuilder builder = new OnnxBuilder().Input("x", "N", 6, 4).Input("seen", ElementType.Int64, "N", 6).Scalar("one", 1).Scalar("far", -10000)
            .Integers("ax", 1).Weights("wq", 4, 4).Weights("wk", 4, 4).Node("MatMul", "x wq", "q").Node("MatMul", "x wk", "k").Node("Transpose", "k", "kt", ("perm", s_swap))
            .Node("MatMul", "q kt", "scores").Node("Cast", "seen", "f", ("to", 1)).Node("Unsqueeze", "f ax", "f3");
        _ = inverted ? builder.Node("Mul", "f3 far", "add") : builder.Node("Sub", "one f3", "left").Node("Mul", "left far", "add");
        using OnnxModel model = OnnxModel.Read(builder.Node("Add", "scores add", "masked").Node("Softmax", "masked", "p", ("axis", -1)).Node("MatMul", "p x", "y")
            .Output("y", "N", 6, 4).ToModel());
        using NetworkBatch batch = NetworkInputs.Synthetic(model, 5, 1).Batches(5).Single();
        Assert.That(batch.Inputs["seen"].GetTensorDataAsSpan<long>().ToArray(), Is.All.EqualTo(expected));
    }

    /// <summary>What hands numbers on, whole or in part, in the operators of ONNX.</summary>
    [Test]
    public void Ids_stay_ids_behind_what_hands_numbers_on(
        [Values("Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Slice", "Flatten", "Transpose", "Expand", "Concat", "Clip", "Max", "Min", "Pad", "Where")] string op)
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", ElementType.Int64, "N", 64).Weights("table", 7, 4).Node(op, "x", "same")
            .Node("Gather", "table same", "y").Output("y").ToModel());
        Assert.That(Drawn(model).Max(), Is.EqualTo(6), "of 64 draws below 7 none is 6 with chance 5e-5");
    }

    [TestCase("Relu", 1)]
    [TestCase("Cast", 6)]
    [TestCase("Identity", 6)]
    [TestCase("DequantizeLinear", 6)]
    public void A_table_stays_a_table_behind_a_copy(string op, long largest)
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", ElementType.Int64, "N", 64).Weights("stored", 7, 4).Node(op, "stored", "table")
            .Node("Gather", "table x", "y").Output("y").ToModel());
        Assert.That(Drawn(model).Max(), Is.EqualTo(largest), "below two where no table is known");
    }

    private static long[] Drawn(OnnxModel model)
    {
        using NetworkBatch batch = NetworkInputs.Synthetic(model, 1, 3).Batches(1).Single();
        return batch.Inputs["x"].GetTensorDataAsSpan<long>().ToArray();
    }

    [Test]
    public void Free_extents_are_sixteen_where_they_count_places_of_ids_and_one_elsewhere()
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("ids", ElementType.Int64, "batch", "sequence").Input("seen", ElementType.Int64, "batch", "total_sequence")
            .Input("past", "batch", "past_sequence", 4).Input("x", "batch", "width").Input("lengths", ElementType.Int64, "batch").Node("Identity", "ids", "y").Output("y").ToModel());
        Assert.That(NetworkInputs.SyntheticExtents(model), Is.EquivalentTo(new Dictionary<string, long>
        {
            ["sequence"] = 16,
            ["total_sequence"] = 17,
            ["past_sequence"] = 1,
            ["width"] = 1,
        }));
        Assert.That(NetworkInputs.SyntheticExtents(model, new Dictionary<string, long> { ["width"] = 5 })["width"], Is.EqualTo(5));
        using NetworkBatch batch = NetworkInputs.Synthetic(model, 2, 1, new Dictionary<string, long> { ["sequence"] = 20, ["total_sequence"] = 21 }).Batches(2).Single();
        Assert.That(batch.Inputs["lengths"].GetTensorDataAsSpan<long>().ToArray(), Is.EqualTo(new long[] { 21, 21 }), "of the longest row of ids");
    }

    [Test]
    public void A_recurrent_state_follows_the_rows_into_the_last_short_batch()
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", "batch", 8).Input("h0", 1, "batch", 6).Weights("w", 1, 18, 8).Weights("r", 1, 18, 6)
            .Integers("ax", 0).Node("Unsqueeze", "x ax", "x3").Node("GRU", "x3 w r _ _ h0", "_ hn", ("hidden_size", 6)).Node("Squeeze", "hn ax", "y")
            .Output("y", "batch", 6).ToModel());
        NetworkInputs inputs = NetworkInputs.Synthetic(model, 100, 2);
        using SignalAnalysis analysis = new(LayerGraph.Of(model));
        NetworkSignals signals = analysis.Run(inputs.Batches(32));
        Assert.That((signals.Rows, signals.Batches), Is.EqualTo((100, 4)));

        // The same rows in one batch: the states were cut with them.
        using SignalAnalysis again = new(LayerGraph.Of(model));
        Assert.That(again.Run(inputs.Batches(100)).Layers[0].OutputVariance, Is.EqualTo(signals.Layers[0].OutputVariance).Within(1e-6));
    }
}
