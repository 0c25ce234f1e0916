namespace ML.Thermo.Onnx.Explanations;

/// <summary>CIE Lab of pixels, whose distances are about as large as they look.</summary>
internal static class LabColour
{
    /// <summary>The colours of pixels of any range: the picture is scaled to [0, 1]. Three channels are sRGB; of any other number the mean is a grey.</summary>
    /// <param name="pixels">The channels of a pixel together.</param>
    /// <param name="count">Number of pixels.</param>
    public static (double L, double A, double B)[] Of(ReadOnlySpan<double> pixels, int count)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (double value in pixels)
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        double range = high > low ? high - low : 1;
        int channels = pixels.Length / count;
        var colours = new (double, double, double)[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<double> own = pixels.Slice(i * channels, channels);
            double sum = 0;
            foreach (double value in own)
                sum += (value - low) / range;
            colours[i] = channels == 3 ? Lab((own[0] - low) / range, (own[1] - low) / range, (own[2] - low) / range) : (100 * sum / channels, 0, 0);
        }

        return colours;
    }

    public static double Square((double L, double A, double B) p, (double L, double A, double B) q)
    {
        double l = p.L - q.L, a = p.A - q.A, b = p.B - q.B;
        return (l * l) + (a * a) + (b * b);
    }

    /// <summary>sRGB to Lab under D65 (IEC 61966-2-1; CIE 15).</summary>
    private static (double L, double A, double B) Lab(double red, double green, double blue)
    {
        double r = Linear(red), g = Linear(green), b = Linear(blue);
        double x = F(((0.4124564 * r) + (0.3575761 * g) + (0.1804375 * b)) / 0.95047), y = F((0.2126729 * r) + (0.7151522 * g) + (0.0721750 * b));
        double z = F(((0.0193339 * r) + (0.1191920 * g) + (0.9503041 * b)) / 1.08883);
        return ((116 * y) - 16, 500 * (x - y), 200 * (y - z));
    }

    private static double Linear(double c) => c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);

    private static double F(double t) => t > 216.0 / 24389 ? Math.Cbrt(t) : ((24389.0 / 27 * t) + 16) / 116;
}
