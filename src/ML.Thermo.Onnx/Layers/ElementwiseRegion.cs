using ML.Thermo.Activations;
using ML.Thermo.Onnx.Constants;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Layers;

/// <summary>
/// Finds an activation, plain or written out, by growing a region of element-wise nodes from one tensor until a single tensor leaves
/// it, and comparing what the region computes, at some points, with the functions that are known by name.
/// </summary>
internal sealed class ElementwiseRegion
{
    private const int MostNodes = 24;
    private readonly Scope _scope;
    private readonly Func<int, bool> _isFree;
    private readonly string _input;
    private readonly bool _ownsInput;
    private readonly int _seed;
    private readonly List<int> _nodes = [];
    private readonly Dictionary<string, Column> _columns = new(StringComparer.Ordinal);

    private ElementwiseRegion(Scope scope, Func<int, bool> isFree, string input, bool ownsInput, int seed)
    {
        _scope = scope;
        _isFree = isFree;
        _input = input;
        _ownsInput = ownsInput;
        _seed = seed;
        _columns[input] = new(ActivationNames.Probes, null);
    }

    /// <summary>The activation of a tensor that nobody else uses.</summary>
    /// <param name="scope">The graph.</param>
    /// <param name="isFree">Whether a node may be taken.</param>
    /// <param name="input">The tensor before the activation.</param>
    public static Finding? Find(Scope scope, Func<int, bool> isFree, string input) =>
        scope.IsOutput(input) || scope.ConsumersOf(input).Count > MostNodes ? null
            : new ElementwiseRegion(scope, isFree, input, ownsInput: true, seed: -1).Search();

    /// <summary>An activation that begins with a node and whose input others may use too.</summary>
    /// <param name="scope">The graph.</param>
    /// <param name="isFree">Whether a node may be taken.</param>
    /// <param name="input">The tensor before the activation.</param>
    /// <param name="node">The first node.</param>
    public static Finding? FindFrom(Scope scope, Func<int, bool> isFree, string input, int node) =>
        scope.ConsumersOf(input).Count <= MostNodes && new ElementwiseRegion(scope, isFree, input, ownsInput: false, seed: -1).Search() is { } found
            && found.Nodes.Contains(node)
            ? found
            : new ElementwiseRegion(scope, isFree, input, ownsInput: false, node).Search();

    /// <summary>The largest region that computes a known function; a longer one that computes the same is not preferred.</summary>
    private Finding? Search()
    {
        Finding? best = null;
        int most = _scope.IsWorthSearching ? MostNodes : 1;
        while (_nodes.Count < most && Grow())
        {
            if (OnlyExit() is not { } exit)
                continue;
            Activation? function = (_nodes is [var single] ? ActivationNames.OfOperator(_scope.Nodes[single], _scope) : null)
                ?? ActivationNames.OfValues(_columns[exit].Values);
            if (function is not null && function.Name != best?.Activation.Function?.Name)
                best = new([.. _nodes], exit, new(Operators(), function));
        }

        if (_nodes.Count == MostNodes)
            _scope.FutileSearches++;
        return best;
    }

    private string Operators() => string.Join('+', _nodes.Select(i => _scope.Nodes[i].OpType).Where(op => !Layers.Operators.IsCopy(op) && op != "Transpose"));

    /// <summary>Takes the first node that computes with nothing but the region's tensors and scalar constants.</summary>
    private bool Grow()
    {
        // From a seed, only what the seed leads to: other users of the input may do anything else with it.
        IEnumerable<string> reached = _columns.Keys.Where(tensor => (_seed < 0 || tensor != _input) && _scope.ConsumersOf(tensor).Count <= MostNodes);
        IEnumerable<int> candidates = _seed >= 0 && _nodes.Count == 0 ? [_seed] : reached.SelectMany(_scope.ConsumersOf).Distinct().Order();
        foreach (int i in candidates)
        {
            if (_nodes.Contains(i) || !_isFree(i) || Evaluate(_scope.Nodes[i]) is not { } column)
                continue;
            _nodes.Add(i);
            _columns[_scope.Nodes[i].Output(0)] = column;
            return true;
        }

        return false;
    }

    /// <summary>The one tensor of the region that is used outside, or null where there are several.</summary>
    private string? OnlyExit()
    {
        string? exit = null;
        foreach (string tensor in _columns.Keys)
        {
            bool leaves = _scope.IsOutput(tensor) || _scope.ConsumersOf(tensor) is var users && (users.Count == 0 || users.Any(i => !_nodes.Contains(i)));
            if (!leaves || (tensor == _input && !_ownsInput))
                continue;
            if (tensor == _input || exit is not null)
                return null;
            exit = tensor;
        }

        return exit;
    }

    private Column? Evaluate(OnnxNode node)
    {
        if (!Layers.Operators.AreKnown(node.Domain) || node.Outputs.Skip(1).Any(o => o.Length > 0 && (_scope.IsOutput(o) || _scope.ConsumersOf(o).Count > 0)))
            return null;
        if (node.OpType == "Transpose")
            return _columns.TryGetValue(node.Input(0), out Column? moved) ? moved.Transposed(node) : null;
        if (Layers.Operators.IsCopy(node.OpType) && node.OpType is not ("QuantizeLinear" or "DequantizeLinear"))
            return _scope.TypeOf(node.Output(0)) is var type && (type.IsFloating() || type is ElementType.Undefined or ElementType.Bool)
                ? _columns.GetValueOrDefault(node.Input(0)) : null;
        if (ActivationNames.OfOperator(node, _scope) is { } function)
            return node.OpType is "BiasGelu" or "FastGelu" && node.Input(1).Length > 0 ? null
                : _columns.GetValueOrDefault(node.Input(0))?.Mapped(function.Value);
        List<Column> arguments = [];
        foreach (string input in node.Inputs)
        {
            if (_columns.TryGetValue(input, out Column? own))
                arguments.Add(own);
            else if (ConstantValues.TryScalar(_scope.ConstantOf(input)) is { } scalar)
                arguments.Add(new([.. ActivationNames.Probes.Select(_ => scalar)], null) { IsScalar = true });
            else
                return null;
        }

        List<Column> moving = [.. arguments.Where(a => !a.IsScalar)];
        if (moving.Count == 0 || moving.Any(a => !a.IsAlignedWith(moving[0])))
            return null;
        double[] values = new double[ActivationNames.Probes.Count];
        for (int i = 0; i < values.Length; i++)
        {
            if (Arithmetic(node.OpType, [.. arguments.Select(a => a.Values[i])]) is not { } value)
                return null;
            values[i] = value;
        }

        return new(values, moving[0].Permutation);
    }

    internal static double? Arithmetic(string opType, double[] x) => (opType, x.Length) switch
    {
        ("Add" or "Sum", 2) => x[0] + x[1],
        ("Sub", 2) => x[0] - x[1],
        ("Mul", 2) => x[0] * x[1],
        ("Div", 2) => x[0] / x[1],
        ("Pow", 2) => Math.Pow(x[0], x[1]),
        ("Max", _) => x.Max(),
        ("Min", _) => x.Min(),
        ("Greater", 2) => x[0] > x[1] ? 1 : 0,
        ("GreaterOrEqual", 2) => x[0] >= x[1] ? 1 : 0,
        ("Less", 2) => x[0] < x[1] ? 1 : 0,
        ("LessOrEqual", 2) => x[0] <= x[1] ? 1 : 0,
        ("Where", 3) => x[0] != 0 ? x[1] : x[2],
        ("Not", 1) => x[0] == 0 ? 1 : 0,
        ("Neg", 1) => -x[0],
        ("Exp", 1) => Math.Exp(x[0]),
        ("Log", 1) => Math.Log(x[0]),
        ("Sqrt", 1) => Math.Sqrt(x[0]),
        ("Reciprocal", 1) => 1 / x[0],
        ("Sign", 1) => Math.Sign(x[0]),
        _ => null,
    };

    /// <summary>An activation that was found.</summary>
    /// <param name="Nodes">Its nodes, in the order in which they compute.</param>
    /// <param name="Output">The tensor behind it.</param>
    /// <param name="Activation">What it is.</param>
    internal sealed record Finding(IReadOnlyList<int> Nodes, string Output, LayerActivation Activation);

    /// <summary>A tensor of the region: its values at the probes, and how its axes are permuted against the input's.</summary>
    private sealed record Column(IReadOnlyList<double> Values, int[]? Permutation)
    {
        public bool IsScalar { get; init; }

        public Column Mapped(Func<double, double> function) => new([.. Values.Select(function)], Permutation);

        public bool IsAlignedWith(Column other) => (Permutation, other.Permutation) switch
        {
            (null, null) => true,
            (null, _) or (_, null) => false,
            var (a, b) => a.SequenceEqual(b),
        };

        public Column? Transposed(OnnxNode node)
        {
            if (node.Attribute("perm")?.ReadIntegers() is not { } axes || axes.Any(a => a < 0 || a >= axes.Count)
                || (Permutation is not null && Permutation.Length != axes.Count))
                return null;
            int[] permutation = [.. axes.Select(axis => Permutation is null ? (int)axis : Permutation[axis])];
            return new(Values, permutation.SequenceEqual(Enumerable.Range(0, permutation.Length)) ? null : permutation);
        }
    }
}
