namespace ML.Thermo.Entropies;

/// <summary>How an entropy was obtained.</summary>
public enum EntropyMethod
{
    /// <summary>Closed form, or quadrature of the exact density.</summary>
    Exact,

    /// <summary>Kozachenko–Leonenko nearest-neighbour estimator.</summary>
    KozachenkoLeonenko,

    /// <summary>Gaussian with the same variance.</summary>
    Gaussian,

    /// <summary>Gamma law on [E₀, ∞) with the same mean and variance.</summary>
    Gamma,

    /// <summary>Pearson III: gamma law with free location, same mean, variance and skewness.</summary>
    PearsonIII,

    /// <summary>Gaussian corrected by skewness and kurtosis.</summary>
    Edgeworth,

    /// <summary>Mutual information with additive Gaussian noise: the entropy at finite resolution.</summary>
    FiniteResolution,

    /// <summary>Histogram with bias correction.</summary>
    Histogram,

    /// <summary>Vasicek's m-spacing estimator.</summary>
    Vasicek,

    /// <summary>Central-limit form ½ ln(2πe V/m).</summary>
    CentralLimit,
}

/// <summary>An entropy in nats with its standard error, its known bias and the method behind it.</summary>
/// <param name="Value">S, nats (natural logarithm); −∞ for a point state, NaN where undefined.</param>
/// <param name="StandardError">Standard error, nats; zero for exact values, NaN where it is not known.</param>
/// <param name="Method">How the value was obtained.</param>
/// <param name="Status">What must be known before it is trusted.</param>
[Maturity(Maturity.Estimator)]
public readonly record struct EntropyEstimate(double Value, double StandardError, EntropyMethod Method, Status Status = Status.Defined)
    : IMethodEstimate
{
    /// <summary>Size of the systematic error that the method is known to make here, nats; zero where it is unbiased or exact,
    /// NaN where nobody knows it.</summary>
    public double Bias { get; init; }

    /// <summary>Covariance of this estimate with the mean of the sample that it was made from, loss units × nats; zero for exact values.</summary>
    public double EnergyCovariance { get; init; }

    /// <summary>ε, loss units, for an entropy at finite resolution, which counts distinguishable energy levels; zero for a
    /// differential entropy, which lives on the energy axis.</summary>
    public double Resolution { get; init; }

    /// <summary>The entropy on the energy axis, nats: the value itself, or at finite resolution h(E + εξ) = value + ½ ln(2πe ε²).
    /// Differences of this number between two states are free of the unit of energy, however each was obtained.</summary>
    public double Differential => Resolution > 0 ? Value + Math.Log(Resolution) + (0.5 * Math.Log(2 * Math.PI * Math.E)) : Value;

    double IMethodEstimate.Number => Differential;

    object IMethodEstimate.Method => Method;
}
