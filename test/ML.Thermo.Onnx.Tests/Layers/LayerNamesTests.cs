using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Layers;

public class LayerNamesTests
{
    // Names as the exporters leave them: torch, torch older, tf2onnx, CNTK, caffe2, torch before 1.3, MATLAB, none at all.
    [TestCase("/encoder/0/fc/MatMul", "onnx::MatMul_12", "y", "encoder/0/fc")]
    [TestCase("MatMul_12", "encoder.0.fc.weight", "y", "encoder.0.fc")]
    [TestCase("model/dense/Tensordot/MatMul", "model/dense/Tensordot/ReadVariableOp:0", "y", "model/dense")]
    [TestCase("Times212", "Parameter193", "y", "Times212")]
    [TestCase("", "fire2/squeeze1x1_w_0", "y", "fire2/squeeze1x1")]
    [TestCase("", "3", "27", "27")]
    [TestCase("fc", "fc_W", "y", "fc")]
    [TestCase("n12", "gpu_0/conv1_w_0", "y", "gpu_0/conv1")]
    [TestCase("node_MatMul_7", "onnx::MatMul_7", "val_7", "node_MatMul_7")]
    [TestCase("", "onnx::MatMul_7", "val_7", "val_7")]
    public void A_layer_is_named_by_its_node_else_its_weights_else_its_tensor(string node, string weight, string output, string expected)
    {
        OnnxBuilder model = new OnnxBuilder().Input("x", "N", 2).Weights(weight, 2, 2).NamedNode(node, "MatMul", $"x {weight}", output).Output(output);
        Assert.That(Group(model).Single().Name, Is.EqualTo(expected));
    }

    [Test]
    public void The_exporters_module_path_comes_first() => Assert.That(
        Group(new OnnxBuilder().Input("x", "N", 2).Weights("w", 2, 2)
            .NotedNode(("pkg.torch.onnx.name_scopes", "['', 'encoder', 'encoder.layers.0.fc1', 'linear']"), "MatMul", "x w", "val_1").Output("val_1"))
                .Single().Name,
        Is.EqualTo("encoder.layers.0.fc1"));

    [Test]
    public void Names_that_repeat_are_numbered_and_keys_are_tensors()
    {
        IReadOnlyList<Layer> layers = Group(new OnnxBuilder().Input("x", "N", 2).Weights("w", 2, 2)
            .NamedNode("fc", "MatMul", "x w", "a").NamedNode("fc", "MatMul", "a w", "b").NamedNode("fc", "MatMul", "b w", "c").Output("c"));
        Assert.That(layers.Select(l => l.Name), Is.EqualTo(new[] { "fc", "fc #2", "fc #3" }));
        Assert.That(layers.Select(l => l.Key), Is.EqualTo(new[] { "a", "b", "c" }));
    }

    private static IReadOnlyList<Layer> Group(OnnxBuilder model) => LayerGraph.Of(OnnxModel.Read(model.ToModel())).Layers;
}
