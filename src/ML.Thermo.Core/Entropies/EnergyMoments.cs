using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using ML.Thermo.Numerics;

namespace ML.Thermo.Entropies;

/// <summary>Moments of an energy distribution, the input of the analytic entropy closures.</summary>
/// <param name="Mean">⟨E⟩, loss units.</param>
/// <param name="Variance">Var E, loss units squared; ≥ 0.</param>
/// <param name="ThirdCumulant">Third cumulant, loss units cubed; NaN where unknown.</param>
/// <param name="FourthCumulant">Fourth cumulant, loss units to the fourth; NaN where unknown.</param>
/// <param name="Floor">E₀, lowest possible energy, loss units; NaN where unknown.</param>
[Maturity(Maturity.Theorem, "definitions")]
public readonly record struct EnergyMoments(
    Estimate Mean, Estimate Variance, double ThirdCumulant = double.NaN, double FourthCumulant = double.NaN, double Floor = double.NaN)
{
    /// <summary>g₁ = K₃/V^(3/2), dimensionless.</summary>
    public double Skewness => ThirdCumulant / Math.Pow(Variance.Value, 1.5);

    /// <summary>g₂ = K₄/V², dimensionless.</summary>
    public double ExcessKurtosis => FourthCumulant / (Variance.Value * Variance.Value);

    /// <summary>
    /// <see cref="Status.PointState"/> where the variance is zero; <see cref="Status.HeavyTail"/> where the moments are a sample's
    /// and its kurtosis alone gives the variance a relative standard error above 22 % (g₂ &gt; n/20, and beyond four standard
    /// errors of the kurtosis of a normal sample); <see cref="Status.Undefined"/> where a moment is not finite.
    /// </summary>
    public Status Status =>
        !Mean.IsDefined || !Variance.IsDefined ? Status.Undefined
        : Variance.Value == 0 ? Status.PointState
        : ExcessKurtosis > Math.Max(SampleSize / 20, 4 * Math.Sqrt(24 / SampleSize)) ? Status.HeavyTail
        : Status.Defined;

    /// <summary>The moments with the errors that may be stated: under <see cref="Status.HeavyTail"/> those of mean and variance are NaN, because a sample
    /// whose few largest energies carry its variance does not know them. Of log-normal samples of any width, 128 to 1,024 draws, at most 6 % then
    /// state an error that the mean misses by more than 1.96 of it (docs/evidence.md).</summary>
    public EnergyMoments WithKnownErrors() => !Status.HasFlag(Status.HeavyTail) ? this
        : this with { Mean = Mean with { StandardError = double.NaN }, Variance = Variance with { StandardError = double.NaN } };

    /// <summary>n = V/se(mean)²: number of independent draws behind the moments, infinite for exact ones.</summary>
    internal double SampleSize => Variance.Value / (Mean.StandardError * Mean.StandardError);

    /// <summary>
    /// Moments of a sample of independent energies: mean and unbiased variance with standard errors √(V/n) and
    /// √(K₄/n + 2V²/(n − 1)), and the unbiased third and fourth cumulants (Fisher's k-statistics).
    /// </summary>
    /// <param name="sample">Energies in any order, at least one; loss units.</param>
    /// <param name="floor">E₀ where it is known, loss units.</param>
    /// <returns>Moments; those that a sample so small cannot give are NaN (the variance of one energy, K₃ of two, K₄ of three).</returns>
    /// <exception cref="ArgumentException">The sample is empty.</exception>
    public static EnergyMoments FromSample(ReadOnlySpan<double> sample, double floor = double.NaN)
    {
        if (sample.IsEmpty)
            throw new ArgumentException("Expected at least one energy, got an empty sample.", nameof(sample));
        double n = sample.Length, mean = CompensatedSum.Of(sample) / n;
        (double s1, double s2, double s3, double s4) = PowerSums(sample, mean);
        double shift = s1 / n; // what rounding left in the mean
        s4 += shift * ((-4 * s3) + (shift * ((6 * s2) - (3 * n * shift * shift))));
        s3 += shift * ((-3 * s2) + (2 * n * shift * shift));
        s2 = Math.Max(s2 - (n * shift * shift), 0);

        double variance = s2 / (n - 1);
        double third = n * s3 / ((n - 1) * (n - 2));
        double fourth = ((n * (n + 1) * s4) - (3 * (n - 1) * s2 * s2)) / ((n - 1) * (n - 2) * (n - 3));
        double varianceOfVariance = (fourth / n) + (2 * variance * variance / (n - 1));
        return new EnergyMoments(
            new Estimate(mean + shift, Math.Sqrt(variance / n)),
            new Estimate(variance, Math.Sqrt(Math.Max(varianceOfVariance, 0))),
            n > 2 ? third : double.NaN,
            n > 3 ? fourth : double.NaN,
            floor);
    }

    /// <summary>Σ d, Σ d², Σ d³, Σ d⁴ of the deviations d from the centre; blocks of plain sums, compensated between blocks.</summary>
    internal static (double S1, double S2, double S3, double S4) PowerSums(ReadOnlySpan<double> sample, double centre)
    {
        const int block = 4096;
        CompensatedSum s1 = default, s2 = default, s3 = default, s4 = default;
        for (; sample.Length >= Vector512<double>.Count; sample = sample[Math.Min(block, sample.Length / Vector512<double>.Count * Vector512<double>.Count)..])
        {
            Vector512<double> t1 = default, t2 = default, t3 = default, t4 = default;
            foreach (Vector512<double> x in MemoryMarshal.Cast<double, Vector512<double>>(sample[..Math.Min(block, sample.Length)]))
            {
                Vector512<double> d = x - Vector512.Create(centre), square = d * d;
                t1 += d;
                t2 += square;
                t3 += square * d;
                t4 += square * square;
            }

            s1.Add(Vector512.Sum(t1));
            s2.Add(Vector512.Sum(t2));
            s3.Add(Vector512.Sum(t3));
            s4.Add(Vector512.Sum(t4));
        }

        foreach (double x in sample)
        {
            double d = x - centre;
            s1.Add(d);
            s2.Add(d * d);
            s3.Add(d * d * d);
            s4.Add(d * d * d * d);
        }

        return (s1.Value, s2.Value, s3.Value, s4.Value);
    }
}
