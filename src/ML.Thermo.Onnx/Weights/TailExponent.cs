using System.Runtime.Intrinsics;

namespace ML.Thermo.Onnx.Weights;

/// <summary>
/// The power law p(x) ∝ x^(−α) that fits the upper tail of a sample best: for every possible start x_min the maximum-likelihood
/// α = 1 + n/Σ ln(x/x_min); of all starts the one with the smallest Kolmogorov–Smirnov distance.</summary>
/// <remarks>
/// Source: Clauset, Shalizi and Newman, SIAM Review 51, 2009, with their convention for the distance (the empirical
/// distribution just below each point), which WeightWatcher shares: numbers can be compared digit by digit.</remarks>
[Maturity(Maturity.Estimator, "that a spectrum follows a power law at all is not implied; the distance says how well it does")]
public sealed record TailExponent
{
    /// <summary>A tail of fewer points than this is flagged <see cref="Status.SmallSample"/>.</summary>
    public const int ReliableTail = 50;

    private const int CoarsePoints = 64;

    private TailExponent()
    {
    }

    /// <summary>α &gt; 1; NaN where fewer than two different positive values exist. It states no error: the start is chosen by the same sample, so over samples
    /// of one power law α scatters 1.25 to 1.5 times as far as <see cref="ErrorGivenStart"/> says (docs/evidence.md), and eigenvalues of a matrix are not
    /// even independent.</summary>
    public required Estimate Alpha { get; init; }

    /// <summary>(α − 1)/√n, what the error of α would be if the values were independent and the start had been given. Too small as an error of α.</summary>
    public double ErrorGivenStart => (Alpha.Value - 1) / Math.Sqrt(Count);

    /// <summary>Where the tail starts, unit of the sample.</summary>
    public required double Start { get; init; }

    /// <summary>n, the number of points in the tail; fractional where the sample carries fractional counts.</summary>
    public required double Count { get; init; }

    /// <summary>Largest distance between the tail's distribution and the power law, 0 … 1.</summary>
    public required double KolmogorovDistance { get; init; }

    /// <summary><see cref="Status.SmallSample"/> for a short tail, <see cref="Status.Undefined"/> where there is no tail.</summary>
    public required Status Status { get; init; }

    internal static TailExponent Undefined { get; } = new()
    {
        Alpha = Estimate.Undefined,
        Start = double.NaN,
        Count = 0,
        KolmogorovDistance = double.NaN,
        Status = Status.Undefined,
    };

    /// <summary>Fits the upper tail of a sample.</summary>
    /// <param name="sample">Any order; values that are not positive are left out.</param>
    public static TailExponent Fit(ReadOnlySpan<double> sample)
    {
        double[] values = sample.ToArray();
        Array.Sort(values);
        values = [.. values.Where(x => x > 0)];
        return Best(new([.. values], [.. values.Select(_ => 1.0)]));
    }

    internal static TailExponent Fit(SpectralMeasure measure, double above)
    {
        SpectralMeasure.Replica pooled = measure.Pooled();
        int first = Array.FindIndex(pooled.Values, x => x > above);
        if (first < 0)
            return Undefined;
        return Best(new(pooled.Values[first..], pooled.Weights[first..]));
    }

    /// <summary>Fits ascending positive values with their counts.</summary>
    private static TailExponent Best(SpectralMeasure.Replica sample)
    {
        int count = sample.Values.Length;
        double[] logs = [.. sample.Values.Select(x => Math.Log(x))];
        var below = new double[count + 1]; // counts strictly before each value
        for (int i = 0; i < count; i++)
            below[i + 1] = below[i] + sample.Weights[i];

        TailExponent best = Undefined;
        double least = double.PositiveInfinity, sumOfLogs = 0;
        for (int i = count - 1; i >= 0; i--)
        {
            double tail = below[count] - below[i];
            sumOfLogs += sample.Weights[i] * logs[i];
            double exponent = tail / (sumOfLogs - (tail * logs[i]));
            bool startsHere = i == 0 || logs[i - 1] < logs[i];
            if (!startsHere || logs[i] == logs[^1] || !double.IsFinite(exponent))
                continue;
            double distance = Distance(logs.AsSpan(i), below.AsSpan(i, count - i), exponent, tail, least);
            if (distance <= least)
            {
                least = distance;
                best = new()
                {
                    Alpha = new(1 + exponent, double.NaN),
                    Start = sample.Values[i],
                    Count = tail,
                    KolmogorovDistance = distance,
                    Status = tail < ReliableTail ? Status.SmallSample : Status.Defined,
                };
            }
        }

        return best;
    }

    /// <summary>max |1 − (x/x_min)^(1−α) − S(x)|; stops early once it exceeds <paramref name="limit"/>.</summary>
    private static double Distance(ReadOnlySpan<double> logs, ReadOnlySpan<double> below, double exponent, double tail, double limit)
    {
        double start = logs[0], before = below[0], largest = 0;
        for (int i = 0; i < logs.Length && largest <= limit; i += 1 + ((logs.Length - 1) / CoarsePoints)) // most starts are ruled out by these
            largest = Math.Max(largest, Math.Abs(1 - Math.Exp(-exponent * (logs[i] - start)) - ((below[i] - before) / tail)));
        if (logs.Length <= CoarsePoints)
            return largest; // these were all
        for (int i = 0; i < logs.Length && largest <= limit; i += Vector256<double>.Count)
        {
            int at = Math.Min(i, logs.Length - Vector256<double>.Count); // the last vector overlaps the one before
            Vector256<double> law = Vector256<double>.One - Vector256.Exp((Vector256.Create(logs[at..]) - Vector256.Create(start)) * -exponent);
            Vector256<double> empirical = (Vector256.Create(below[at..]) - Vector256.Create(before)) / Vector256.Create(tail);
            Vector256<double> gap = Vector256.Abs(law - empirical);
            Vector128<double> pair = Vector128.Max(gap.GetLower(), gap.GetUpper());
            largest = Math.Max(largest, Math.Max(pair[0], pair[1]));
        }

        return largest;
    }
}
