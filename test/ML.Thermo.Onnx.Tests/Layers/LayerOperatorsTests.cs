using System.Runtime.CompilerServices;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Tests.Layers;

/// <summary>An operator with weights is one row: whoever adds one touches nothing else.</summary>
public sealed class LayerOperatorsTests
{
    /// <summary>Shapes that weights have, each of which some layout takes.</summary>
    private static readonly long[][] Shapes = [[8, 4, 3, 3], [12, 8], [8, 12], [1, 12, 8], [1, 8, 12]];

    private static IEnumerable<LayerOperator> WithWeights => LayerOperators.All.Where(row => row.HasWeight);

    [Test]
    public void Every_operator_with_weights_is_named_in_its_row_and_nowhere_else()
    {
        string source = SourceFolder();
        string[] files = [.. Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories).Where(f => !f.Contains("obj", StringComparison.Ordinal))];
        Assert.That(files, Has.Length.GreaterThan(50));

        // Gather also picks from constants that are no weights: the folding of constants names it too.
        foreach (LayerOperator row in WithWeights.Where(row => row.Name != "Gather"))
        {
            string literal = $"\"{row.Name}\"";
            string[] naming = [.. files.Where(file => File.ReadAllText(file).Contains(literal, StringComparison.Ordinal)).Select(f => Path.GetFileName(f)!)];
            Assert.That(naming, Is.EqualTo(new[] { "LayerOperators.cs" }), row.Name);
        }
    }

    [TestCaseSource(nameof(WithWeights))]
    public void Every_row_with_weights_makes_a_layer_whose_matrices_are_known(object row)
    {
        LayerOperator known = (LayerOperator)row;
        string[] name = known.Name.Split("::");
        bool found = Shapes.Any(shape =>
        {
            OnnxBuilder model = new OnnxBuilder().Input("x", "N", 4).Output("y");
            string inputs = "";
            for (int i = 0; i < known.Inputs.Length; i++)
            {
                bool isWeight = known.Inputs[i] == 'W' || (known.Inputs[i] == 'D' && i > 0);
                inputs += isWeight ? $"w{i} " : i == 0 || known.Inputs[i] is 'x' or 'D' or '.' ? "x " : "_ ";
                if (isWeight)
                    model.Weights($"w{i}", shape);
            }

            (string, object)[] attributes = known.Layout == WeightLayouts.Einsum ? [("equation", "ab,bc->ac")] : [];
            model.Node(name.Length > 1 ? known.Name : name[^1], inputs, "y", attributes);
            using OnnxModel read = OnnxModel.Read(model.ToModel());
            return LayerGraph.Of(read).Layers is [{ Weight.Layout: not null }];
        });
        Assert.That(found, known.Name);
    }

    /// <summary>These once kept the channels of the convolution before them, because a second list of operators did not name them.</summary>
    [TestCase("com.microsoft::FusedGemm")]
    [TestCase("com.microsoft::MatMulNBits")]
    [TestCase("com.microsoft::DynamicQuantizeMatMul")]
    [TestCase("MatMul")]
    public void Behind_a_convolution_a_product_has_its_units_on_the_last_axis(string op)
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", 1, 4, 8, 8).Weights("k", 6, 4, 3, 3).Weights("w", 6, 5)
            .Node("Conv", "x k", "c").Node("Sigmoid", "c", "s").Node(op, "s w", "y").Output("y").ToModel());
        LayerGraph graph = LayerGraph.Of(model);
        IReadOnlyDictionary<Layer, int> axes = UnitAxes.Of(graph);
        Assert.That(graph.Layers.Select(layer => axes[layer]), Is.EqualTo(new[] { 1, -1 }));
    }

    private static string SourceFolder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(here, "..", "..", "..", "..", "src", "ML.Thermo.Onnx"));
}
