using ML.Thermo.Numerics;

namespace ML.Thermo.Activations;

/// <summary>The transmission of a layer measured on data: variances before and after the activation, summed over its units.</summary>
/// <remarks>
/// The normal law is a good prior for first layers; deeper, pre-activations are neither centred nor normal, and only the measurement
/// counts.</remarks>
[Maturity(Maturity.Estimator)]
public sealed record MeasuredTransmission
{
    private MeasuredTransmission()
    {
    }

    /// <summary>q: variance of the pre-activations over the samples, mean over the units.</summary>
    public required double InputVariance { get; init; }

    /// <summary>Variance of the activations over the samples, mean over the units.</summary>
    public required double OutputVariance { get; init; }

    /// <summary>τ = Σ Var(post)/Σ Var(pre) over the units; standard error by the delta method over independent samples.</summary>
    public required Estimate Transmission { get; init; }

    /// <summary>b = Σ Cov(post, pre)/Σ Var(pre) over the units; standard error likewise.</summary>
    public required Estimate CoherentGain { get; init; }

    /// <summary><see cref="Status.Undefined"/> where the pre-activations do not vary, <see cref="Status.SmallSample"/> below 30 samples.</summary>
    public required Status Status { get; init; }

    /// <summary>η = 1 − τ.</summary>
    public Estimate Efficiency => Transmission with { Value = 1 - Transmission.Value };

    /// <summary>Measures a layer.</summary>
    /// <param name="pre">samples × units pre-activations, sample by sample.</param>
    /// <param name="post">The activations, in the same order.</param>
    /// <param name="units">Number of units, ≥ 1.</param>
    /// <exception cref="ArgumentException">The lengths differ, do not fill whole samples, or hold fewer than two samples.</exception>
    /// <exception cref="UnusableDataException">A number is not finite.</exception>
    public static MeasuredTransmission Of(ReadOnlySpan<double> pre, ReadOnlySpan<double> post, int units = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(units);
        int samples = pre.Length / units;
        if (pre.Length != post.Length || samples * units != pre.Length || samples < 2)
            throw new ArgumentException($"Expected at least 2 samples of {units} units before and after, got {pre.Length} and {post.Length} numbers.",
                nameof(pre));
        double[] preMeans = Means(pre, units, nameof(pre)), postMeans = Means(post, units, nameof(post));

        double[] heatIn = new double[samples], heatOut = new double[samples], shared = new double[samples];
        for (int i = 0; i < pre.Length; i++)
        {
            double z = pre[i] - preMeans[i % units], a = post[i] - postMeans[i % units];
            heatIn[i / units] += z * z;
            heatOut[i / units] += a * a;
            shared[i / units] += a * z;
        }

        double degrees = (samples - 1.0) * units, q = RatioEstimate.Sum(heatIn) / degrees;
        return new MeasuredTransmission
        {
            InputVariance = q,
            OutputVariance = RatioEstimate.Sum(heatOut) / degrees,
            Transmission = RatioEstimate.Of(heatOut, heatIn),
            CoherentGain = RatioEstimate.Of(shared, heatIn),
            Status = (q > 0 ? Status.Defined : Status.Undefined) | (samples < 30 ? Status.SmallSample : Status.Defined),
        };
    }

    private static double[] Means(ReadOnlySpan<double> values, int units, string name)
    {
        var sums = new CompensatedSum[units];
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
                throw new UnusableDataException($"Sample {(i / units) + 1}, unit {(i % units) + 1} of '{name}' is {values[i]}: expected a finite number.");
            sums[i % units].Add(values[i]);
        }

        int samples = values.Length / units;
        return [.. sums.Select(sum => sum.Value / samples)];
    }
}
