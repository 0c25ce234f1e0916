using ML.Thermo.Initialization;

namespace ML.Thermo.Onnx.Weights;

/// <summary>How far a layer's weights have moved from the law they are taken to have been drawn from.</summary>
/// <remarks>
/// Distances between the weights' empirical distribution F_n and the law F, exact but for rounding: the law is evaluated only
/// at those of the sorted weights where it matters. The law is an assumption: an imported network does not carry it.</remarks>
[Maturity(Maturity.Theorem, "definitions")]
public sealed record InitializationDistance
{
    private InitializationDistance()
    {
    }

    /// <summary>The law of comparison.</summary>
    public required InitializationLaw Law { get; init; }

    /// <summary>sup |F_n − F|, 0 … 1. Fresh draws give 0.87/√n on average; above 1.63/√n one layer in a hundred.</summary>
    public required double KolmogorovSmirnov { get; init; }

    /// <summary>∫ |F_n − F| dw, weight units: the mean distance over which weights must be moved to make the two equal.</summary>
    public required double Wasserstein { get; init; }

    /// <summary>Variance of the weights over that of the law; infinite or NaN for a constant law.</summary>
    public required double VarianceRatio { get; init; }

    /// <summary>Distances of a layer from a law.</summary>
    /// <param name="weights">The layer; double-precision weights are rounded to single precision.</param>
    /// <param name="law">The law before training.</param>
    /// <exception cref="ArgumentNullException">The law is null.</exception>
    public static InitializationDistance Of(WeightMatrix weights, InitializationLaw law)
    {
        ArgumentNullException.ThrowIfNull(law);
        EntryMoments moments = EntryMoments.Of(weights);
        using SortedEntries? sorted = moments.NotFinite > 0 ? null : SortedEntries.Of(weights);
        return Of(sorted, law, moments);
    }

    /// <summary>The distances from sorted weights; NaN where there are none because some are not finite.</summary>
    internal static InitializationDistance Of(SortedEntries? sorted, InitializationLaw law, EntryMoments moments)
    {
        (double kolmogorov, double wasserstein) = sorted is null ? (double.NaN, double.NaN)
            : law.Variance == 0 ? FromConstant(sorted.Values, law.Mean)
            : (new DistributionGap(sorted, law).Supremum(), new DistributionGap(sorted, law).Integral());
        return new()
        {
            Law = law,
            KolmogorovSmirnov = kolmogorov,
            Wasserstein = wasserstein,
            VarianceRatio = moments.Variance / law.Variance,
        };
    }

    private static (double Kolmogorov, double Wasserstein) FromConstant(ReadOnlySpan<float> sorted, double value)
    {
        int below = 0, above = 0;
        double sum = 0;
        foreach (float x in sorted)
        {
            below += x < value ? 1 : 0;
            above += x > value ? 1 : 0;
            sum += Math.Abs(x - value);
        }

        return ((double)Math.Max(below, above) / sorted.Length, sum / sorted.Length);
    }
}
