namespace ML.Thermo.Onnx.Layers;

/// <summary>Classes of operators that the grouping tells apart.</summary>
internal static class Operators
{
    private static readonly HashSet<string> Copies = ["Identity", "Dropout", "Cast", "CastLike", "QuantizeLinear", "DequantizeLinear"];
    private static readonly HashSet<string> Reshapes = ["Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose"];
    private static readonly HashSet<string> Softmaxes = ["Softmax", "LogSoftmax", "Hardmax"];

    /// <summary>Domains whose operators mean what is assumed here.</summary>
    public static bool AreKnown(string domain) => domain is "" or "com.microsoft" or "ai.onnx.ml";

    /// <summary>Hands its first input on, but for its type and rounding.</summary>
    public static bool IsCopy(string opType) => Copies.Contains(opType);

    /// <summary>Hands its first input on in another order or shape.</summary>
    public static bool IsReshape(string opType) => Reshapes.Contains(opType);

    /// <summary>Hands on values whose units no longer lie where they lay.</summary>
    public static bool MovesAxes(string opType) => IsReshape(opType) || opType == "Shape";

    /// <summary>Turns units into a distribution over them.</summary>
    public static bool IsSoftmax(string opType) => Softmaxes.Contains(opType);
}
