using ML.Thermo.Onnx.Constants;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Layers;

/// <summary>
/// Sends a few rows through the nodes behind a tensor: element by element, and by reductions over one set of axes. Learned vectors count as 1
/// where they multiply and as 0 where they are added, so that what is left is the function itself.
/// </summary>
internal sealed class RowProbe(Scope scope, string input, int length)
{
    /// <summary>Numbers of a row where nothing in the graph says how many there are.</summary>
    public const int Usual = 8;

    private const int DeepestChain = 40, LongestRow = 1 << 16, RowCount = 3;
    private const double Tolerance = 2e-3;

    private readonly Dictionary<string, Value?> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<int, (string Tensor, bool Scales)> _learned = [];
    private string? _axes;
    private int _depth;

    /// <summary>The rows that go in: of several sizes and means.</summary>
    public Value Rows { get; } = new([.. Enumerable.Range(0, RowCount).Select(row => Enumerable.Range(0, length)
        .Select(i => Math.Pow(3, row) * (Math.Sin(1 + (2.3 * i) + (0.7 * row)) + (0.5 * Math.Cos(0.37 * i * i)) + 0.8)).ToArray())], false);

    /// <summary>Lengths of a row that the constants suggest, where sums are divided by them.</summary>
    public HashSet<int> Lengths { get; } = [];

    /// <summary>The rows behind a tensor; null where it is not followed.</summary>
    public Value? Of(string tensor)
    {
        if (tensor == input)
            return Rows;
        if (_known.TryGetValue(tensor, out Value? known))
            return known;
        int made = scope.ProducerOf(tensor);
        if (made < 0 || _depth > DeepestChain || scope.Nodes[made].Output(0) != tensor || !Operators.AreKnown(scope.Nodes[made].Domain))
            return null;
        _depth++;
        Value? value = Evaluate(made, scope.Nodes[made]);
        _depth--;
        return _known[tensor] = value;
    }

    /// <summary>The nodes between the input and a tensor, ascending.</summary>
    public SortedSet<int>? Region(string tensor)
    {
        SortedSet<int> nodes = [];
        Stack<string> open = new([tensor]);
        while (open.TryPop(out string? next))
        {
            if (next == input || scope.IsConstant(next) || scope.IsShape(next) || scope.ProducerOf(next) is not (var made and >= 0) || !nodes.Add(made))
                continue;
            foreach (string read in scope.Nodes[made].Inputs.Where(read => read.Length > 0))
                open.Push(read);
        }

        return nodes;
    }

    /// <summary>The learned vectors that some nodes multiply with, and those that they add.</summary>
    public (IReadOnlyList<string> Scales, IReadOnlyList<string> Shifts) Learned(IReadOnlyCollection<int> nodes)
    {
        List<(string Tensor, bool Scales)> used = [.. _learned.Where(pair => nodes.Contains(pair.Key)).OrderBy(pair => pair.Key).Select(pair => pair.Value)];
        return ([.. used.Where(u => u.Scales).Select(u => u.Tensor)], [.. used.Where(u => !u.Scales).Select(u => u.Tensor)]);
    }

    /// <summary>The known function of a row that turns these rows into those, or null.</summary>
    public static string? NameOf(Value from, Value to)
    {
        string?[] names = [.. from.Rows.Zip(to.Rows, Name).Distinct()];
        return names is [{ } only] ? only : null;

        static string? Name(double[] x, double[] y)
        {
            if (x.Length != y.Length || !y.All(double.IsFinite))
                return null;
            double mean = x.Average(), top = x.Max(), sum = x.Sum(v => Math.Exp(v - top));
            if (Matches(y, x, v => Math.Exp(v - top) / sum))
                return "Softmax";
            if (Matches(y, x, v => v - top - Math.Log(sum)))
                return "LogSoftmax";
            double deviation = Math.Sqrt(x.Average(v => (v - mean) * (v - mean))), square = x.Sum(v => v * v);
            return IsMultiple(v => v - mean, deviation) ? "LayerNormalization"
                : IsMultiple(v => v, Math.Sqrt(square / x.Length)) ? "RMSNormalization"
                : IsMultiple(v => v, Math.Sqrt(square)) ? "LpNormalization"
                : null;

            // y is in proportion to what is normalised, and its size is one: small numbers against a division by zero aside.
            bool IsMultiple(Func<double, double> part, double size)
            {
                double along = y.Zip(x, (a, b) => a * part(b)).Sum() / x.Sum(v => part(v) * part(v));
                return Math.Abs((along * size) - 1) < 0.1 && Matches(y, x, v => along * part(v));
            }
        }

        static bool Matches(double[] y, double[] x, Func<double, double> function) =>
            y.Zip(x).All(pair => Math.Abs(pair.First - function(pair.Second)) <= Tolerance * (1e-3 + Math.Abs(function(pair.Second))));
    }

    private Value? Evaluate(int index, OnnxNode node)
    {
        if (node.OpType.StartsWith("Reduce", StringComparison.Ordinal))
            return Reduce(node);
        if (node.OpType is "Cast" or "Identity" or "Dropout")
            return Of(node.Input(0));
        if (node.OpType is "Reshape" or "Expand" or "Squeeze" or "Unsqueeze" or "Tile")
            return Of(node.Input(0)) is { IsOne: true } one ? one : null;
        if (node.Inputs.Count > 0 && ActivationNames.OfOperator(node, scope) is { } function)
            return Of(node.Input(0)) is { } value ? new([.. value.Rows.Select(row => row.Select(function.Value).ToArray())], value.IsOne) : null;
        List<Value?> arguments = [.. node.Inputs.Select(tensor => Argument(tensor, index, node))];
        if (arguments.Count == 0 || arguments.Any(a => a is null))
            return null;
        double[] x = new double[arguments.Count];
        bool isOne = arguments.All(a => a!.IsOne);
        double[][] rows = new double[RowCount][];
        for (int row = 0; row < RowCount; row++)
        {
            rows[row] = new double[isOne ? 1 : length];
            for (int i = 0; i < rows[row].Length; i++)
            {
                for (int k = 0; k < x.Length; k++)
                    x[k] = arguments[k]!.Rows[row][arguments[k]!.IsOne ? 0 : i];
                if (ElementwiseRegion.Arithmetic(node.OpType, x) is not { } result)
                    return null;
                rows[row][i] = result;
            }
        }

        return new(rows, isOne);
    }

    private Value? Argument(string tensor, int index, OnnxNode node)
    {
        if (scope.IsShape(tensor))
            return One(length); // the number of summands, taken from the shape
        if (scope.ConstantOf(tensor) is not { } constant)
            return Of(tensor);
        if (ConstantValues.TryScalar(constant) is { } scalar)
        {
            Suggest(node.OpType == "Div" ? scalar : 1 / scalar);
            return One(scalar);
        }

        if (node.OpType is not ("Add" or "Sub" or "Mul" or "Div") || !constant.ElementType.IsFloating())
            return null;
        bool scales = node.OpType is "Mul" or "Div";
        _learned[index] = (tensor, scales);
        return One(scales ? 1 : 0);
    }

    private void Suggest(double count)
    {
        if (count is >= 2 and <= LongestRow && Math.Abs(count - Math.Round(count)) < 1e-3 * count)
            Lengths.Add((int)Math.Round(count));
    }

    private Value? Reduce(OnnxNode node)
    {
        string axes = string.Join(',', node.Attribute("axes")?.ReadIntegers()
            ?? (scope.ConstantOf(node.Input(1)) is { } given ? ConstantValues.TrySmall(given)?.Select(a => (long)a) : null) ?? []);
        if (Of(node.Input(0)) is not { IsOne: false } value || (_axes ??= axes) != axes)
            return null;
        Func<double[], double>? reduce = node.OpType switch
        {
            "ReduceMean" => row => row.Average(),
            "ReduceSum" => row => row.Sum(),
            "ReduceMax" => row => row.Max(),
            "ReduceMin" => row => row.Min(),
            "ReduceSumSquare" => row => row.Sum(v => v * v),
            "ReduceL2" => row => Math.Sqrt(row.Sum(v => v * v)),
            "ReduceLogSumExp" => row => row.Max() + Math.Log(row.Sum(v => Math.Exp(v - row.Max()))),
            "ReduceLogSum" => row => Math.Log(row.Sum()),
            _ => null,
        };
        return reduce is null ? null : new([.. value.Rows.Select(row => new[] { reduce(row) })], true);
    }

    private static Value One(double value) => new([.. Enumerable.Range(0, RowCount).Select(_ => new[] { value })], true);

    /// <summary>The rows of one tensor: of as many numbers as the input's, or of one each.</summary>
    internal sealed record Value(double[][] Rows, bool IsOne);
}
