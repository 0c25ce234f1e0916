namespace ML.Thermo.Loops;

/// <summary>The least fresh share that keeps a given part of the entropy of known data.</summary>
[Maturity(Maturity.Theorem, "for the map of CategoricalLoop, infinite data; the start is q")]
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
        double low = 0, high = 1;
        while (high - low > tolerance)
        {
            double middle = (low + high) / 2;
            FixedPoint end = none.With(middle).FixedPointFrom(fresh, Math.Min(1e-4 * tolerance, 1e-8), cancellation);
            bool kept = temperature < 1 ? end.Retention >= retention : end.Divergence <= (1 - retention) * none.FreshEntropy;
            (low, high) = kept ? (low, middle) : (middle, high);
        }

        return high;
    }
}
