using System.Globalization;

namespace ML.Thermo.Report.Figures;

/// <summary>One direction of a figure: from numbers to positions, with ticks at round numbers.</summary>
/// <param name="low">The least number shown.</param>
/// <param name="high">The largest.</param>
/// <param name="isLogarithmic">Whether equal ratios are equal distances.</param>
internal sealed class Axis(double low, double high, bool isLogarithmic)
{
    private const int WantedTicks = 6;

    /// <summary>From the first ratio on a logarithmic axis has ticks at 1, 2 and 5 of every power of ten, from the second on at powers alone.</summary>
    private const double LeastLogarithmicRatio = 5, MostSplitRatio = 50;

    private static readonly int[] s_steps = [1, 2, 5];

    /// <summary>The axis that shows these numbers with a little air; those that it cannot show are left out.</summary>
    public static Axis Around(IEnumerable<double> numbers, bool isLogarithmic)
    {
        double[] shown = [.. numbers.Where(x => double.IsFinite(x) && (!isLogarithmic || x > 0))];
        (double low, double high) = shown.Length == 0 ? (isLogarithmic ? 1 : 0, isLogarithmic ? 10 : 1) : (shown.Min(), shown.Max());
        if (isLogarithmic)
            return low == high ? new(low / 2, high * 2, true) : new(low, high, true);
        double air = high > low ? 0.04 * (high - low) : Math.Max(Math.Abs(high), 1) / 2;
        return new(low - air, high + air, false);
    }

    /// <summary>Where a number lies: 0 at the low end, 1 at the high end; NaN for what has no place.</summary>
    public double Place(double x) => isLogarithmic ? Math.Log(x / low) / Math.Log(high / low) : (x - low) / (high - low);

    /// <summary>Round numbers inside the axis, with their labels.</summary>
    public IEnumerable<(double Value, string Label)> Ticks()
    {
        if (isLogarithmic && high / low is >= LeastLogarithmicRatio and < MostSplitRatio)
        {
            for (int power = (int)Math.Floor(Math.Log10(low)); power <= Math.Log10(high); power++)
            {
                foreach (double tick in s_steps.Select(times => times * Math.Pow(10, power)))
                {
                    if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9))
                        yield return (tick, tick.ToString("G6", CultureInfo.InvariantCulture));
                }
            }

            yield break;
        }

        if (isLogarithmic && high / low >= MostSplitRatio)
        {
            int step = Math.Max(1, (int)(Math.Log10(high / low) / WantedTicks));
            for (int power = (int)Math.Ceiling(Math.Log10(low) - 1e-9); power <= Math.Log10(high) + 1e-9; power += step)
                yield return (Math.Pow(10, power), Math.Pow(10, power).ToString(power is >= -3 and <= 4 ? "G6" : "0e+0", CultureInfo.InvariantCulture));
            yield break;
        }

        double raw = (high - low) / WantedTicks, scale = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double width = scale * (raw / scale) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
        for (double i = Math.Ceiling(low / width); i * width <= high; i++)
            yield return (i * width, ((i * width) + 0.0).ToString("G6", CultureInfo.InvariantCulture)); // + 0.0: no −0
    }
}
