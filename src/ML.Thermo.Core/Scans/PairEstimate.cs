namespace ML.Thermo.Scans;

/// <summary>The linear dissimilarity from counts, with pairs of samples in place of squared shares: unbiased inside every cell seen twice.</summary>
/// <remarks>
/// η² = Σ_(t≥2) [a(a−1)/(t−1) − 2ρa + ρ²t] / ((N − f₁)ρ(1−ρ)), adjusted for fixed margins as R² is, D̂ = η²_adj/(4ρ(1−ρ)). Its error is the delete-one
/// jackknife over both sides.
/// </remarks>
[Maturity(Maturity.Estimator)]
internal struct PairEstimate
{
    private double _pairs, _left, _seenTwice, _single, _leftTotal, _rightTotal;

    /// <summary>Share of samples whose outcome was seen once.</summary>
    public readonly double Unseen => _single / (_leftTotal + _rightTotal);

    /// <summary>D̂; NaN where no outcome was seen twice.</summary>
    public readonly double Value
    {
        get
        {
            double n = _leftTotal + _rightTotal, rho = _leftTotal / n, spread = rho * (1 - rho);
            double explained = (_pairs - (2 * rho * _left) + (rho * rho * _seenTwice)) / (_seenTwice * spread);
            return ((explained * (n - 1)) + 1) / n / (4 * spread);
        }
    }

    /// <summary>The sums over all outcomes.</summary>
    public static PairEstimate Of(ReadOnlySpan<long> left, ReadOnlySpan<long> right)
    {
        var sums = default(PairEstimate);
        for (int y = 0; y < left.Length; y++)
            sums.Add(left[y], right[y], 1);
        return sums;
    }

    /// <summary>D̂ with its error.</summary>
    public static Estimate WithError(ReadOnlySpan<long> left, ReadOnlySpan<long> right)
    {
        PairEstimate all = Of(left, right);
        return new(all.Value, Math.Sqrt(Side(left, right, all, true) + Side(left, right, all, false)));
    }

    private static double Side(ReadOnlySpan<long> left, ReadOnlySpan<long> right, PairEstimate all, bool fromLeft)
    {
        double mean = 0, squares = 0, count = 0;
        for (int y = 0; y < left.Length; y++)
        {
            long here = fromLeft ? left[y] : right[y];
            if (here == 0)
                continue;
            PairEstimate without = all;
            without.Add(left[y], right[y], -1);
            without.Add(left[y] - (fromLeft ? 1 : 0), right[y] - (fromLeft ? 0 : 1), 1);
            double value = without.Value, difference = value - mean;
            count += here;
            mean += difference * here / count;
            squares += here * difference * (value - mean);
        }

        return squares * (count - 1) / count;
    }

    private void Add(long a, long b, int sign)
    {
        double t = a + b;
        _leftTotal += sign * a;
        _rightTotal += sign * b;
        if (t == 1)
            _single += sign;
        if (t < 2)
            return;
        _pairs += sign * (a * (a - 1.0) / (t - 1));
        _left += sign * a;
        _seenTwice += sign * t;
    }
}
