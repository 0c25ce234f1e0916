using System.Numerics.Tensors;

namespace ML.Thermo.Explanations;

/// <summary>How many features an additive explanation really has: S = −Σ p ln p / ln d, with p the shares of the absolute contributions.</summary>
/// <param name="Value">S in [0, 1]: 0 where one feature says all, 1 where all say the same; 0 for one feature.</param>
/// <param name="EffectiveFeatures">exp(−Σ p ln p) = d^S, from 1 to d.</param>
/// <remarks>Source: Mehdi and Tiwary, "Thermodynamics-inspired explanations of artificial intelligence" (TERP). There ln of the features that survived a
/// first selection stands for ln d, so that S depends on a cut-off; here d is the number of all features offered.</remarks>
[Maturity(Maturity.Paper)]
public readonly record struct InterpretationEntropy(double Value, double EffectiveFeatures)
{
    /// <summary>The entropy of any contributions: weights of a linear model, feature contributions of a row, a permutation importance.</summary>
    /// <param name="contributions">One a feature, of either sign; features without a part are 0.</param>
    /// <returns>NaN for both where all contributions are 0.</returns>
    /// <exception cref="ArgumentException">There is no number, or one is not finite.</exception>
    public static InterpretationEntropy Of(ReadOnlySpan<double> contributions)
    {
        if (contributions.IsEmpty)
            throw new ArgumentException("There are no contributions: expected one a feature.", nameof(contributions));
        double largest = Math.Abs(TensorPrimitives.MaxMagnitude(contributions));
        if (!double.IsFinite(largest))
            throw new ArgumentException("A contribution is not finite.", nameof(contributions));
        var sum = default(EntropySum);
        foreach (double contribution in contributions)
            sum.Add(largest == 0 ? 0 : Math.Abs(contribution) / largest);
        return sum.Of(contributions.Length);
    }
}

/// <summary>The entropy of weights that come one after the other.</summary>
internal struct EntropySum
{
    private double _weight, _product;
    private int _count;

    /// <summary>Adds a weight ≥ 0.</summary>
    public void Add(double weight)
    {
        if (weight <= 0)
            return;
        _weight += weight;
        _product += weight * Math.Log(weight);
        _count++;
    }

    /// <summary>The entropy of the weights so far among so many features.</summary>
    public readonly InterpretationEntropy Of(int features)
    {
        if (_count == 0)
            return new(double.NaN, double.NaN);
        double nats = _count == 1 ? 0 : Math.Max(0, Math.Log(_weight) - (_product / _weight)); // an entropy of shares is not negative but for rounding
        return new(features == 1 ? 0 : nats / Math.Log(features), Math.Exp(nats));
    }
}
