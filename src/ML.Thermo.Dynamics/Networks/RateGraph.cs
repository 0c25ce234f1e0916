using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Dynamics.Networks;

/// <summary>An ONNX graph in the making: nodes that name their own results.</summary>
internal sealed class RateGraph
{
    private readonly Dictionary<double, string> _numbers = [];
    private int _names;
    private bool _hasAxis;

    public GraphPatch Patch { get; } = new();

    public string Name() => $"t{_names++}";

    public string Node(string operation, IReadOnlyList<string> inputs, string? output = null)
    {
        output ??= Name();
        Patch.Node(operation, inputs, [output]);
        return output;
    }

    /// <summary>A constant.</summary>
    public string Number(double value)
    {
        if (_numbers.TryGetValue(value, out string? name))
            return name;
        name = Name();
        Patch.Initializer<double>(name, [], [value]);
        return _numbers[value] = name;
    }

    public string Table(ReadOnlySpan<double> values)
    {
        string name = Name();
        Patch.Initializer(name, [values.Length], values);
        return name;
    }

    /// <summary>The sum over axis 1, which stays as one.</summary>
    public string SumOverAxis(string tensor)
    {
        if (!_hasAxis)
            Patch.Initializer<long>("axis1", [1], [1]);
        _hasAxis = true;
        string sum = Name();
        Patch.Node("ReduceSum", [tensor, "axis1"], [sum], "", "", PatchAttribute.Of("keepdims", 1));
        return sum;
    }

    /// <summary>The sum of all elements, a scalar.</summary>
    public string Total(string tensor)
    {
        string sum = Name();
        Patch.Node("ReduceSum", [tensor], [sum], "", "", PatchAttribute.Of("keepdims", 0));
        return sum;
    }

    public byte[] ToArray(long opset, long irVersion) => Patch.OperatorSet("", opset).IrVersion(irVersion).ToArray();
}
