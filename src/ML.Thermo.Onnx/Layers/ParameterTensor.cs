using ML.Thermo.Onnx.Constants;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Layers;

/// <summary>A constant tensor that a layer uses, with what it is for.</summary>
public sealed class ParameterTensor
{
    private const long MostElements = 1L << 28;
    private readonly Constant _constant;
    private long? _limit;

    internal ParameterTensor(ParameterRole role, string name, Constant constant, WeightLayout? layout)
    {
        Role = role;
        Name = name;
        _constant = constant;
        Layout = layout;
    }

    /// <summary>What it is for.</summary>
    public ParameterRole Role { get; }

    /// <summary>The name under which the layer reads it: an initialiser's, or that of a value derived from initialisers.</summary>
    public string Name { get; }

    /// <summary>The type of the elements as the layer reads them.</summary>
    public ElementType ElementType => _constant.ElementType;

    /// <summary>The shape as the layer reads it; null where it is computed by operations that are not followed.</summary>
    public IReadOnlyList<long>? Shape => _constant.Shape;

    /// <summary>Number of stored numbers behind it.</summary>
    public long Count => _constant.Roots.Sum(root => root.Count);

    /// <summary>Where its numbers are stored.</summary>
    public IReadOnlyList<ParameterRoot> Roots => _constant.Roots;

    /// <summary>The stored tensor, to be read without copying; null where operations lie between.</summary>
    public OnnxTensor? Stored => (_constant as StoredConstant)?.Tensor;

    /// <summary>How many layers use the same stored numbers; ≥ 1.</summary>
    public int SharedBy { get; internal set; } = 1;

    /// <summary>How a weight is seen as matrices; null for other roles and for layouts that are not followed.</summary>
    public WeightLayout? Layout { get; }

    /// <summary>Whether it belongs to the model rather than to its quantisation.</summary>
    public bool IsLearned => Role is not (ParameterRole.QuantizationScale or ParameterRole.QuantizationZeroPoint);

    /// <summary>Its elements as the layer reads them, in row-major order: transposed, concatenated and dequantised where the graph does so.</summary>
    /// <exception cref="ThermoException">They follow from operations that are not worked out here (named), or are too many, or cannot be read.</exception>
    public double[] ToDoubles() => _limit is { } limit
        ? throw new ThermoException($"{this} takes {Fill} numbers that the file does not hold; of those, {limit} are worked out for a file of its length.")
        : new ConstantValues(MostElements).Of(_constant);

    /// <summary>Numbers that working it out makes beyond those that the file holds.</summary>
    internal long Fill => _constant.Fill;

    /// <summary>It will not be worked out, because there would be more such numbers in the file than this.</summary>
    internal void Refuse(long limit) => _limit = limit;

    /// <summary>The same codes with another tensor as the size of their steps.</summary>
    internal ParameterTensor MeasuredIn(ParameterTensor step) =>
        _constant is CodedConstant coded ? new(Role, Name, coded.WithScale(step._constant), Layout) : this;

    /// <inheritdoc/>
    public override string ToString() => $"{Role} {Name}[{(Shape is null ? "?" : string.Join(',', Shape))}]";
}
