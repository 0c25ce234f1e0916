using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Inputs;

/// <summary>Numbers for inputs that nobody gave: noise for real ones, draws from the table for ids, ones for masks, counted positions.</summary>
internal sealed class SyntheticInputs(OnnxModel model, IReadOnlyList<OnnxValue> declared, IReadOnlyDictionary<string, long> extents)
{
    /// <summary>Places of a row of whole numbers where nobody says how many: more than one, so that attention has something to choose from.</summary>
    private const long Places = 16;

    private readonly Lazy<PaddingMask?> _padding = new(() => declared.Count > 1 && declared.Any(input => input.Shape!.Count == 2)
        ? PaddingMask.Of(LayerGraph.Of(model)) : null);

    /// <summary>The free extents by the names under which they can be given.</summary>
    public IReadOnlyList<string> Free { get; } =
        [.. declared.SelectMany(input => input.Shape!.Select((extent, axis) => extent.Value is null ? NameOf(input, axis) : null)).OfType<string>().Distinct()];

    /// <summary>The shape of an input.</summary>
    public long[] ShapeOf(OnnxValue input, int rowAxis, long rows) =>
        [.. input.Shape!.Select((extent, axis) => axis == rowAxis ? rows : extent.Value ?? ExtentOf(NameOf(input, axis), input))];

    /// <summary>The free extents, rows apart, with what they are.</summary>
    public IReadOnlyDictionary<string, long> Assumed(Func<OnnxValue, int> rowAxis)
    {
        Dictionary<string, long> assumed = new(StringComparer.Ordinal);
        foreach (OnnxValue input in declared)
        {
            for (int axis = 0; axis < input.Shape!.Count; axis++)
                if (axis != rowAxis(input) && input.Shape[axis].Value is null)
                    assumed[NameOf(input, axis)] = ExtentOf(NameOf(input, axis), input);
        }

        return assumed;
    }

    /// <summary>The numbers of an input, made row by row; row i is the same whatever the number of rows.</summary>
    public NetworkInput Draw(OnnxValue input, long[] shape, int rowAxis, ulong seed, ulong index)
    {
        NetworkInput drawn = NetworkInput.Zeros(input, shape, rowAxis);
        int count = (int)Shape.Count(shape, $"Input {input}");
        InputRole role = InputRole.Of(model, input, _padding.Value);
        int rows = rowAxis >= 0 ? (int)shape[rowAxis] : 1, last = shape.Length == 0 ? 1 : (int)shape[^1];
        int inner = rowAxis < 0 ? count : (int)shape[(rowAxis + 1)..].Aggregate(1L, (a, b) => a * b), outer = count / Math.Max(rows * inner, 1);
        double[] row = new double[outer * inner];
        for (int r = 0; r < rows; r++)
        {
            Fill(row, role, last, new RandomStream(seed, (index << 48) | (uint)r));
            for (int o = 0; o < outer; o++)
                drawn.Set(((o * rows) + r) * inner, row.AsSpan(o * inner, inner));
        }

        return drawn;
    }

    private void Fill(Span<double> row, InputRole role, int last, RandomStream random)
    {
        switch (role.Kind)
        {
            case InputKind.Numbers:
                random.FillNormal(row);
                break;
            case InputKind.Mask:
                row.Fill(1);
                break;
            case InputKind.ZeroMask:
                row.Clear();
                break;
            case InputKind.Positions:
                for (int i = 0; i < row.Length; i++)
                    row[i] = role.Below > 0 ? i % last % role.Below : i % last;
                break;
            case InputKind.Length:
                row.Fill(LongestRow());
                break;
            default:
                for (int i = 0; i < row.Length; i++)
                    row[i] = random.NextInteger(role.Below);
                break;
        }
    }

    /// <summary>How many places the ids have: what an input that counts them should say.</summary>
    private long LongestRow() => declared
        .Where(input => !input.ElementType.IsFloating() && input.Shape!.Count >= 2)
        .Select(input => input.Shape![^1].Value ?? ExtentOf(NameOf(input, input.Shape.Count - 1), input))
        .DefaultIfEmpty(1).Max();

    private long ExtentOf(string name, OnnxValue input)
    {
        if (extents.TryGetValue(name, out long given))
            return given;
        if (name.Contains('+', StringComparison.Ordinal))
            return name.Split('+', StringSplitOptions.TrimEntries).Sum(part => long.TryParse(part, out long number) ? number : ExtentOf(part, input));
        if (name.Contains("past", StringComparison.OrdinalIgnoreCase))
            return 1;
        bool hasPast = Free.Any(other => other.Contains("past", StringComparison.OrdinalIgnoreCase) && !other.Contains('+', StringComparison.Ordinal));
        if (name.Contains("total", StringComparison.OrdinalIgnoreCase))
            return Places + (hasPast ? 1 : 0);
        bool isOfIds = declared.Any(other => !other.ElementType.IsFloating() && other.Shape!.Count >= 2
            && other.Shape.Select((extent, axis) => extent.Value is null && NameOf(other, axis) == name).Skip(1).Any(same => same));
        return isOfIds ? Places : 1;
    }

    private static string NameOf(OnnxValue input, int axis) =>
        input.Shape![axis].Symbol is { Length: > 0 } symbol ? symbol : $"{input.Name}:{axis}";
}
