using ML.Thermo.Ising;

namespace ML.Thermo.Cli.Ising;

/// <summary>The demonstration in words, from its numbers.</summary>
internal static class IsingSummary
{
    public static IEnumerable<string> Of(IReadOnlyList<IsingFinding> findings)
    {
        int numbers = findings.Sum(finding => 2 * finding.Measurements.Count), far = numbers - findings.Sum(finding => finding.Within(4));
        yield return $"{findings.Sum(finding => finding.Within(1))} of {numbers} sampled energies and heat capacities lie within one error of the exact ones "
            + $"(two thirds would), {far} beyond four.";
        IsingFinding last = findings[^1];
        yield return $"The first principal component of the raw spins is the magnetisation (overlap {Numbers.Brief(last.Overlap)} at L = {last.Size}); "
            + $"its share of the variance, {Numbers.Brief(last.FirstShare)}, is the mean of m².";
        yield return $"A layer that was trained below T = {IsingLayer.LowestLeftOut} and above {IsingLayer.HighestLeftOut} alone thresholds |m|; at L = "
            + $"{last.Size} its output passes ½ at T = {Numbers.Brief(last.Layer.Crossing)}.";
        if (Extrapolated(findings) is { } critical)
            yield return $"The scan's peaks in ln T are those of the heat capacity, as far as the grid resolves them. Extrapolated from L = "
                + $"{critical.Small} and {critical.Large}: T_c = {Numbers.Show(critical.At)}, to which the width of the grid's cells adds.";
        yield return $"Exactly, T_c = 2/ln(1 + √2) = {Numbers.Long(InfiniteLattice.CriticalTemperature)}.";
    }

    /// <summary>T_c = 2T(2L) − T(L), as the distance falls like 1/L.</summary>
    private static (int Small, int Large, Estimate At)? Extrapolated(IReadOnlyList<IsingFinding> findings)
    {
        for (int i = findings.Count - 1; i > 0; i--)
        {
            IsingFinding large = findings[i], small = findings[i - 1];
            if (large.Size == 2 * small.Size && large.Peak.IsDefined && small.Peak.IsDefined)
            {
                double error = Math.Sqrt((4 * Math.Pow(large.Peak.StandardError, 2)) + Math.Pow(small.Peak.StandardError, 2));
                return (small.Size, large.Size, new((2 * large.Peak.Value) - small.Peak.Value, error));
            }
        }

        return null;
    }
}
