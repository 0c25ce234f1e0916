namespace ML.Thermo.Dynamics.Audit;

/// <summary>What a system exchanges with the rest of the world; it decides what the two laws say of its trajectory.</summary>
public enum AuditSetting
{
    /// <summary>Nothing is exchanged: energy is constant, entropy does not fall.</summary>
    Isolated,

    /// <summary>Work and heat are given: E − E₀ = W + Q, and S − S₀ − Σ ΔQ/T does not fall (Clausius).</summary>
    Open,

    /// <summary>A heat bath at one temperature, whose heat is not known: the free energy E − T S, less the work done on the system, does not rise.</summary>
    Bath,
}

/// <summary>How far the numbers of a trajectory may be off.</summary>
[Maturity(Maturity.Estimator, "the estimate by second differences; a given size is the caller's")]
public sealed record AuditNoise
{
    private AuditNoise(double energy, double entropy) => (Energy, Entropy) = (energy, entropy);

    /// <summary>No noise: the numbers come from a program, and only rounding is forgiven.</summary>
    public static AuditNoise None { get; } = new(0, 0);

    /// <summary>Estimated from second differences, σ² = Σ(y₊ − 2y + y₋)²/6(n − 2), for series that are smooth between neighbouring rows.</summary>
    public static AuditNoise Estimated { get; } = new(double.NaN, double.NaN);

    /// <summary>Standard deviation of an energy's error; NaN where it is to be estimated.</summary>
    public double Energy { get; }

    /// <summary>Standard deviation of an entropy's error; NaN where it is to be estimated.</summary>
    public double Entropy { get; }

    /// <summary>Whether the size is estimated from the trajectory.</summary>
    public bool IsEstimated => double.IsNaN(Energy);

    /// <summary>Independent normal errors of given size.</summary>
    /// <param name="energy">Standard deviation of the sum of the energies, ≥ 0.</param>
    /// <param name="entropy">Standard deviation of the entropy, ≥ 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">One is negative or not finite.</exception>
    public static AuditNoise Of(double energy, double entropy)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(energy);
        ArgumentOutOfRangeException.ThrowIfNegative(entropy);
        if (!double.IsFinite(energy + entropy))
            throw new ArgumentOutOfRangeException(nameof(energy), $"Noise of {energy} and {entropy}: expected two finite standard deviations.");
        return new(energy, entropy);
    }
}

/// <summary>What an audit is told beside the trajectory.</summary>
public sealed record AuditOptions
{
    /// <summary>What the system exchanges.</summary>
    public AuditSetting Setting { get; init; }

    /// <summary>Temperature of the bath, energy per nat; needed by <see cref="AuditSetting.Bath"/> alone.</summary>
    public double BathTemperature { get; init; } = double.NaN;

    /// <summary>Error of the numbers. Default: estimated.</summary>
    public AuditNoise Noise { get; init; } = AuditNoise.Estimated;

    /// <summary>Probability with which a lawful noisy trajectory may be called unlawful, shared equally by the laws that are tested; in (0, 1).</summary>
    public double FalseAlarms { get; init; } = 0.05;

    /// <summary>Whether the nearest lawful series is fitted (least squares). It is the only part that may need memory for every row.</summary>
    public bool FitsIsotonic { get; init; } = true;

    internal void Check()
    {
        if (!(FalseAlarms is > 0 and < 1))
            throw new ThermoException($"A false-alarm rate of {FalseAlarms} is not one: expected a number between 0 and 1, such as 0.05.");
        if (Setting == AuditSetting.Bath && !(BathTemperature > 0 && double.IsFinite(BathTemperature)))
            throw new ThermoException($"A bath at temperature {BathTemperature}: expected a positive number, in units of energy per nat.");
    }
}
