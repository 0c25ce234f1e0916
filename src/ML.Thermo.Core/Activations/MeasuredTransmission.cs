using ML.Thermo.Numerics;

namespace ML.Thermo.Activations;

/// <summary>The transmission of a layer measured on data: variances before and after the activation, summed over its units.</summary>
/// <remarks>
/// The normal law is a good prior for first layers; deeper, pre-activations are neither centred nor normal, and only the measurement
/// counts. Maturity: estimator.
/// </remarks>
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
            throw new ArgumentException($"Expected at least 2 samples of {units} units before and after, got {pre.Length} and {post.Length} numbers.", nameof(pre));
        double[] preMeans = Means(pre, units, nameof(pre)), postMeans = Means(post, units, nameof(post));

        double[] heatIn = new double[samples], heatOut = new double[samples], shared = new double[samples];
        for (int i = 0; i < pre.Length; i++)
        {
            double z = pre[i] - preMeans[i % units], a = post[i] - postMeans[i % units];
            heatIn[i / units] += z * z;
            heatOut[i / units] += a * a;
            shared[i / units] += a * z;
        }

        double degrees = (samples - 1.0) * units, q = Sum(heatIn) / degrees;
        return new MeasuredTransmission
        {
            InputVariance = q,
            OutputVariance = Sum(heatOut) / degrees,
            Transmission = Ratio(heatOut, heatIn),
            CoherentGain = Ratio(shared, heatIn),
            Status = (q > 0 ? Status.Defined : Status.Undefined) | (samples < 30 ? Status.SmallSample : Status.Defined),
        };
    }

    /// <summary>Σa/Σb with the standard error of a ratio estimator: sd(a − ratio·b)·√n/Σb.</summary>
    private static Estimate Ratio(double[] above, double[] below)
    {
        double sum = Sum(below), ratio = Sum(above) / sum;
        if (!double.IsFinite(ratio))
            return Estimate.Undefined;
        var squares = new CompensatedSum();
        for (int i = 0; i < above.Length; i++)
        {
            double residual = above[i] - (ratio * below[i]);
            squares.Add(residual * residual);
        }

        double n = above.Length;
        return new Estimate(ratio, Math.Sqrt(squares.Value / (n - 1) * n) / sum);
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

    private static double Sum(double[] values)
    {
        var sum = new CompensatedSum();
        foreach (double value in values)
            sum.Add(value);
        return sum.Value;
    }
}
