using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Constants;

/// <summary>A value of the graph that does not depend on its inputs: stored, or computed from stored ones.</summary>
internal abstract class Constant
{
    /// <summary>Deepest chain of operations whose values are worked out here.</summary>
    public const int DeepestChain = 64;

    public abstract ElementType ElementType { get; }

    /// <summary>Null where it follows from operations that are not worked out here.</summary>
    public abstract IReadOnlyList<long>? Shape { get; }

    /// <summary>Where the numbers are stored; empty behind a chain deeper than <see cref="DeepestChain"/>.</summary>
    public abstract IReadOnlyList<ParameterRoot> Roots { get; }

    public virtual int Depth => 0;

    /// <summary>Numbers that working it out makes beyond those that the file holds: what fills, repeats and broadcasts add, saturating.</summary>
    public virtual long Fill => 0;

    public long? Count => Shape is null ? null : Reading.Shape.Count(Shape, "A constant");

    public bool IsScalar => Count == 1;
}

/// <summary>A tensor of the file: an initialiser, or the value of a Constant node.</summary>
internal sealed class StoredConstant(OnnxTensor tensor, ParameterRoot root) : Constant
{
    public OnnxTensor Tensor => tensor;

    public override ElementType ElementType => tensor.ElementType;

    public override IReadOnlyList<long> Shape => tensor.Shape;

    public override IReadOnlyList<ParameterRoot> Roots { get; } = [root];
}

/// <summary>A sparse initialiser.</summary>
internal sealed class SparseConstant(OnnxSparseTensor tensor, ParameterRoot root) : Constant
{
    public OnnxSparseTensor Tensor => tensor;

    public override ElementType ElementType => tensor.Values.ElementType;

    public override IReadOnlyList<long> Shape => tensor.Shape;

    public override IReadOnlyList<ParameterRoot> Roots { get; } = [root];
}

/// <summary>Numbers written into an attribute.</summary>
internal sealed class ListedConstant(IReadOnlyList<double> values, ElementType elementType, IReadOnlyList<long> shape, ParameterRoot root) : Constant
{
    public IReadOnlyList<double> Values => values;

    public override ElementType ElementType => elementType;

    public override IReadOnlyList<long> Shape => shape;

    public override IReadOnlyList<ParameterRoot> Roots { get; } = [root];
}

/// <summary>Codes that an operator takes with a scale and a zero point beside them, as the numbers they stand for.</summary>
internal sealed class CodedConstant(Constant codes, Constant scale, Constant? zeroPoint, int axis) : Constant
{
    /// <summary>The same codes with another scale.</summary>
    public CodedConstant WithScale(Constant other) => new(codes, other, zeroPoint, axis);

    public Constant Codes => codes;

    public Constant Scale => scale;

    public Constant? ZeroPoint => zeroPoint;

    /// <summary>The axis along which there is one scale an index, where there are several; negative counts from the end.</summary>
    public int Axis => axis;

    public override ElementType ElementType => codes.ElementType;

    public override IReadOnlyList<long>? Shape => codes.Shape;

    public override IReadOnlyList<ParameterRoot> Roots => codes.Roots;

    public override int Depth => 1 + Math.Max(codes.Depth, Math.Max(scale.Depth, zeroPoint?.Depth ?? 0));

    public override long Fill => FillLimit.Sum([codes.Fill, scale.Fill, zeroPoint?.Fill ?? 0]);
}

/// <summary>The result of an operation on constants.</summary>
internal sealed class DerivedConstant : Constant
{
    private readonly Lazy<IReadOnlyList<ParameterRoot>> _roots;

    public DerivedConstant(OnnxNode node, IReadOnlyList<Constant?> inputs)
    {
        Node = node;
        Inputs = inputs;
        Depth = 1 + inputs.Max(c => c?.Depth ?? 0);
        ElementType = ElementTypeRules.Result(node, TypeOf(0), TypeOf(1));
        Shape = Depth > DeepestChain ? null : ConstantShapes.Of(this);
        Constant[] distinct = [.. inputs.OfType<Constant>().Distinct()];
        long own = Math.Max(0, (Count ?? 0) - FillLimit.Sum(distinct.Select(c => c.Count ?? 0)));
        Fill = FillLimit.Sum(distinct.Select(c => c.Fill).Append(own));
        Shape = own > FillLimit.Most ? null : Shape;
        _roots = new(Depth > DeepestChain ? () => [] : FindRoots);
    }

    public OnnxNode Node { get; }

    public IReadOnlyList<Constant?> Inputs { get; }

    public override ElementType ElementType { get; }

    public override IReadOnlyList<long>? Shape { get; }

    public override IReadOnlyList<ParameterRoot> Roots => _roots.Value;

    public override int Depth { get; }

    public override long Fill { get; }

    /// <summary>The inputs whose numbers reach the output; shapes, axes, scales and indices are only told where to go.</summary>
    private IEnumerable<Constant?> DataInputs => Node.OpType switch
    {
        "Shape" or "Size" => [],
        "Reshape" or "Squeeze" or "Unsqueeze" or "Expand" or "Tile" or "Slice" or "Split" or "Gather" or "GatherElements" or "GatherND" or "Pad"
            or "DequantizeLinear" or "QLinearAdd" or "QuantizeLinear"
            or "Cast" or "CastLike" or "Clip" or "Resize" or "Trilu" or "ReduceSum" or "ReduceMean" or "ReduceMax"
            or "ReduceMin" or "ReduceL1" or "ReduceL2" or "ReduceSumSquare" => Inputs.Take(1),
        "Mul" or "Sub" when AreCodes(Inputs[0]) => Inputs.Take(1), // the size of a step, and the code of zero
        "Where" => Inputs.Skip(1),
        _ => Inputs,
    };

    /// <summary>Bytes as real numbers: a weight that is dequantised by ordinary operations.</summary>
    private static bool AreCodes(Constant? constant) => constant is DerivedConstant { Node.OpType: "Cast" or "Sub", ElementType: ElementType.Float } derived
        && (derived.Node.OpType == "Sub" ? AreCodes(derived.Inputs[0]) : derived.TypeOf(0) is ElementType.Int8 or ElementType.UInt8);

    /// <summary>Bytes that index a table of 256 rows hold the numbers, not the table.</summary>
    private OnnxTensor? PackedCodes => Node.OpType == "Gather" && Inputs is [StoredConstant { Tensor.ElementType: ElementType.UInt8, Shape: [256, _] },
        DerivedConstant { Node.OpType: "Cast", Inputs: [StoredConstant { Tensor: { ElementType: ElementType.UInt8 } bytes }] }] ? bytes : null;

    private ElementType TypeOf(int input) => Inputs.ElementAtOrDefault(input)?.ElementType ?? ElementType.Undefined;

    private List<ParameterRoot> FindRoots()
    {
        List<ParameterRoot> roots = [];
        HashSet<Constant> seen = new(ReferenceEqualityComparer.Instance) { this };
        Stack<Constant> open = new([this]);
        while (open.TryPop(out Constant? constant))
        {
            if (constant is DerivedConstant { Node.OpType: "ConstantOfShape" } fill)
                roots.Add(new(fill.Node.Output(0), null, fill.Count ?? 0, isInitializer: false));
            else if (constant is DerivedConstant packed && packed.PackedCodes is { } bytes)
                roots.Add(new(bytes.Name, bytes, packed.Count ?? 0, isInitializer: true));
            else if (constant is DerivedConstant derived)
                derived.DataInputs.Reverse().OfType<Constant>().Where(seen.Add).ToList().ForEach(open.Push);
            else
                roots.AddRange(constant.Roots);
        }

        // A single number beside others is part of a formula, such as the ½ of a folded product; it was not learned.
        List<ParameterRoot> distinct = [.. roots.Distinct()];
        return distinct.Exists(root => root.Count > 1) ? distinct.FindAll(root => root.Count > 1) : distinct;
    }
}
