using FsCheck;
using FsCheck.Fluent;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Onnx.Weights;

namespace ML.Thermo.Tests.Layers;

/// <summary>How a network is written down changes no number: names, the order of nodes, constants as initialisers or as nodes, folded or not.</summary>
public sealed class SameNetworkTests
{
    /// <summary>A way to write the network down.</summary>
    private sealed record Writing(string Prefix, bool Reorders, bool ConstantNodes, bool Unfolded, int Opset);

    [FsCheck.NUnit.Property(MaxTest = 25)]
    public Property Renaming_reordering_and_exporting_again_change_no_number() => Prop.ForAll(
        (from prefix in Gen.Elements("", "model/", "0.", "Ω ", "onnx::")
         from reorders in Gen.Elements(true, false)
         from nodes in Gen.Elements(true, false)
         from unfolded in Gen.Elements(true, false)
         from opset in Gen.Elements(13, 15, 17, 20)
         select new Writing(prefix, reorders, nodes, unfolded, opset)).ToArbitrary(),
        writing =>
        {
            string expected = Numbers(new("", false, false, false, 17)), found = Numbers(writing);
            return (found == expected).Label($"{writing}\n{found}\n{expected}");
        });

    private static string Numbers(Writing writing)
    {
        using OnnxModel model = OnnxModel.Read(Model(writing));
        LayerGraph graph = LayerGraph.Of(model);
        using SignalAnalysis analysis = new(graph);
        NetworkSignals signals = analysis.Run(NetworkInputs.Synthetic(model, 24, 5).Batches(8));
        IEnumerable<string> layers = signals.Layers.OrderBy(s => s.Layer.Kind).ThenBy(s => s.Layer.ParameterCount).ThenBy(s => s.InputVariance).Select(signal =>
        {
            Layer layer = signal.Layer;
            string weights = layer.Weight?.Layout is null ? "" : $"{WeightAnalysis.Of(WeightMatrix.Of(layer.Weight)).FrobeniusNorm:R}";
            return $"{layer.Kind} {layer.Activation} {layer.ParameterCount} {weights} {signal.InputVariance:G4} {signal.OutputVariance:G4} {signal.Units}";
        });
        return $"{graph.ParameterCount} {string.Join(" | ", layers)}";
    }

    /// <summary>Two branches from one input, joined, with a written-out GELU, a layer norm and a bias that may be a product of constants.</summary>
    private static byte[] Model(Writing writing)
    {
        OnnxBuilder builder = new OnnxBuilder().Input("x", "N", 6);
        string p = writing.Prefix.Replace(' ', '_');
        Constant("wa", [6, 8]);
        Constant("wb", [6, 8]);
        Constant("g", [8]);
        Constant("be", [8]);
        Constant("wc", [8, 3]);
        if (writing.Unfolded)
        {
            Constant("half", [3]);
            Scalar("two", 2);
            builder.Node("Mul", $"{p}half {p}two", $"{p}bc");
        }
        else
        {
            Add("bc", TensorData.Of([3], [.. TensorData.Draw(99, [3]).Select(v => 2 * v)]));
        }

        Scalar("root", MathF.Sqrt(2));
        Scalar("one", 1);
        Scalar("halfOf", 0.5f);
        Scalar("eps", 1e-5f);
        (string Op, string In, string Out)[] first = [("MatMul", "wa", "a"), ("Relu", "a", "ra")];
        (string Op, string In, string Out)[] second =
            [("MatMul", "wb", "b"), ("Div", "b root", "d"), ("Erf", "d", "e"), ("Add", "e one", "e1"), ("Mul", "b e1", "m"), ("Mul", "m halfOf", "gb")];
        foreach ((string op, string inputs, string output) in writing.Reorders ? second.Concat(first) : first.Concat(second))
            builder.NamedNode($"{p}{output}", op, (op == "MatMul" ? "x " : "") + Named(inputs), $"{p}{output}");
        (string, object)[] axes = [("axes", new[] { -1 })];
        if (writing.Opset >= 18)
        {
            Add("last", TensorData.Of([1], -1L));
            axes = [];
        }

        string reduced = writing.Opset >= 18 ? $" {p}last" : "";
        builder.Node("Add", Named("ra gb"), $"{p}s").Node("ReduceMean", Named("s") + reduced, $"{p}mean", axes).Node("Sub", Named("s mean"), $"{p}c")
            .Node("Mul", Named("c c"), $"{p}q").Node("ReduceMean", Named("q") + reduced, $"{p}v", axes).Node("Add", Named("v eps"), $"{p}ve")
            .Node("Sqrt", Named("ve"), $"{p}sd").Node("Div", Named("c sd"), $"{p}n").Node("Mul", Named("n g"), $"{p}ng").Node("Add", Named("ng be"), $"{p}ln")
            .Node("Gemm", Named("ln wc bc"), "y");
        return builder.Output("y", "N", 3).ToModel(writing.Opset);

        string Named(string names) => string.Join(' ', names.Split(' ').Select(name => p + name));

        void Constant(string name, long[] shape) => Add(name, TensorData.Of(shape, TensorData.Draw(name == "half" ? 99 : name[^1], shape)));

        void Scalar(string name, float value) => Add(name, TensorData.Of([], value));

        void Add(string name, TensorData tensor) =>
            _ = writing.ConstantNodes ? builder.Node("Constant", "", p + name, ("value", tensor)) : builder.Initializer(p + name, tensor);
    }
}
