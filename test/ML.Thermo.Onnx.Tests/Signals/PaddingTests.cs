using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Tests.Signals;

/// <summary>Attention with padded places: they leave every statistic.</summary>
public sealed class PaddingTests
{
    private const int Rows = 40, Places = 6, Width = 5;

    public enum Spelling
    {
        /// <summary>(1 − m)·(−10,000), as BERT's exports have it.</summary>
        Added,

        /// <summary>Where(m == 0, −∞, scores).</summary>
        Chosen,

        /// <summary>A mask that is 1 where a place is padding.</summary>
        Inverted,
    }

    [Test]
    public void Scores_are_those_of_unpadded_pairs_and_noise_in_padded_places_changes_nothing([Values] Spelling spelling, [Values] bool outputs)
    {
        using OnnxModel model = Model(spelling);
        LayerGraph graph = LayerGraph.Of(model);
        int[] lengths = [.. Enumerable.Range(0, Rows).Select(row => 2 + (row % 5))];
        SignalBackend backend = outputs ? SignalBackend.Outputs : SignalBackend.Operator;
        NetworkSignals quiet = Run(graph, lengths, noise: 0, backend), loud = Run(graph, lengths, noise: 50, backend);
        Assert.That(quiet.Mask, Is.EqualTo(new PaddingMask("mask", spelling != Spelling.Inverted)));
        foreach ((LayerSignal a, LayerSignal b) in quiet.Layers.Zip(loud.Layers))
        {
            Assert.That((a.InputVariance, a.OutputVariance, a.Transmission.Value, a.Entropy.Value, a.Values),
                Is.EqualTo((b.InputVariance, b.OutputVariance, b.Transmission.Value, b.Entropy.Value, b.Values)), a.Layer.Name);
            Assert.That((a.Tails.AbsMax, a.DeadFraction), Is.EqualTo((b.Tails.AbsMax, b.DeadFraction)), a.Layer.Name);
        }

        LayerSignal scores = quiet.Layers.Single(s => s.Layer.Kind == LayerKind.Product && s.Layer.Activation is not null);
        (double variance, long count) = ScoresInDouble(model, lengths);
        Assert.That(scores.Values, Is.EqualTo(count));
        Assert.That(scores.InputVariance, Is.EqualTo(variance).Within(1e-5 * variance));
        Assert.That(quiet.Layers.Single(s => s.Layer.Name == "wq").Values, Is.EqualTo(lengths.Sum() * Width));
    }

    [Test]
    public void Without_padding_all_is_as_without_a_mask()
    {
        using OnnxModel model = Model(Spelling.Added);
        LayerGraph graph = LayerGraph.Of(model);
        int[] lengths = [.. Enumerable.Repeat(Places, Rows)];
        using SignalAnalysis blind = new(graph, new() { LeavesOutPadding = false });
        NetworkSignals all = blind.Run([Batch(lengths, 0)]), masked = Run(graph, lengths, 0, SignalBackend.Operator);
        Assert.That(masked.Layers.Select(s => (s.InputVariance, s.OutputVariance, s.Values)),
            Is.EqualTo(all.Layers.Select(s => (s.InputVariance, s.OutputVariance, s.Values))));
    }

    /// <summary>The mean over keys, weighted by the pairs seen, of the variance of q·k/√d over the pairs of unpadded places.</summary>
    private static (double Variance, long Count) ScoresInDouble(OnnxModel model, int[] lengths)
    {
        float[] wq = model.Graph.Initializers.First(t => t.Name == "wq").ToDoubles().Select(v => (float)v).ToArray(), wk = model.Graph.Initializers.First(t => t.Name == "wk").ToDoubles().Select(v => (float)v).ToArray();
        float[] x = Inputs(lengths, 0);
        double[][] byKey = [.. Enumerable.Range(0, Places).Select(key => Enumerable.Range(0, Rows).Where(row => key < lengths[row])
            .SelectMany(row => Enumerable.Range(0, lengths[row]).Select(query => Score(row, query, key))).ToArray())];
        long count = byKey.Sum(values => (long)values.Length);
        return (byKey.Sum(values => values.Length * Networks.Variance(values)) / count, count);

        double Score(int row, int query, int key) =>
            Enumerable.Range(0, Width).Sum(j => Project(row, query, wq, j) * Project(row, key, wk, j)) / Math.Sqrt(Width);

        double Project(int row, int place, float[] w, int column) =>
            Enumerable.Range(0, Width).Sum(i => (double)x[(((row * Places) + place) * Width) + i] * w[(i * Width) + column]);
    }

    private static NetworkSignals Run(LayerGraph graph, int[] lengths, float noise, SignalBackend backend)
    {
        bool inverted = PaddingMask.Of(graph) is { KeepsNonZero: false };
        using SignalAnalysis analysis = new(graph, new() { Backend = backend });
        return analysis.Run([Batch(lengths, noise, inverted)]);
    }

    private static NetworkBatch Batch(int[] lengths, float noise, bool inverted = false)
    {
        float[] mask = [.. lengths.SelectMany(length => Enumerable.Range(0, Places).Select(place => place < length != inverted ? 1f : 0f))];
        return new(new Dictionary<string, OrtValue>
        {
            ["x"] = OrtValue.CreateTensorValueFromMemory(Inputs(lengths, noise), [Rows, Places, Width]),
            ["mask"] = OrtValue.CreateTensorValueFromMemory(mask, [Rows, Places]),
        }, Rows);
    }

    private static float[] Inputs(int[] lengths, float noise)
    {
        double[] normals = new double[Rows * Places * Width];
        new RandomStream(5, 0).FillNormal(normals);
        return [.. normals.Select((v, i) => (float)(v * (i / Width % Places < lengths[i / Width / Places] ? 1 : noise)))];
    }

    private static OnnxModel Model(Spelling spelling)
    {
        OnnxBuilder builder = new OnnxBuilder().Input("x", "N", Places, Width).Input("mask", "N", Places).Weights("wq", Width, Width).Weights("wk", Width, Width)
            .Weights("wv", Width, 3).Scalar("one", 1).Scalar("zero", 0).Scalar("big", -10000).Scalar("root", MathF.Sqrt(Width)).Integers("ax", 1)
            .NamedNode("q", "MatMul", "x wq", "q").NamedNode("k", "MatMul", "x wk", "k").Node("Transpose", "k", "kt", ("perm", new[] { 0, 2, 1 }))
            .Node("MatMul", "q kt", "raw").Node("Div", "raw root", "scores").Node("Unsqueeze", "mask ax", "m1");
        _ = spelling switch
        {
            Spelling.Added => builder.Node("Sub", "one m1", "inv").Node("Mul", "inv big", "add").Node("Add", "scores add", "masked"),
            Spelling.Inverted => builder.Node("Mul", "m1 big", "add").Node("Add", "scores add", "masked"),
            _ => builder.Node("Equal", "m1 zero", "pad").Node("Where", "pad big scores", "masked"),
        };
        return OnnxModel.Read(builder.Node("Softmax", "masked", "a", ("axis", -1)).Node("MatMul", "a x", "c").Node("MatMul", "c wv", "y").Output("y").ToModel());
    }
}
