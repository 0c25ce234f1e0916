namespace ML.Thermo.Onnx.Signals;

/// <summary>
/// The size and the tails of a signal's values, of all units together: what decides whether it can be held in fewer bits. Range and sizes of
/// units are exact; the rest comes from the histogram of <see cref="Sampled"/> of the values, whose bins are an eighth to a sixteenth of their value wide,
/// values even in each.
/// </summary>
[Maturity(Maturity.Estimator)]
public sealed record SignalTails
{
    private const double LargestHalf = 65504, LargestByte = 127, FarOut = 6;
    private const int FewestBins = 8;

    private SignalTails()
    {
    }

    /// <summary>Smallest value; NaN where nothing was seen.</summary>
    public required double Least { get; init; }

    /// <summary>Largest value.</summary>
    public required double Most { get; init; }

    /// <summary>The largest |z|.</summary>
    public double AbsMax => Math.Max(Math.Abs(Least), Math.Abs(Most));

    /// <summary>How many values the histogram holds: every k-th of a batch, k odd, about <see cref="SignalOptions.EntropySample"/> of each.</summary>
    public required long Sampled { get; init; }

    /// <summary>
    /// The |z| that 99.9 % of the values do not exceed; NaN without a histogram. The share beyond it is .001 ± 1.96 √(.001/<see cref="Sampled"/>) (95 %, values
    /// independent), and it is known to its bin, an eighth of itself at most.
    /// </summary>
    public required double P999 { get; init; }

    /// <summary>m₄/m₂² of the values, 3 for a normal law, whose sample then has the error √(24/<see cref="Sampled"/>); NaN without a histogram, or
    /// where it is too coarse for them.</summary>
    public required double Kurtosis { get; init; }

    /// <summary>Share of values more than six standard deviations from the mean, 0 … 1; NaN as <see cref="Kurtosis"/>.</summary>
    public required double OutlierShare { get; init; }

    /// <summary>65504/|z|max: how many times larger the values could be in half precision; below 1 they overflow. ∞ for values that are all zero.</summary>
    public double HalfHeadroom => LargestHalf / AbsMax;

    /// <summary>10 log₁₀ Σz²/Σ(z − ẑ)², decibels, ẑ the value rounded to one of 255 levels from −|z|max to |z|max; NaN as <see cref="P999"/>.</summary>
    public required double Int8SignalToNoise { get; init; }

    /// <summary>The largest |z| of each unit; 0 for one of which nothing was seen.</summary>
    public required IReadOnlyList<double> UnitAbsMax { get; init; }

    internal static SignalTails Of(SignalSums sums)
    {
        int[] seen = [.. Enumerable.Range(0, sums.Units).Where(unit => sums.Least(unit) <= sums.Most(unit))];
        double least = seen.Select(sums.Least).DefaultIfEmpty(double.NaN).Min(), most = seen.Select(sums.Most).DefaultIfEmpty(double.NaN).Max();
        IReadOnlyList<SignalBin> bins = sums.Distribution;
        (double kurtosis, double outliers) = Moments(bins);
        return new()
        {
            Least = least,
            Most = most,
            Sampled = (long)bins.Sum(bin => bin.Count),
            P999 = Quantile(bins, 0.999, Math.Max(Math.Abs(least), Math.Abs(most))),
            Kurtosis = kurtosis,
            OutlierShare = outliers,
            Int8SignalToNoise = SignalToNoise(bins, Math.Max(Math.Abs(least), Math.Abs(most)) / LargestByte),
            UnitAbsMax = [.. Enumerable.Range(0, sums.Units).Select(unit =>
                sums.Least(unit) <= sums.Most(unit) ? Math.Max(Math.Abs(sums.Least(unit)), Math.Abs(sums.Most(unit))) : 0)],
        };
    }

    private static (double Kurtosis, double OutlierShare) Moments(IReadOnlyList<SignalBin> bins)
    {
        double total = bins.Sum(bin => bin.Count);
        if (bins.Count < FewestBins)
            return (double.NaN, double.NaN);
        double mean = bins.Sum(bin => bin.Count * ((bin.From / 2) + (bin.To / 2))) / total;
        double second = bins.Sum(bin => bin.Count * Power(bin, mean, 2)) / total, fourth = bins.Sum(bin => bin.Count * Power(bin, mean, 4)) / total;
        double limit = FarOut * Math.Sqrt(second);
        double inside = bins.Sum(bin => bin.Count * ShareWithin(bin, mean - limit, mean + limit));
        return (fourth / (second * second), Math.Max(total - inside, 0) / total);
    }

    /// <summary>The mean of (z − centre)ᵖ over a bin.</summary>
    private static double Power(SignalBin bin, double centre, int power)
    {
        double a = bin.From - centre, b = bin.To - centre;
        return b == a ? Math.Pow(a, power) : (Math.Pow(b, power + 1) - Math.Pow(a, power + 1)) / ((power + 1) * (b - a));
    }

    private static double ShareWithin(SignalBin bin, double low, double high) => bin.To > bin.From
        ? Math.Max(Math.Min(bin.To, high) - Math.Max(bin.From, low), 0) / (bin.To - bin.From)
        : bin.From >= low && bin.From <= high ? 1 : 0;

    private static double Quantile(IReadOnlyList<SignalBin> bins, double share, double largest)
    {
        // From the far end: what is beyond the quantile is little, and exact in number.
        double total = bins.Sum(bin => bin.Count), beyond = (1 - share) * total;
        IEnumerable<SignalBin> sizes = bins.Select(bin => bin.From < 0 ? new SignalBin(-bin.To, -bin.From, bin.Count) : bin)
            .GroupBy(bin => (bin.From, bin.To)).Select(same => new SignalBin(same.Key.From, same.Key.To, same.Sum(bin => bin.Count)))
            .OrderByDescending(bin => bin.To);
        foreach (SignalBin bin in sizes)
        {
            double to = Math.Min(bin.To, largest), from = Math.Min(bin.From, to);
            if (bin.Count >= beyond)
                return to - ((to - from) * (beyond / bin.Count));
            beyond -= bin.Count;
        }

        return double.NaN;
    }

    private static double SignalToNoise(IReadOnlyList<SignalBin> bins, double step)
    {
        double signal = bins.Sum(bin => bin.Count * Power(bin, 0, 2));
        double noise = bins.Sum(bin => bin.Count * Rounding(bin.From / step, bin.To / step)) * step * step;
        return signal > 0 && step > 0 ? 10 * Math.Log10(signal / noise) : double.NaN;
    }

    /// <summary>The mean over an interval of (u − round u)².</summary>
    private static double Rounding(double from, double to)
    {
        return to > from ? (Integral(to) - Integral(from)) / (to - from) : Math.Pow(from - Math.Round(from), 2);

        static double Integral(double u)
        {
            double n = Math.Round(u);
            return (n / 12) + (Math.Pow(u - n, 3) / 3);
        }
    }
}
