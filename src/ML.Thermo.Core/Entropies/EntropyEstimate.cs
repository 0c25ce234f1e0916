namespace ML.Thermo.Entropies;

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

    string IMethodEstimate.Method => Method.Name;
}
