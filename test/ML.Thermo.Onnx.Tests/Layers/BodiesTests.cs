using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Layers;

public class BodiesTests
{
    [Test]
    public void Branches_are_entered_and_see_the_weights_outside()
    {
        LayerGraph graph = Group(new OnnxBuilder().Input("x", "N", 2).Input("c", ElementType.Bool).Weights("w", 2, 2)
            .NamedNode("if", "If", "c", "y",
                ("then_branch", new OnnxBuilder().Weights("v", 2, 2).Node("MatMul", "x v", "t").Output("t")),
                ("else_branch", new OnnxBuilder().Node("Transpose", "w", "wt").Node("MatMul", "x wt", "e").Node("Relu", "e", "r").Output("r"))).Output("y"));

        Assert.That(graph.Layers.Select(l => (l.Key, l.Path, l.Post)),
            Is.EqualTo(new[] { ("if/then_branch/t", "if/then_branch/", "t"), ("if/else_branch/e", "if/else_branch/", "r") }));
        Assert.That(graph.Layers[0].Weight!.Roots.Single().IsInitializer, Is.False, "only the main graph's initialisers can be overridden");
        Assert.That(graph.Layers[1].Weight!.Roots.Single().IsInitializer);
        Assert.That(graph.Skipped.Single(),
            Is.EqualTo(new SkippedNode("if", "If", "control flow: its bodies were entered, their tensors cannot be made outputs")));
    }

    [Test]
    public void A_constant_condition_leaves_one_branch()
    {
        LayerGraph graph = Group(new OnnxBuilder().Input("x", "N", 2).Initializer("c", TensorData.Of([], false)).Weights("w", 2, 2)
            .NamedNode("if", "If", "c", "y",
                ("then_branch", new OnnxBuilder().Node("MatMul", "x w", "t").Output("t")),
                ("else_branch", new OnnxBuilder().Node("MatMul", "x w", "e").Output("e"))).Output("y"));
        Assert.That(graph.Layers.Single().Path, Is.EqualTo("if/else_branch/"));
        Assert.That(graph.Skipped.Single().Reason, Does.Contain("constant condition"));
    }

    [Test]
    public void A_tensor_that_a_body_uses_is_no_layers_own()
    {
        LayerGraph graph = Group(
            new OnnxBuilder().Input("x", "N", 2).Input("c", ElementType.Bool).Weights("w", 2, 2).Node("MatMul", "x w", "h").Node("Relu", "h", "r")
            .Node("If", "c", "y", ("then_branch", new OnnxBuilder().Node("Identity", "h", "t").Output("t")),
                ("else_branch", new OnnxBuilder().Node("Identity", "r", "e").Output("e"))).Output("y"));
        Assert.That(graph.Layers.Select(l => (l.Kind, l.Post)), Is.EqualTo(new[] { (LayerKind.Dense, "h"), (LayerKind.Activation, "r") }));
    }

    [Test]
    public void The_body_of_a_loop_is_entered()
    {
        LayerGraph graph = Group(new OnnxBuilder().Input("x", "N", 2).Integers("n", 3).Weights("w", 2, 2)
            .NamedNode("loop", "Loop", "n _ x", "y", ("body", new OnnxBuilder().Input("i", ElementType.Int64).Input("go", ElementType.Bool).Input("s", "N", 2)
                .Node("Identity", "go", "on").Node("MatMul", "s w", "h").Node("Tanh", "h", "s2").Output("on", ElementType.Bool).Output("s2"))).Output("y"));
        Assert.That(graph.Layers.Select(l => (l.Path, $"{l.Activation}")), Is.EqualTo(new[] { ("loop/body/", "tanh") }));
    }

    [Test]
    public void A_function_of_the_model_is_entered_with_what_the_call_gives_it()
    {
        LayerGraph graph = Group(new OnnxBuilder().Input("x", "N", 4).Weights("w", 3, 4).NamedNode("call", "mine::Dense", "x w", "y", ("flip", 1)).Output("y")
            .Function("mine", "Dense", "a b", "c",
                OnnxBuilder.NodeMessage("Gemm", "", "a b", "g", ("transB", OnnxBuilder.CallAttribute("flip"))), OnnxBuilder.NodeMessage("Relu", "", "g", "c")));
        Layer layer = graph.Layers.Single();
        Assert.That((layer.Path, layer.FanIn, layer.FanOut, $"{layer.Activation}"), Is.EqualTo(("call/", 4L, 3L, "relu")));
        Assert.That(layer.Weight!.Roots.Single().Name, Is.EqualTo("w"));
        Assert.That(graph.Skipped.Single().OpType, Is.EqualTo("mine::Dense"));
    }

    [Test]
    public void Functions_that_call_themselves_are_left_after_some_levels()
    {
        LayerGraph graph = Group(new OnnxBuilder().Input("x", "N", 4).Node("mine::Loop", "x", "y").Output("y")
            .Function("mine", "Loop", "a", "b", OnnxBuilder.NodeMessage("mine::Loop", "", "a", "c"), OnnxBuilder.NodeMessage("mine::Loop", "", "c", "b")));
        Assert.That(graph.Layers, Is.Empty);
        Assert.That(graph.Skipped[^1].Reason, Does.Contain("too deep or too many").Or.Contain("entered"));
    }

    private static LayerGraph Group(OnnxBuilder model) => LayerGraph.Of(OnnxModel.Read(model.ToModel()));
}
