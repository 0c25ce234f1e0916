using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Explanations;

/// <summary>The inputs whose numbers are features, side by side as one row, and the others, which keep the explained row's values.</summary>
internal sealed class VariedInputs
{
    private readonly IReadOnlyList<Part> _parts;
    private readonly IReadOnlyList<NetworkInput> _others;

    private VariedInputs(IReadOnlyList<Part> parts, IReadOnlyList<NetworkInput> others)
    {
        (_parts, _others) = (parts, others);
        Width = parts.Sum(part => part.Width);
        Rows = parts[0].Data.Rows;
    }

    /// <summary>Numbers of a row.</summary>
    public int Width { get; }

    public long Rows { get; }

    /// <summary>The single input that varies, with the extents of a row.</summary>
    /// <exception cref="ThermoException">There are several; they are listed.</exception>
    public (OnnxValue Value, long[] Extents) Only => _parts is [var only] ? (only.Value, only.Extents)
        : throw new ThermoException($"Several inputs could vary ({string.Join(", ", _parts.Select(part => part.Value))}): choose one with --input.");

    /// <summary>Chooses the inputs.</summary>
    /// <param name="model">The network.</param>
    /// <param name="data">Its data.</param>
    /// <param name="name">The one that varies; null for every input of real numbers, or where there is none, of whole numbers.</param>
    /// <exception cref="ThermoException">There is no such input, or it has no rows.</exception>
    public static VariedInputs Of(OnnxModel model, NetworkInputs data, string? name)
    {
        IReadOnlyList<OnnxValue> declared = NetworkInputs.Declared(model);
        if (name is not null && declared.All(input => input.Name != name))
            throw new ThermoException($"'{model.Name}' has no input '{name}'. Its inputs: {string.Join(", ", declared)}.");
        (OnnxValue Value, NetworkInput Data)[] all = [.. declared.Select(value => (value, data.All.Single(input => input.Name == value.Name)))];
        (OnnxValue Value, NetworkInput Data)[] varied = name is not null ? [.. all.Where(input => input.Value.Name == name)]
            : [.. all.Where(input => input.Data.RowAxis == 0 && input.Value.ElementType.IsFloating() && Role(input.Value) == InputKind.Numbers)];
        if (varied.Length == 0)
            varied = [.. all.Where(input => input.Data.RowAxis == 0 && Role(input.Value) == InputKind.Ids)];
        if (varied.Length == 0 || varied.Any(input => input.Data.RowAxis != 0))
            throw new ThermoException($"No input of '{model.Name}' has an axis of rows to vary{(name is null ? "" : $" ('{name}' has none)")}. Its inputs: "
                + $"{string.Join(", ", declared)}.");
        return new([.. varied.Select(input => new Part(input.Value, input.Data))], [.. all.Except(varied).Select(input => input.Data)]);

        InputKind Role(OnnxValue input) => InputRole.Of(model, input).Kind;
    }

    /// <summary>Whether what varies are ids.</summary>
    public bool HasIds(OnnxModel model) =>
        _parts is [var only] && !only.Value.ElementType.IsFloating() && InputRole.Of(model, only.Value).Kind == InputKind.Ids;

    /// <summary>One row's numbers.</summary>
    public double[] Row(long row) => [.. _parts.SelectMany(part => part.Data.Row(row))];

    /// <summary>Names of the numbers of a row: those given, else the input's name where it has one number, <c>x0</c>, <c>x1</c>, … of a single input.</summary>
    public IReadOnlyList<string> Names(IReadOnlyList<string>? given)
    {
        if (given is { Count: > 0 })
        {
            return given.Count == Width ? given
                : throw new UnusableDataException($"The data have {given.Count} named columns and the network takes {Width} numbers a row: expected as many.");
        }

        return [.. _parts.SelectMany(part => part.Width == 1 && _parts.Count > 1 ? [part.Value.Name]
            : Enumerable.Range(0, part.Width).Select(i => _parts.Count > 1 ? $"{part.Value.Name}{i}" : $"x{i}"))];
    }

    /// <summary>The inputs of a batch, of some explained row.</summary>
    /// <param name="rows">Numbers, row by row.</param>
    /// <param name="row">The explained row.</param>
    public IEnumerable<NetworkInput> Batch(double[] rows, long row)
    {
        int count = rows.Length / Width, offset = 0;
        foreach (Part part in _parts)
        {
            double[] own = rows;
            if (_parts.Count > 1)
            {
                own = new double[count * part.Width];
                for (int i = 0; i < count; i++)
                    rows.AsSpan((i * Width) + offset, part.Width).CopyTo(own.AsSpan(i * part.Width));
            }

            offset += part.Width;
            yield return NetworkInput.Of(part.Value, [count, .. part.Extents], 0, own);
        }

        foreach (NetworkInput other in _others)
            yield return other.Repeated(row, count);
    }

    private sealed record Part(OnnxValue Value, NetworkInput Data)
    {
        public long[] Extents { get; } = Data.Shape[1..];

        public int Width { get; } = (int)Data.Shape.Skip(1).Aggregate(1L, (a, b) => a * b);
    }
}
