using System.Globalization;

namespace ML.Thermo.Onnx.Reading;

/// <summary>One extent of a shape as a model declares it.</summary>
/// <param name="Value">The extent, ≥ 0; null where it is free.</param>
/// <param name="Symbol">The name of a free extent; null where it has none.</param>
public readonly record struct Dimension(long? Value, string? Symbol = null)
{
    /// <summary>A fixed extent.</summary>
    /// <param name="value">≥ 0.</param>
    public static implicit operator Dimension(long value) => new(value);

    /// <summary>A free extent with a name.</summary>
    /// <param name="symbol">The name; equal names stand for equal extents.</param>
    public static implicit operator Dimension(string symbol) => new(null, symbol);

    /// <inheritdoc/>
    public override string ToString() => Value?.ToString(CultureInfo.InvariantCulture) ?? Symbol ?? "?";
}

/// <summary>What kind of thing a value is.</summary>
public enum ValueKind
{
    /// <summary>Not said, or a kind this reader does not know.</summary>
    Unknown,

    /// <summary>A dense tensor.</summary>
    Tensor,

    /// <summary>A sparse tensor.</summary>
    SparseTensor,

    /// <summary>A list of values.</summary>
    Sequence,

    /// <summary>A map from keys to values.</summary>
    Map,

    /// <summary>A value that may be absent.</summary>
    Optional,
}

/// <summary>A named value of a graph with its declared type.</summary>
/// <param name="Name">Unique in its graph.</param>
/// <param name="Kind">What kind of thing it is.</param>
/// <param name="ElementType">The element type of a tensor; <see cref="Reading.ElementType.Undefined"/> for other kinds or where it is not said.</param>
/// <param name="Shape">The declared shape of a tensor, with free extents; null where even the rank is open.</param>
public sealed record OnnxValue(string Name, ValueKind Kind, ElementType ElementType, IReadOnlyList<Dimension>? Shape)
{
    /// <inheritdoc/>
    public override string ToString() => Kind is ValueKind.Tensor or ValueKind.SparseTensor
        ? $"'{Name}' ({ElementType}{(Shape is null ? "" : $"[{string.Join(',', Shape)}]")})"
        : $"'{Name}' ({Kind})";
}
