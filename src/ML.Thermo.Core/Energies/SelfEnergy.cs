namespace ML.Thermo.Energies;

/// <summary>Energies that need no label: the loss that a model expects of its own prediction.</summary>
/// <remarks>
/// <para>For a distribution over classes the expected cross-entropy is the distribution's entropy. It equals the true mean loss while the
/// model is calibrated, and moves when inputs move to where the model is less (or more) sure. It cannot see the right answers change.</para></remarks>
[Maturity(Maturity.Theorem, "under calibration")]
[Maturity(Maturity.Analogy, "else")]
public static class SelfEnergy
{
    /// <summary>Entropy of a probability of one of two classes, nats; 0 … ln 2.</summary>
    /// <param name="probability">p in [0, 1].</param>
    /// <returns>−p ln p − (1 − p) ln(1 − p); NaN outside [0, 1].</returns>
    public static double Binary(double probability) =>
        probability is >= 0 and <= 1 ? Term(probability) + Term(1 - probability) : double.NaN;

    /// <summary>Entropy of a distribution over K classes, nats; 0 … ln K.</summary>
    /// <param name="probabilities">K numbers ≥ 0; they are divided by their sum.</param>
    /// <returns>NaN where a number is negative or the sum is not positive.</returns>
    public static double Classes(ReadOnlySpan<double> probabilities)
    {
        double sum = 0, entropy = 0;
        foreach (double p in probabilities)
            sum += p >= 0 ? p : double.NaN;
        if (!(sum > 0))
            return double.NaN;
        foreach (double p in probabilities)
            entropy += Term(p / sum);
        return entropy;
    }

    private static double Term(double p) => p > 0 ? -p * Math.Log(p) : 0;
}
