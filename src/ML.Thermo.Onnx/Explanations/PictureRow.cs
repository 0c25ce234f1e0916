using ML.Thermo.Explanations;

namespace ML.Thermo.Onnx.Explanations;

/// <summary>How the numbers of a row lie in a picture.</summary>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Width">Pixels of a row.</param>
/// <param name="Channels">Numbers of a pixel.</param>
/// <param name="ChannelsFirst">Whether a channel's pixels lie together.</param>
internal sealed record PictureLayout(int Height, int Width, int Channels, bool ChannelsFirst)
{
    public const int MostChannels = 4;

    /// <summary>The layout of an input whose rows have these extents.</summary>
    /// <exception cref="ThermoException">They are no picture.</exception>
    public static PictureLayout Of(string input, long[] extents) => extents switch
    {
        [<= MostChannels and var channels, var height, var width] => new((int)height, (int)width, (int)channels, true),
        [var height, var width, <= MostChannels and var channels] => new((int)height, (int)width, (int)channels, false),
        [var height, var width] => new((int)height, (int)width, 1, true),
        _ => throw new ThermoException($"A row of '{input}' has the extents [{string.Join(',', extents)}], which is no picture: --superpixels expects "
            + "[channels,height,width], [height,width,channels] or [height,width]."),
    };

    public int At(int pixel, int channel) => ChannelsFirst ? (channel * Height * Width) + pixel : (pixel * Channels) + channel;

    /// <summary>The channels of a pixel together.</summary>
    public double[] Interleave(double[] row)
    {
        double[] pixels = new double[row.Length];
        for (int i = 0; i < row.Length; i++)
            pixels[i] = row[At(i / Channels, i % Channels)];
        return pixels;
    }
}

/// <summary>A picture whose parts are there or filled.</summary>
internal sealed class PictureRow : ExplainedRow
{
    private readonly double[] _row, _fill;
    private readonly PictureLayout _layout;
    private readonly int[][] _pixels;

    /// <param name="row">The picture as the network takes it.</param>
    /// <param name="layout">How it lies.</param>
    /// <param name="parts">The part of each pixel.</param>
    /// <param name="fill">One number a channel.</param>
    public PictureRow(double[] row, PictureLayout layout, int[] parts, double[] fill)
    {
        (_row, _layout, _fill) = (row, layout, fill);
        _pixels = [.. Enumerable.Range(0, parts.Length).GroupBy(pixel => parts[pixel]).OrderBy(part => part.Key).Select(part => part.ToArray())];
        Features = [.. _pixels.Select((pixels, part) => ExplainedFeature.Mask($"p{part}", Describe(pixels)))];
    }

    public override IReadOnlyList<ExplainedFeature> Features { get; }

    public override int Width => _row.Length;

    public override void Fill(ReadOnlySpan<Move> moves, Span<double> row)
    {
        _row.CopyTo(row);
        foreach (Move move in moves)
        {
            foreach (int pixel in _pixels[move.Feature])
            {
                for (int channel = 0; channel < _layout.Channels; channel++)
                    row[_layout.At(pixel, channel)] = _fill[channel];
            }
        }
    }

    private string Describe(int[] pixels)
    {
        int top = pixels.Min(p => p / _layout.Width), left = pixels.Min(p => p % _layout.Width);
        return $"{pixels.Length} pixel{(pixels.Length == 1 ? "" : "s")} from row {top}, column {left}";
    }
}
