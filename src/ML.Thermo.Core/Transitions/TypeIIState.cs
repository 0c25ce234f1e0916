using System.Numerics.Tensors;
using ML.Thermo.Entropies;
using ML.Thermo.Numerics;

namespace ML.Thermo.Transitions;

/// <summary>How the entropy of the mean loss over m fresh points follows from the losses of single points.</summary>
public enum TypeIIEntropy
{
    /// <summary>½ ln(2πe V/m): the central-limit form. Its neglected term, g²/(12m), is stated as bias.</summary>
    CentralLimit,

    /// <summary>½ ln(2πe V/m) − g²/(12m), g the skewness of one loss.</summary>
    Edgeworth,

    /// <summary>H(k, θ) with k = ⟨E⟩²m/V, θ = V/(m⟨E⟩): exact for the squares of Gaussian residuals.</summary>
    Gamma,

    /// <summary>Nearest-neighbour entropy of the means of disjoint blocks of m losses; needs at least 200 blocks.</summary>
    KozachenkoLeonenko,
}

/// <summary>
/// Makes Type II states: parameters fixed, data random. The energy is the mean loss over m fresh points of the data's law, known
/// through a sample of losses that training has not seen (or, with less honesty, that it has).</summary>
/// <remarks>
/// <para>With V the variance and g the skewness of one loss: Var E = V/m, S = ½ ln(2πe V/m) − g²/(12m) + O(m^−3/2). The entropy
/// falls as ½ ln m, so compare states at equal m only.</para></remarks>
[Maturity(Maturity.Paper, "data-shift state; entropies are theorems of the central limit, errors are estimators")]
public static class TypeIIState
{
    private const int FewestBlocks = 200;

    /// <summary>Losses from which value ± 1.96 errors holds 90 % and more under normal residuals; below, it holds less.</summary>
    private const int WellFilledFrom = 100;

    private const int TailKnownFrom = 1000;
    private const double LargestTail = 0.44;

    /// <summary>What the last few bits of equal losses make of their spread.</summary>
    private const double RoundingOfALoss = 8.0 / (1L << 52);

    /// <summary>The state behind a sample of losses.</summary>
    /// <param name="losses">n ≥ 2 losses of single points, loss units, finite.</param>
    /// <param name="freshPoints">m ≥ 1, the number of points over which a fresh energy is averaged.</param>
    /// <param name="entropy">How the entropy follows.</param>
    /// <returns>The state, which keeps the losses as <see cref="State.RowEnergies"/>; <see cref="Status.PointState"/> where all losses are equal to
    /// rounding, <see cref="Status.SmallSample"/> below 100 of them, <see cref="Status.HeavyTail"/> where their variance is poorly known.</returns>
    /// <exception cref="UnusableDataException">There are fewer losses than the entropy needs, or one is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="freshPoints"/> is not positive.</exception>
    public static State FromLosses(ReadOnlySpan<double> losses, long freshPoints, TypeIIEntropy entropy = TypeIIEntropy.CentralLimit) =>
        FromLosses(losses, freshPoints, entropy, ofClassifier: false);

    /// <summary>The same; of a good classifier, whose losses are far from a gamma law, with the error that the sample itself gives their variance.</summary>
    internal static State FromLosses(ReadOnlySpan<double> losses, long freshPoints, TypeIIEntropy entropy, bool ofClassifier)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(freshPoints);
        if (losses.Length < 2)
            throw new UnusableDataException($"A Type II state needs at least 2 losses to know their variance, got {losses.Length}.");
        LossMoments one = LossMoments.Of(losses, ofClassifier);
        if (Math.Sqrt(one.Variance) <= RoundingOfALoss * Math.Max(Math.Abs(TensorPrimitives.Min(losses)), Math.Abs(TensorPrimitives.Max(losses))))
            one = one with { Variance = 0, Third = 0, Fourth = 0 };
        State state = entropy == TypeIIEntropy.KozachenkoLeonenko && one.Variance > 0
            ? FromMoments(one, freshPoints, BlockMeans(losses, freshPoints))
            : FromMoments(one, freshPoints, entropy);
        Status status = one.Variance == 0 ? Status.Defined
            : (losses.Length < WellFilledFrom ? Status.SmallSample : Status.Defined) | (HasHeavyTail(losses) ? Status.HeavyTail : Status.Defined);
        return state with { Status = state.Status | status, RowEnergies = losses.ToArray() };
    }

    /// <summary>Hill's estimate of 1/α, P(loss &gt; x) ∝ x^−α, from the largest twentieth of the losses, counted from the least: above 0.44 in 95 % of
    /// samples of 1,000 squared t₅ residuals, whose kurtosis is infinite, and in 2 % of squared normal ones. Smaller samples do not tell them apart.</summary>
    private static bool HasHeavyTail(ReadOnlySpan<double> losses)
    {
        if (losses.Length < TailKnownFrom)
            return false;
        double[] sorted = losses.ToArray();
        Array.Sort(sorted);
        int top = sorted.Length / 20;
        double threshold = Math.Log(sorted[^(top + 1)] - sorted[0]), sum = 0;
        for (int i = 1; i <= top; i++)
            sum += Math.Log(sorted[^i] - sorted[0]) - threshold;
        return sum / top > LargestTail;
    }

    /// <summary>The state behind the moments of n ≥ 2 single losses, by an entropy that needs no more than moments.</summary>
    internal static State FromMoments(LossMoments one, long freshPoints, TypeIIEntropy entropy)
    {
        double m = freshPoints;
        return FromMoments(one, freshPoints, one.Variance == 0
            ? new EntropyEstimate(double.NegativeInfinity, 0, EntropyMethod.CentralLimit, Status.PointState)
            : entropy switch
            {
                TypeIIEntropy.CentralLimit => CentralLimit(one, m, correct: false),
                TypeIIEntropy.Edgeworth => CentralLimit(one, m, correct: true),
                TypeIIEntropy.Gamma => Gamma(one, m),
                _ => throw new ArgumentOutOfRangeException(nameof(entropy), entropy,
                    "Expected CentralLimit, Edgeworth or Gamma: a nearest-neighbour entropy needs the losses themselves."),
            });
    }

    private static State FromMoments(LossMoments one, double m, EntropyEstimate entropy)
    {
        long n = one.Count;
        double relativeVarianceError = one.VarianceError / one.Variance;
        Status status = one.Variance == 0 ? Status.PointState : n < 4 ? Status.SmallSample : Status.Defined;
        if (n >= 20 && one.Kurtosis > n / 4.0)
            status |= Status.HeavyTail;

        return new State
        {
            Kind = StateKind.TypeII,
            Energy = new Estimate(one.Mean, Math.Sqrt(one.Variance / n)),
            Variance = new Estimate(one.Variance / m, one.Variance == 0 ? 0 : one.Variance / m * relativeVarianceError),
            ThirdCumulant = one.Third / (m * m),
            Entropy = entropy,
            EnergyEntropyCovariance = entropy.EnergyCovariance,
            SampleSize = n,
            Status = status,
        };
    }

    /// <summary>
    /// The exact state of squared Gaussian residuals of mean zero: E = (v/m) χ²_m, a gamma law with shape m/2 and scale 2v/m.
    /// </summary>
    /// <param name="residualVariance">v &gt; 0, loss units.</param>
    /// <param name="freshPoints">m ≥ 1.</param>
    /// <returns>The state, without error; between two of them T is the logarithmic mean of the two variances, for every m.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is not positive.</exception>
    public static State GaussianResiduals(double residualVariance, long freshPoints)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(residualVariance);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(freshPoints);
        double m = freshPoints;
        return new State
        {
            Kind = StateKind.TypeII,
            Energy = Estimate.Exact(residualVariance),
            Variance = Estimate.Exact(2 * residualVariance * residualVariance / m),
            ThirdCumulant = 8 * Math.Pow(residualVariance, 3) / (m * m),
            Entropy = new EntropyEstimate(SpecialFunctions.GammaEntropy(m / 2, 2 * residualVariance / m), 0, EntropyMethod.Exact),
            GroundEnergy = 0,
        };
    }

    /// <summary>
    /// The state of a trained system read at the resolution of its own noise, ε² = Var E: a point among distinguishable energies, of
    /// finite-resolution entropy zero. From a state whose entropy has the same resolution, ΔS is then the mutual information
    /// I(E; E + εξ) and T the resolved temperature, without a pole.
    /// </summary>
    /// <param name="trained">A Type II state with positive variance.</param>
    /// <param name="untrained">The state to compare with; its variance decides how much the uncertainty of ε matters,
    /// d ΔS/d ln ε² = −½ V₁/(V₁ + ε²) for a normal law.</param>
    /// <exception cref="ArgumentException">The trained loss does not fluctuate.</exception>
    public static State AtOwnResolution(State trained, State untrained)
    {
        ArgumentNullException.ThrowIfNull(trained);
        ArgumentNullException.ThrowIfNull(untrained);
        double variance = trained.Variance.Value, share = untrained.Variance.Value / (untrained.Variance.Value + variance);
        if (!(variance > 0))
            throw new ArgumentException($"The variance of the trained loss is {variance}: expected a positive one to take the resolution from.",
                nameof(trained));
        double error = 0.5 * share * trained.Variance.StandardError / variance;
        return trained with
        {
            Entropy = new EntropyEstimate(0, error, EntropyMethod.FiniteResolution) { Resolution = Math.Sqrt(variance) },
            EnergyEntropyCovariance = share * trained.EnergyEntropyCovariance,
        };
    }

    private static EntropyEstimate CentralLimit(LossMoments one, double m, bool correct)
    {
        double term = one.Skewness * one.Skewness / (12 * m);
        double value = 0.5 * (SpecialFunctions.LogTwoPi + 1 + Math.Log(one.Variance / m));
        return new EntropyEstimate(
            correct ? value - term : value,
            0.5 * one.VarianceError / one.Variance,
            correct ? EntropyMethod.Edgeworth : EntropyMethod.CentralLimit)
        { Bias = correct ? 0 : term, EnergyCovariance = one.Third / (2 * one.Count * one.Variance) };
    }

    /// <summary>The error follows from those of mean and variance, which are correlated, by the delta method.</summary>
    private static EntropyEstimate Gamma(LossMoments one, double m)
    {
        if (one.Mean <= 0)
            return new EntropyEstimate(double.NaN, double.NaN, EntropyMethod.Gamma, Status.OutOfRange);
        double Entropy(double mean, double variance) => SpecialFunctions.GammaEntropy(mean * mean * m / variance, variance / (m * mean));
        const double Step = 1e-4;
        double byMean = (Entropy(one.Mean * (1 + Step), one.Variance) - Entropy(one.Mean * (1 - Step), one.Variance)) / (2 * Step * one.Mean);
        double byVariance = (Entropy(one.Mean, one.Variance * (1 + Step)) - Entropy(one.Mean, one.Variance * (1 - Step))) / (2 * Step * one.Variance);
        double variance = (byMean * byMean * one.Variance / one.Count)
            + Math.Pow(byVariance * one.VarianceError, 2)
            + (2 * byMean * byVariance * one.Third / one.Count);
        return new EntropyEstimate(Entropy(one.Mean, one.Variance), Math.Sqrt(Math.Max(variance, 0)), EntropyMethod.Gamma)
        {
            EnergyCovariance = ((byMean * one.Variance) + (byVariance * one.Third)) / one.Count,
        };
    }

    private static EntropyEstimate BlockMeans(ReadOnlySpan<double> losses, long m)
    {
        long blocks = losses.Length / m;
        if (blocks < FewestBlocks)
        {
            throw new UnusableDataException(
                $"The nearest-neighbour entropy of means over {m} fresh points needs {FewestBlocks * m} losses, got {losses.Length}: lower the number of " +
                    "fresh points or use the central-limit form.");
        }

        double[] means = new double[blocks];
        for (int block = 0; block < means.Length; block++)
        {
            var sum = new CompensatedSum();
            foreach (double loss in losses.Slice((int)(block * m), (int)m))
                sum.Add(loss);
            means[block] = sum.Value / m;
        }

        return new KozachenkoLeonenko().Estimate(default, means);
    }
}
