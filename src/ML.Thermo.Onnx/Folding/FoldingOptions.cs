namespace ML.Thermo.Onnx.Folding;

/// <summary>What is settled of a network before it is analysed.</summary>
public sealed record FoldingOptions
{
    /// <summary>
    /// Inputs that are set to one value for good, by name: a number, <c>true</c>, <c>false</c>, or text for an input of text. The value fills the
    /// input's shape, whose free extents are 1. Conditions that follow from it are decided, and their other branch is gone.
    /// </summary>
    public IReadOnlyDictionary<string, string> Set { get; init; } = new Dictionary<string, string>();

    /// <summary>The outputs that are kept, by name; none keeps all that do not need an input of text.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];
}
