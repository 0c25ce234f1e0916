using ML.Thermo.Initialization;

namespace ML.Thermo.Onnx.Weights;

/// <summary>
/// The law that the weights themselves look drawn from, whatever was assumed: normal or uniform, the nearer one. It is fitted to the middle half,
/// so that what training moved far out does not count.</summary>
[Maturity(Maturity.Estimator)]
public sealed record FittedLaw
{
    private const int Fewest = 8;
    private const double NormalQuartile = 0.67448975019608171; // of standard deviation 1

    private FittedLaw()
    {
    }

    /// <summary><c>normal</c> or <c>uniform</c>.</summary>
    public required string Law { get; init; }

    /// <summary>Its mean: the middle of the quartiles, weight units.</summary>
    public required double Mean { get; init; }

    /// <summary>Its standard deviation by the quartiles, weight units.</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>The largest distance of the two distribution functions, 0 … 1: about 1/√n where the law is right.</summary>
    public required double KolmogorovSmirnov { get; init; }

    /// <summary>The nearer law; null for fewer than eight weights, one that is not finite, or quartiles that coincide.</summary>
    /// <param name="weights">The layer.</param>
    public static FittedLaw? Of(WeightMatrix weights)
    {
        using SortedEntries? sorted = EntryMoments.Of(weights).NotFinite > 0 ? null : SortedEntries.Of(weights);
        return Of(sorted);
    }

    /// <summary>The law that sorted weights look drawn from.</summary>
    internal static FittedLaw? Of(SortedEntries? sorted)
    {
        if (sorted is null || sorted.Count < Fewest)
            return null;
        double low = Quantile(sorted.Values, 0.25), high = Quantile(sorted.Values, 0.75), mean = (low + high) / 2, half = (high - low) / 2;
        if (!(half > 0))
            return null;
        double reach = 2 * half; // of a uniform law whose quartiles these are
        FittedLaw normal = Fit("normal", InitializationLaw.Normal(mean, half / NormalQuartile));
        FittedLaw uniform = Fit("uniform", InitializationLaw.Uniform(mean - reach, mean + reach));
        return normal.KolmogorovSmirnov <= uniform.KolmogorovSmirnov ? normal : uniform;

        FittedLaw Fit(string name, InitializationLaw law) => new()
        {
            Law = name,
            Mean = mean,
            StandardDeviation = law.StandardDeviation,
            KolmogorovSmirnov = new DistributionGap(sorted, law).Supremum(),
        };
    }

    private static double Quantile(ReadOnlySpan<float> sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        return sorted[below] + ((place - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - (double)sorted[below]));
    }
}
