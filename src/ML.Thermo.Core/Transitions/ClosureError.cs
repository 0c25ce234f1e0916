using ML.Thermo.Entropies;

namespace ML.Thermo.Transitions;

/// <summary>A closure on moments of which some are exact, or of a larger sample, and the rest are of a sample: the value is that of the moments
/// that are shown, the error a jackknife over blocks of the sample, with what the error of the shown variance adds.</summary>
internal static class ClosureError
{
    private const int Blocks = 32;

    public static EntropyEstimate Estimate(IEntropyEstimator closure, EnergyMoments shown, EnergyMoments drawn, double[] sample)
    {
        EntropyEstimate value = closure.Estimate(shown, []);
        if (shown.Mean.StandardError > 0 || !double.IsFinite(value.Value))
            return shown.Mean.StandardError > 0 ? closure.Estimate(drawn, []) : value;
        double Of(EnergyMoments part) => closure.Estimate(
            shown with { ThirdCumulant = part.ThirdCumulant, FourthCumulant = part.FourthCumulant }, []).Value;
        double[] left = [.. Enumerable.Range(0, Blocks).Select(block => Of(EnergyMoments.FromSample(Without(sample, block), shown.Floor)))];
        double centre = left.Average(), square = left.Sum(part => (part - centre) * (part - centre)) * (Blocks - 1) / Blocks;
        double step = 1e-3 * shown.Variance.Value;
        double slope = (closure.Estimate(shown with { Variance = shown.Variance with { Value = shown.Variance.Value + step } }, []).Value - value.Value) / step;
        return value with { StandardError = Math.Sqrt(square + Math.Pow(slope * shown.Variance.StandardError, 2)), EnergyCovariance = 0 };
    }

    private static double[] Without(double[] sample, int block) => [.. sample.Where((_, i) => (long)i * Blocks / sample.Length != block)];
}
