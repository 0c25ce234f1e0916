using System.Globalization;

namespace ML.Thermo.Onnx.Compression;

/// <summary>The widths that a weight may be stored at, in bits. Staying as it is belongs to every menu.</summary>
/// <remarks>8 and 4 are whole numbers that ONNX Runtime dequantises; 16 are half-precision floats; 2, 3, 5, 6 and 7 are packed into bytes.</remarks>
public sealed class CompressionMenu
{
    private static readonly int[] Known = [2, 3, 4, 5, 6, 7, 8, 16];

    private CompressionMenu(int[] bits) => Bits = bits;

    /// <summary>4 and 8 bits: what runtimes keep in memory as it is stored.</summary>
    public static CompressionMenu Common { get; } = new([4, 8]);

    /// <summary>2, 3, 4, 5, 6 and 8 bits.</summary>
    public static CompressionMenu Fine { get; } = new([2, 3, 4, 5, 6, 8]);

    /// <summary>The widths, ascending.</summary>
    public IReadOnlyList<int> Bits { get; }

    /// <summary>A menu of some widths.</summary>
    /// <param name="bits">From 2, 3, 4, 5, 6, 7, 8 and 16; at least one.</param>
    /// <exception cref="ArgumentException">There is none, or one that nothing is stored at.</exception>
    public static CompressionMenu Of(params IReadOnlyList<int> bits)
    {
        ArgumentNullException.ThrowIfNull(bits);
        if (bits.Count == 0 || bits.Any(b => !Known.Contains(b)))
            throw new ArgumentException($"[{string.Join(',', bits)}] is no menu of widths: expected some of {string.Join(", ", Known)} bits.", nameof(bits));
        return new([.. bits.Distinct().Order()]);
    }

    /// <summary>Reads a menu such as <c>4,8</c>.</summary>
    /// <param name="text">Widths with commas between.</param>
    /// <exception cref="ArgumentException">The text is no list of known widths.</exception>
    public static CompressionMenu Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        return parts.All(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? Of([.. parts.Select(part => int.Parse(part, CultureInfo.InvariantCulture))])
            : throw new ArgumentException($"'{text}' is no menu of widths: expected, say, 4,8 (some of {string.Join(", ", Known)} bits).", nameof(text));
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(',', Bits);
}
