using System.Globalization;

namespace ML.Thermo.Onnx.Explanations;

/// <summary>How a picture is cut into parts.</summary>
[Maturity(Maturity.Estimator, "parts are a choice")]
public abstract record Superpixels
{
    private Superpixels()
    {
    }

    /// <summary>Equal rectangles.</summary>
    /// <param name="rows">How many above one another.</param>
    /// <param name="columns">How many side by side.</param>
    public static Superpixels Grid(int rows, int columns) => rows > 0 && columns > 0 ? new Rectangles(rows, columns)
        : throw new ArgumentException($"A grid of {rows}x{columns} superpixels has no part: expected, say, 4x4.");

    /// <summary>About so many parts of like colour.</summary>
    /// <param name="count">≥ 2.</param>
    public static Superpixels Slic(int count) => count >= 2 ? new Clusters(count)
        : throw new ArgumentException($"slic:{count} is too few: expected at least 2 superpixels, as in slic:50.");

    /// <summary>Reads <c>4x4</c> or <c>slic:50</c>.</summary>
    /// <exception cref="ArgumentException">The text is neither.</exception>
    public static Superpixels Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith("slic:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int count))
            return Slic(count);
        string[] parts = text.Split('x');
        if (parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int rows)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int columns))
        {
            return Grid(rows, columns);
        }

        throw new ArgumentException($"'{text}' are no superpixels: expected ROWSxCOLUMNS, as in 4x4, or slic:COUNT, as in slic:50.");
    }

    /// <summary>The part of each pixel, from 0, row by row.</summary>
    /// <param name="pixels">Row by row, the channels of a pixel together.</param>
    /// <param name="height">Rows of pixels.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <exception cref="UnusableDataException">The picture cannot be cut so.</exception>
    internal abstract int[] Cut(ReadOnlySpan<double> pixels, int height, int width);

    private sealed record Rectangles(int Rows, int Columns) : Superpixels
    {
        internal override int[] Cut(ReadOnlySpan<double> pixels, int height, int width)
        {
            if (height % Rows != 0 || width % Columns != 0)
                throw new UnusableDataException($"{Rows}x{Columns} superpixels do not divide a picture of {height}x{width} pixels: expected divisors of "
                    + $"{height} and {width}, or slic:COUNT.");
            int[] parts = new int[height * width];
            for (int i = 0; i < parts.Length; i++)
                parts[i] = (i / width / (height / Rows) * Columns) + (i % width / (width / Columns));
            return parts;
        }
    }

    private sealed record Clusters(int Count) : Superpixels
    {
        internal override int[] Cut(ReadOnlySpan<double> pixels, int height, int width) =>
            Count <= height * width / 4 ? new SlicSegmentation(pixels, height, width).Cut(Count)
                : throw new UnusableDataException($"slic:{Count} is too many for a picture of {height}x{width} pixels: expected at most {height * width / 4}.");
    }
}
