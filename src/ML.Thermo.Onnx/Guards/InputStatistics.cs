using ML.Thermo.Onnx.Explanations;

namespace ML.Thermo.Onnx.Guards;

/// <summary>
/// Plain numbers of a row, without any network: of a picture its brightness, contrast, roughness, skewness and kurtosis, and the brightness of each
/// colour; of columns the numbers themselves, or where there are many, the same five. Least and most values are none of them: they hardly vary, and
/// one row in which they do would set the threshold.
/// </summary>
internal sealed class InputStatistics
{
    private const int MostColumns = 32;

    private readonly RowLayout _input;
    private readonly double _floor;

    /// <param name="input">How the rows lie.</param>
    /// <param name="unit">A deviation of the numbers; variances below 10⁻⁶ of its square are one.</param>
    public InputStatistics(RowLayout input, double unit)
    {
        _input = input;
        Unit = unit;
        _floor = 1e-6 * unit * unit;
        int colours = input.Picture is { Channels: > 1 and var channels } ? channels : 0;
        Names = HasColumns
            ? [.. Enumerable.Range(0, input.Length).Select(column => $"x{column}")]
            : ["mean", "contrast", "roughness", "skewness", "kurtosis", .. Enumerable.Range(0, colours).Select(channel => $"channel{channel}")];
    }

    /// <summary>The deviation.</summary>
    public double Unit { get; }

    /// <summary>What they are called.</summary>
    public IReadOnlyList<string> Names { get; }

    private bool HasColumns => _input.Picture is null && _input.Length <= MostColumns;

    /// <summary>The statistics of a row.</summary>
    public double[] Of(double[] row)
    {
        if (HasColumns)
            return row;
        double mean = row.Average(), variance = row.Average(x => (x - mean) * (x - mean)), sd = Math.Sqrt(variance + _floor);
        double[] statistics = new double[Names.Count];
        statistics[0] = mean;
        statistics[1] = Math.Log(sd);
        statistics[2] = Math.Log((Roughness(row) + _floor) / (variance + _floor)) / 2;
        statistics[3] = row.Average(x => Math.Pow((x - mean) / sd, 3));
        statistics[4] = Math.Log(1 + row.Average(x => Math.Pow((x - mean) / sd, 4)));
        for (int channel = 0; channel < Names.Count - 5; channel++)
            statistics[5 + channel] = ChannelMean(row, channel) - mean;
        return statistics;
    }

    /// <summary>Mean square of the difference between neighbours: below, to the right, or the next.</summary>
    private double Roughness(double[] row)
    {
        double sum = 0;
        long count = 0;
        if (_input.Picture is not { } picture)
        {
            for (int i = 1; i < row.Length; i++)
                sum += (row[i] - row[i - 1]) * (row[i] - row[i - 1]);
            return sum / Math.Max(row.Length - 1, 1);
        }

        for (int pixel = 0; pixel < picture.Height * picture.Width; pixel++)
        {
            for (int channel = 0; channel < picture.Channels; channel++)
            {
                double here = row[picture.At(pixel, channel)];
                if ((pixel % picture.Width) + 1 < picture.Width)
                    Add(here - row[picture.At(pixel + 1, channel)]);
                if (pixel + picture.Width < picture.Height * picture.Width)
                    Add(here - row[picture.At(pixel + picture.Width, channel)]);
            }
        }

        return sum / count;

        void Add(double difference)
        {
            sum += difference * difference;
            count++;
        }
    }

    private double ChannelMean(double[] row, int channel)
    {
        PictureLayout picture = _input.Picture!;
        int pixels = picture.Height * picture.Width;
        double sum = 0;
        for (int pixel = 0; pixel < pixels; pixel++)
            sum += row[picture.At(pixel, channel)];
        return sum / pixels;
    }
}
