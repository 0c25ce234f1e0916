namespace ML.Thermo.Scans;

/// <summary>How well an ideal observer of one outcome tells two laws P and Q apart, four ways; each is 0 exactly where P = Q.</summary>
/// <remarks>
/// All have the form D = E_M G(q) with M = (P + Q)/2, q = P/(P + Q), r = 2q − 1. For a small shift Δ of a parameter with Fisher information F they are
/// FΔ²/4 (linear), FΔ²/8 (Jensen–Shannon, Hellinger) and Δ E|score|/2 (total variation). None rises when outcomes are merged.
/// Source: arXiv 2405.17088 for the family.
/// </remarks>
/// <param name="Linear">E_M r², in [0, 1]: the share of the variance of "left or right" that the outcome explains.</param>
/// <param name="TotalVariation">E_M |r|, in [0, 1]: twice the best accuracy, less one.</param>
/// <param name="JensenShannon">Mutual information of side and outcome, nats, in [0, ln 2].</param>
/// <param name="Hellinger">1 − Σ√(PQ), in [0, 1]: the squared Hellinger distance.</param>
[Maturity(Maturity.Theorem)]
public readonly record struct Distances(double Linear, double TotalVariation, double JensenShannon, double Hellinger)
{
    /// <summary>Distances of two laws over the same outcomes.</summary>
    /// <param name="left">P, shares ≥ 0 that add up to 1.</param>
    /// <param name="right">Q, as long.</param>
    /// <exception cref="ArgumentException">The laws have different lengths.</exception>
    public static Distances Between(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        if (left.Length != right.Length)
            throw new ArgumentException($"Expected laws over the same outcomes, got {left.Length} and {right.Length}.", nameof(right));
        return LawKernel.All(left, right);
    }

    /// <summary>G(q) of one outcome: what it contributes to each distance.</summary>
    /// <param name="logRatio">ln P − ln Q; ±∞ where one law excludes the outcome.</param>
    internal static Distances OfOutcome(double logRatio)
    {
        double r = Math.Tanh(logRatio / 2), square = r * r;
        double information = Math.Abs(r) < 1e-2
            ? square * (0.5 + (square * ((1 / 12.0) + (square * ((1 / 30.0) + (square / 56))))))
            : 0.5 * (Term(1 + r) + Term(1 - r));
        return new(square, Math.Abs(r), information, square / (1 + (1 / Math.Cosh(logRatio / 2))));

        static double Term(double weight) => weight > 0 ? weight * Math.Log(weight) : 0;
    }
}
