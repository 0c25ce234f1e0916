using System.Globalization;

namespace ML.Thermo.Audit;

/// <summary>Stated errors beside the spread of what they are errors of, over runs that differ in their seeds alone.</summary>
internal static class Spread
{
    private const int WellMeasuredFrom = 150;

    /// <summary>Of a normal law, 95 % lie within so many standard errors.</summary>
    public const double Normal = 1.959963984540054;

    /// <summary>sd of the values over the median stated error: 1 where the error is right. It may lie in [0.8, 1.3], and with fewer than 150
    /// runs, by their chance, up to three of its own errors beyond.</summary>
    /// <param name="subject">What is stated.</param>
    /// <param name="case">Law and size.</param>
    /// <param name="runs">Values with their errors.</param>
    /// <param name="truth">Where the values should be; NaN: their own mean.</param>
    public static Finding Ratio(string subject, string @case, IReadOnlyCollection<Estimate> runs, double truth = double.NaN)
    {
        double[] values = [.. runs.Select(run => run.Value)], errors = [.. runs.Select(run => run.StandardError).Order()];
        double mean = double.IsNaN(truth) ? values.Average() : truth;
        double deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
        double kurtosis = values.Average(value => Math.Pow((value - mean) / deviation, 4)), ratio = deviation / errors[errors.Length / 2];
        double error = ratio * Math.Sqrt(Math.Max(kurtosis - 1, 0.5) / (4 * values.Length)), chance = values.Length < WellMeasuredFrom ? 3 * Math.Sqrt(1 / (2.0 * values.Length)) : 0;
        return new(subject, $"{@case} ({runs.Count})", "sd/error 1", ratio, error, 0.8 * (1 - chance), 1.3 * (1 + chance));
    }

    /// <summary>How often value ± 1.96 errors holds the truth.</summary>
    public static Finding Coverage(string subject, string @case, IReadOnlyCollection<Estimate> runs, double truth, double least, double most = 1)
    {
        int held = runs.Count(run => Math.Abs(run.Value - truth) <= Normal * run.StandardError);
        return Covered(subject, @case, held, runs.Count, least, most);
    }

    /// <summary>How often an interval holds the truth, against the coverage that is stated for it.</summary>
    public static Finding Covered(string subject, string @case, int held, int runs, double least, double most = 1)
    {
        double share = (double)held / runs, chance = 3 * Math.Sqrt(least * (1 - least) / runs);
        string stated = string.Create(CultureInfo.InvariantCulture, $"{least:0.##} … {most:0.##}");
        return new(subject, $"{@case} ({runs})", stated, share, Math.Sqrt(share * (1 - share) / runs), least - chance, most + chance);
    }
}
