using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Constants;

/// <summary>Where numbers of a layer are stored. Layers that share weights share the root.</summary>
public sealed class ParameterRoot
{
    internal ParameterRoot(string name, OnnxTensor? tensor, long count, bool isInitializer)
    {
        Name = name;
        Tensor = tensor;
        Count = count;
        IsInitializer = isInitializer;
    }

    /// <summary>The initialiser's name; for numbers inside a node, that of the node's output.</summary>
    public string Name { get; }

    /// <summary>The stored tensor, or null where the numbers are an attribute or a fill.</summary>
    public OnnxTensor? Tensor { get; }

    /// <summary>How many numbers are stored; for a fill, how many it makes.</summary>
    public long Count { get; }

    /// <summary>Whether it is an initialiser of the model's main graph, which an input of the same name can override.</summary>
    public bool IsInitializer { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Count})";
}
