namespace ML.Thermo.Loops;

/// <summary>The least fresh share that keeps a given part of the entropy of known data.</summary>
/// <remarks>
/// The loop starts at q, with one exception: where several categories share the largest share of q and T &lt; 1, one of them starts with the mass of
/// all. By symmetry the loop would stay at q whatever its fresh share, while any sample of it collapses. For equal shares that gives
/// <see cref="LoopThresholds.Coexistence"/>, or less where the collapsed state keeps enough; of three and more never 1 − T.</remarks>
[Maturity(Maturity.Theorem, "for the map of CategoricalLoop, infinite data; the start is q, or q with its tie broken")]
public static class CriticalShare
{
    /// <summary>
    /// The least λ with S*/S(q) ≥ R where the loop is cold (T &lt; 1), with KL(q‖p*) ≤ (1 − R) S(q) where it is hot (T &gt; 1); 0 at T = 1.
    /// By bisection.
    /// </summary>
    /// <param name="fresh">q, at least two categories of sum one.</param>
    /// <param name="temperature">T &gt; 0.</param>
    /// <param name="retention">R, above 0 and below 1.</param>
    /// <param name="tolerance">Wanted precision of λ, &gt; 0.</param>
    /// <param name="cancellation">Stops between generations.</param>
    /// <exception cref="ArgumentException">q is a single category: there is no entropy to keep.</exception>
    public static double Of(ReadOnlySpan<double> fresh, double temperature, double retention, double tolerance = 1e-9, CancellationToken cancellation = default)
    {
        LoopArguments.Retention(retention);
        var none = new CategoricalLoop(fresh, temperature, 0);
        if (!(none.FreshEntropy > 0))
            throw new ArgumentException("All rows are of one category: there is no entropy to keep.", nameof(fresh));
        if (temperature == 1)
            return 0;
        if (temperature < 1 && SharedFavourites.EqualShares(fresh) is int equal)
            return OfEqual(equal, temperature, retention);
        double[] start = Start(fresh, temperature, 0);
        double low = 0, high = 1;
        while (high - low > tolerance)
        {
            double middle = (low + high) / 2;
            FixedPoint end = none.With(middle).FixedPointFrom(start, Math.Min(1e-4 * tolerance, 1e-8), cancellation);
            bool kept = temperature < 1 ? end.Retention >= retention : end.Divergence <= (1 - retention) * none.FreshEntropy;
            (low, high) = kept ? (low, middle) : (middle, high);
        }

        return high;
    }

    /// <summary>Where a loop of a given fresh share starts; equal shares above their coexistence have one state only.</summary>
    internal static double[] Start(ReadOnlySpan<double> fresh, double temperature, double share) =>
        temperature >= 1 || (SharedFavourites.EqualShares(fresh) is int equal && share >= LoopThresholds.Coexistence(equal, temperature))
            ? fresh.ToArray() : SharedFavourites.Collapsed(fresh);

    /// <summary>The largest λ(r) of a collapsed state that keeps less than R: λ rises with the odds r up to coexistence and falls beyond.</summary>
    private static double OfEqual(int classes, double temperature, double retention)
    {
        double low = 0, high = 1;
        while (Kept(high) > retention)
            high *= 2;
        for (int i = 0; i < 100 && high - low > 1e-14 * high; i++)
        {
            double x = (low + high) / 2;
            (low, high) = Kept(x) > retention ? (x, high) : (low, x);
        }

        double share = LoopThresholds.Share(classes, temperature, high);
        bool rises = LoopThresholds.Share(classes, temperature, 1.0001 * high) > share;
        return rises ? LoopThresholds.Coexistence(classes, temperature) : share;

        double Kept(double logOdds)
        {
            double others = (classes - 1) * Math.Exp(-logOdds), sum = 1 + others; // S = ln sum + x·others/sum
            return (Math.Log(sum) + (logOdds * others / sum)) / Math.Log(classes);
        }
    }
}
