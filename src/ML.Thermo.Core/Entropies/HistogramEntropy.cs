namespace ML.Thermo.Entropies;

/// <summary>
/// Entropy of a histogram: S = −Σ f ln f + (occupied bins − 1)/(2N) + ln w, nats: plug-in, Miller and Madow's correction, bin width.</summary>
/// <remarks>
/// <para>Bin width w = 2 IQR N^(−1/3) (Freedman and Diaconis 1981), or 3.49 sd N^(−1/3) where the quartiles coincide. Standard error:
/// sd(ln f over energies)/√N. Bias (its size): the change of S on doubling the width, that on moving the bins by half a width, and the
/// share of energies that are alone or two in their bin, of whose density next to nothing is known.</para></remarks>
[Maturity(Maturity.Estimator, "Miller 1955")]
public sealed class HistogramEntropy : IEntropyEstimator
{
    private const int WellFilledFrom = 100;
    private const int FewInABin = 2;

    /// <inheritdoc/>
    public EntropyMethod Method { get; } = new("Histogram");

    /// <inheritdoc/>
    public bool NeedsSample => true;

    /// <inheritdoc/>
    /// <param name="moments">Not used.</param>
    /// <param name="sample">At least two energies.</param>
    public EntropyEstimate Estimate(EnergyMoments moments, ReadOnlySpan<double> sample)
    {
        double[] sorted = OrderedSample.Of(sample, 2);
        if (OrderedSample.Degenerate(sorted, Method) is { } degenerate)
            return degenerate;
        double n = sorted.Length, variance = EnergyMoments.FromSample(sorted).Variance.Value;
        double quartiles = OrderedSample.InterquartileRange(sorted);
        double width = (quartiles > 0 ? 2 * quartiles : 3.49 * Math.Sqrt(variance)) / Math.Cbrt(n);

        (double entropy, double spread, double withEnergy, int rare) = PlugIn(sorted, width, sorted[0]);
        double shifted = PlugIn(sorted, width, sorted[0] - (width / 2)).Entropy;
        return new EntropyEstimate(entropy, spread / Math.Sqrt(n), Method, n < WellFilledFrom ? Status.SmallSample : Status.Defined)
        {
            Bias = Math.Abs(PlugIn(sorted, 2 * width, sorted[0]).Entropy - entropy) + Math.Abs(shifted - entropy) + (rare / n),
            EnergyCovariance = withEnergy / n,
        };
    }

    private static (double Entropy, double Spread, double WithEnergy, int Rare) PlugIn(double[] sorted, double width, double origin)
    {
        double n = sorted.Length, sum = 0, squares = 0, energies = 0, products = 0, middle = sorted[sorted.Length / 2];
        int bins = 0, rare = 0;
        for (int start = 0, end; start < sorted.Length; start = end, bins++)
        {
            double bin = Math.Floor((sorted[start] - origin) / width);
            for (end = start + 1; end < sorted.Length && Math.Floor((sorted[end] - origin) / width) == bin; end++)
            {
            }

            rare += end - start <= FewInABin ? end - start : 0;
            double log = Math.Log((end - start) / n);
            sum += (end - start) * log;
            squares += (end - start) * log * log;
            double energy = 0;
            for (int i = start; i < end; i++)
                energy += sorted[i] - middle;
            energies += energy;
            products += energy * log;
        }

        double mean = sum / n;
        return (-mean + ((bins - 1) / (2 * n)) + Math.Log(width), Math.Sqrt(Math.Max((squares / n) - (mean * mean), 0)),
            ((mean * energies) - products) / (n - 1), rare);
    }
}
