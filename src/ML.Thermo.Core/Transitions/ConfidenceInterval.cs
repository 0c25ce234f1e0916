namespace ML.Thermo.Transitions;

/// <summary>An interval that holds a number with a stated probability.</summary>
/// <param name="Lower">Its lower end, in the number's unit.</param>
/// <param name="Upper">Its upper end.</param>
/// <param name="Level">The nominal probability, 0.95. What it is in fact at small sizes is measured in docs/evidence.md.</param>
[Maturity(Maturity.Estimator)]
public readonly record struct ConfidenceInterval(double Lower, double Upper, double Level)
{
    /// <summary>Whether a value lies inside.</summary>
    /// <param name="value">Any number.</param>
    public bool Contains(double value) => value >= Lower && value <= Upper;
}
