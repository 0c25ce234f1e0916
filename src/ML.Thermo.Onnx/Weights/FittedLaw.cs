using System.Numerics.Tensors;
using ML.Thermo.Initialization;

namespace ML.Thermo.Onnx.Weights;

/// <summary>
/// The law that the weights themselves look drawn from, whatever was assumed: normal or uniform, the nearer one. It is fitted to the middle half,
/// so that what training moved far out does not count.</summary>
[Maturity(Maturity.Estimator)]
public sealed record FittedLaw
{
    private const int MostEntries = 1 << 16;
    private const double NormalQuartile = 0.67448975019608171, UniformQuartile = 0.86602540378443865; // of standard deviation 1

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
    /// <param name="weights">The layer; of more than 65,536 weights every k-th enters, k odd.</param>
    public static FittedLaw? Of(WeightMatrix weights)
    {
        double[] sample = weights.IsSingle ? Sample(weights.Gather(weights.Single)) : Sample(weights.Gather(weights.Double));
        if (sample.Length < 8 || Array.Exists(sample, x => !double.IsFinite(x)))
            return null;
        Array.Sort(sample);
        double low = Quantile(sample, 0.25), high = Quantile(sample, 0.75), mean = (low + high) / 2, half = (high - low) / 2;
        if (!(half > 0))
            return null;
        FittedLaw normal = Fit("normal", half / NormalQuartile), uniform = Fit("uniform", half / UniformQuartile);
        return normal.KolmogorovSmirnov <= uniform.KolmogorovSmirnov ? normal : uniform;

        FittedLaw Fit(string law, double deviation)
        {
            InitializationLaw distribution = law == "normal" ? InitializationLaw.Normal(mean, deviation)
                : InitializationLaw.Uniform(mean - (Math.Sqrt(3) * deviation), mean + (Math.Sqrt(3) * deviation));
            double worst = 0;
            for (int i = 0; i < sample.Length; i++)
            {
                double value = Cumulative(distribution, sample[i]);
                worst = Math.Max(worst, Math.Max(Math.Abs(value - (i / (double)sample.Length)), Math.Abs(value - ((i + 1) / (double)sample.Length))));
            }

            return new() { Law = law, Mean = mean, StandardDeviation = deviation, KolmogorovSmirnov = worst };
        }
    }

    private static double Cumulative(InitializationLaw law, double x) => law is NormalLaw
        ? MathNet.Numerics.Distributions.Normal.CDF(law.Mean, law.StandardDeviation, x)
        : Math.Clamp(0.5 + ((x - law.Mean) / (2 * Math.Sqrt(3) * law.StandardDeviation)), 0, 1);

    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        return sorted[below] + ((place - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
    }

    private static double[] Sample<T>(ReadOnlySpan<T> entries)
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        int stride = entries.Length <= MostEntries ? 1 : (entries.Length / MostEntries) | 1;
        double[] sample = new double[(entries.Length + stride - 1) / stride];
        for (int i = 0; i < sample.Length; i++)
            sample[i] = double.CreateTruncating(entries[i * stride]);
        return sample;
    }
}
