using ML.Thermo.Tests;

namespace ML.Thermo.Cli.Tests.Layers;

/// <summary>Networks of a few layers.</summary>
internal static class SmallNetworks
{
    /// <summary>Two dense layers of 4 → 32 → 3 with a ReLU between.</summary>
    public static byte[] Perceptron() => new OnnxBuilder()
        .Input("x", "N", 4)
        .Weights("w1", 32, 4).Weights("b1", 32).Weights("w2", 3, 32).Weights("b2", 3)
        .NamedNode("hidden", "Gemm", "x w1 b1", "h", ("transB", 1)).Node("Relu", "h", "a")
        .NamedNode("output", "Gemm", "a w2 b2", "y", ("transB", 1))
        .Output("y", "N", 3)
        .ToModel();

    /// <summary>Two dense layers of 4 → 8 → 1 with a hyperbolic tangent between.</summary>
    public static byte[] OneOutput() => new OnnxBuilder()
        .Input("x", "N", 4)
        .Weights("w1", 4, 8).Weights("w2", 8, 1)
        .NamedNode("hidden", "MatMul", "x w1", "h").Node("Tanh", "h", "a")
        .NamedNode("output", "MatMul", "a w2", "y")
        .Output("y", "N", 1)
        .ToModel();

    /// <summary>A layer whose weights are known: [[3, 0], [0, 4]].</summary>
    public static byte[] Diagonal() => new OnnxBuilder()
        .Input("x", "N", 2)
        .Weights("w", [2, 2], [3, 0, 0, 4])
        .NamedNode("diagonal", "MatMul", "x w", "z").Node("Tanh", "z", "y")
        .Output("y", "N", 2)
        .ToModel();

    /// <summary>A layer and the largest of its outputs.</summary>
    public static byte[] WithOperationInNoLayer() => new OnnxBuilder()
        .Input("x", "N", 2).Weights("w", 2, 2).Node("MatMul", "x w", "z").Node("ReduceMax", "z", "y").Output("y").ToModel();

    /// <summary>A layer with a weight that is no number, and one whose name needs care.</summary>
    public static byte[] Broken() => new OnnxBuilder()
        .Input("x", "N", 2)
        .Weights("w", [2, 2], [3, float.NaN, 0, 4]).Weights("v", 2, 2)
        .NamedNode("odd, \"name\" [red]", "MatMul", "x w", "z").NamedNode("next", "MatMul", "z v", "y")
        .Output("y", "N", 2)
        .ToModel();
}
