namespace ML.Thermo.Joules.Tuning;

/// <summary>What a tuner looks for.</summary>
/// <remarks>
/// <para>Weighted (Zeus, arXiv 2208.06102): η·E + (1 − η)·P_max·t, J: η = 1 is energy alone, η = 0 time alone. Slowdown: least energy among
/// settings that take at most F times as long as the fastest.</para></remarks>
[Maturity(Maturity.Theorem, "a definition")]
public sealed record Goal
{
    private Goal(double eta, double? slowdown) => (Eta, Slowdown) = (eta, slowdown);

    /// <summary>Least energy, whatever time it takes.</summary>
    public static Goal Energy { get; } = new(1, null);

    /// <summary>η of the weighted cost; 1 under a slowdown.</summary>
    public double Eta { get; }

    /// <summary>F, ≥ 1; null for the weighted cost.</summary>
    public double? Slowdown { get; }

    /// <summary>Least η·E + (1 − η)·P_max·t.</summary>
    /// <param name="eta">0 … 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is outside.</exception>
    public static Goal Weighted(double eta) =>
        eta is >= 0 and <= 1 ? new(eta, null) : throw new ArgumentOutOfRangeException(nameof(eta), eta, "Expected a weight in 0 … 1.");

    /// <summary>Least energy within F times the time of the fastest.</summary>
    /// <param name="factor">F, ≥ 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is below one.</exception>
    public static Goal WithinSlowdown(double factor) =>
        factor >= 1 && double.IsFinite(factor) ? new(1, factor) : throw new ArgumentOutOfRangeException(nameof(factor), factor, "Expected a factor ≥ 1.");

    /// <summary>The cost of one run, J.</summary>
    /// <param name="run">Time and energy.</param>
    /// <param name="maximumWatts">P_max, W.</param>
    public double Cost(RunCost run, double maximumWatts) => Eta == 1 ? run.Joules : (Eta * run.Joules) + ((1 - Eta) * maximumWatts * run.Seconds);

    /// <summary>The best of several means.</summary>
    /// <param name="means">Mean time and energy of each setting.</param>
    /// <param name="maximumWatts">P_max, W.</param>
    /// <returns>Its index; the first of equals.</returns>
    /// <exception cref="ArgumentException">There is none.</exception>
    public int Choose(IReadOnlyList<RunCost> means, double maximumWatts)
    {
        ArgumentNullException.ThrowIfNull(means);
        if (means.Count == 0)
            throw new ArgumentException("There is nothing to choose from.", nameof(means));
        double longest = Slowdown * means.Min(mean => mean.Seconds) ?? double.PositiveInfinity;
        return Enumerable.Range(0, means.Count).Where(i => means[i].Seconds <= longest).MinBy(i => Cost(means[i], maximumWatts));
    }

    /// <summary>The points that no other is at least as good as in both time and energy; of equal points the first.</summary>
    /// <param name="means">Mean time and energy of each setting.</param>
    /// <returns>Their indices, ascending.</returns>
    public static IReadOnlyList<int> ParetoSet(IReadOnlyList<RunCost> means)
    {
        ArgumentNullException.ThrowIfNull(means);
        return
        [
            .. Enumerable.Range(0, means.Count).Where(i => !Enumerable.Range(0, means.Count).Any(j =>
                j != i && means[j].Seconds <= means[i].Seconds && means[j].Joules <= means[i].Joules && (means[j] != means[i] || j < i))),
        ];
    }
}
