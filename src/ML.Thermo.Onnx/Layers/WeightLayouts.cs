using ML.Thermo.Onnx.Constants;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Layers;

/// <summary>The weight layouts of ONNX's operators.</summary>
internal static class WeightLayouts
{
    /// <summary>The layout of the weight at one input of a node; null where it is not followed or has no element.</summary>
    public static WeightLayout? Of(LayerOperator known, OnnxNode node, int input, IReadOnlyList<long>? shape) =>
        shape is null || shape.Any(extent => extent is < 1 or > int.MaxValue) || Reading.Shape.Count(shape, "A weight") > int.MaxValue
            ? null
            : known.Layout?.Invoke(node, input, shape);

    /// <summary>[out, in/groups, kernel…].</summary>
    public static WeightLayout? Convolution(OnnxNode node, int input, IReadOnlyList<long> shape)
    {
        long groups = node.Integer("group", 1);
        if (shape.Count < 2 || groups < 1 || shape[0] % groups != 0)
            return null;
        long positions = Count(shape.Skip(2));
        long rows = shape[0] / groups;
        return new((int)rows, (int)shape[1], (int)positions, (int)groups, shape[1] * positions, positions, 1, rows * shape[1] * positions);
    }

    /// <summary>[in, out/groups, kernel…].</summary>
    public static WeightLayout? Transposed(OnnxNode node, int input, IReadOnlyList<long> shape)
    {
        long groups = node.Integer("group", 1);
        if (shape.Count < 2 || groups < 1 || shape[0] % groups != 0)
            return null;
        long positions = Count(shape.Skip(2));
        long columns = shape[0] / groups;
        return new((int)shape[1], (int)columns, (int)positions, (int)groups, positions, shape[1] * positions, 1, columns * shape[1] * positions);
    }

    /// <summary>The product of activations and weight, the weight on either side.</summary>
    public static WeightLayout? Product(OnnxNode node, int input, IReadOnlyList<long> shape) => Dense(shape, transposed: input == 0);

    /// <summary>The same with attributes that transpose.</summary>
    public static WeightLayout? Gemm(OnnxNode node, int input, IReadOnlyList<long> shape) =>
        Dense(shape, transposed: (node.Integer(input == 0 ? "transA" : "transB", 0) != 0) != (input == 0));

    /// <summary>[out, in].</summary>
    public static WeightLayout? Rows(OnnxNode node, int input, IReadOnlyList<long> shape) => shape.Count == 2 ? Dense(shape, transposed: true) : null;

    /// <summary>[entries, features].</summary>
    public static WeightLayout? Table(OnnxNode node, int input, IReadOnlyList<long> shape) => shape.Count == 2 ? Dense(shape, transposed: false) : null;

    /// <summary>By the equation.</summary>
    public static WeightLayout? Einsum(OnnxNode node, int input, IReadOnlyList<long> shape) => EinsumEquation.Parse(node)?.Layout(input, shape);

    /// <summary>[…, in, out], or […, out, in] where transposed; a vector has one output.</summary>
    private static WeightLayout Dense(IReadOnlyList<long> shape, bool transposed)
    {
        if (shape.Count < 2)
            return new(1, (int)Count(shape), 1, 1, Count(shape), 1, 1, Count(shape));
        long first = shape[^2];
        long last = shape[^1];
        int stack = (int)Count(shape.SkipLast(2));
        return transposed
            ? new((int)first, (int)last, 1, stack, last, 1, 1, first * last)
            : new((int)last, (int)first, 1, stack, 1, last, 1, first * last);
    }

    /// <summary>[directions, gates · hidden, in].</summary>
    public static LayoutRule Gates(int gates) => (_, _, shape) =>
    {
        if (shape.Count != 3 || shape[1] % gates != 0)
            return null;
        long hidden = shape[1] / gates;
        return new((int)hidden, (int)shape[2], 1, (int)(shape[0] * gates), shape[2], 1, 1, hidden * shape[2]);
    };

    /// <summary>[1, in, 4 · hidden]; with two directions the gates lie at no single stride.</summary>
    public static WeightLayout? TransposedGates(OnnxNode node, int input, IReadOnlyList<long> shape) => shape.Count != 3 || shape[0] != 1 || shape[2] % 4 != 0
        ? null
        : new((int)(shape[2] / 4), (int)shape[1], 1, 4, 1, shape[2], 1, shape[2] / 4);

    /// <summary>[in, 3 · hidden]: queries, keys and values side by side.</summary>
    public static WeightLayout? Projections(OnnxNode node, int input, IReadOnlyList<long> shape) => shape.Count != 2 || shape[1] % 3 != 0
        ? null
        : new((int)(shape[1] / 3), (int)shape[0], 1, 3, 1, shape[1], 1, shape[1] / 3);

    private static long Count(IEnumerable<long> extents) => extents.Aggregate(1L, (a, b) => a * b);
}

/// <summary>An einsum of two operands.</summary>
internal sealed record EinsumEquation(string First, string Second, string Result)
{
    /// <summary>Null for other numbers of operands and for ellipses.</summary>
    public static EinsumEquation? Parse(OnnxNode node)
    {
        string[] sides = node.Text("equation", "").Replace(" ", "", StringComparison.Ordinal).Split("->");
        string[] operands = sides[0].Split(',');
        if (operands.Length != 2 || sides.Length > 2 || sides.Any(s => s.Contains('.')))
            return null;
        string implied = string.Concat(sides[0].Where(char.IsLetter).GroupBy(c => c).Where(g => g.Count() == 1).Select(g => g.Key).Order());
        return new(operands[0], operands[1], sides.Length > 1 ? sides[1] : implied);
    }

    /// <summary>
    /// Labels of the weight that the activations share and the result lacks are inputs, those that only the result shares are outputs,
    /// those in all three are a stack. Each kind must lie together in the weight.
    /// </summary>
    public WeightLayout? Layout(int input, IReadOnlyList<long> shape)
    {
        (string weight, string other) = input == 0 ? (First, Second) : (Second, First);
        if (weight.Length != shape.Count || weight.Distinct().Count() != weight.Length)
            return null;
        (int Count, long Stride)? rows = Block(c => Result.Contains(c) && !other.Contains(c));
        (int Count, long Stride)? columns = Block(c => !Result.Contains(c));
        (int Count, long Stride)? stack = Block(c => Result.Contains(c) && other.Contains(c));
        return rows is null || columns is null || stack is null
            ? null
            : new(rows.Value.Count, columns.Value.Count, 1, stack.Value.Count, rows.Value.Stride, columns.Value.Stride, 1, stack.Value.Stride);

        (int Count, long Stride)? Block(Func<char, bool> belongs)
        {
            int[] axes = [.. Enumerable.Range(0, weight.Length).Where(i => belongs(weight[i]))];
            if (axes.Length == 0)
                return (1, 1);
            return axes[^1] - axes[0] == axes.Length - 1
                ? ((int)axes.Aggregate(1L, (product, axis) => product * shape[axis]), Strided.RowMajor(shape)[axes[^1]])
                : null;
        }
    }
}
