namespace ML.Thermo.Entropies;

/// <summary>Moments of an energy distribution, the input of the analytic entropy closures.</summary>
/// <param name="Mean">⟨E⟩, loss units.</param>
/// <param name="Variance">Var E, loss units squared; ≥ 0.</param>
/// <param name="ThirdCumulant">Third cumulant, loss units cubed; NaN where unknown.</param>
/// <param name="FourthCumulant">Fourth cumulant, loss units to the fourth; NaN where unknown.</param>
/// <param name="Floor">E₀, lowest possible energy, loss units; NaN where unknown.</param>
/// <remarks>Maturity: theorem (definitions).</remarks>
public readonly record struct EnergyMoments(
    Estimate Mean, Estimate Variance, double ThirdCumulant = double.NaN, double FourthCumulant = double.NaN, double Floor = double.NaN)
{
    /// <summary>g₁ = K₃/V^(3/2), dimensionless.</summary>
    public double Skewness => ThirdCumulant / Math.Pow(Variance.Value, 1.5);

    /// <summary>g₂ = K₄/V², dimensionless.</summary>
    public double ExcessKurtosis => FourthCumulant / (Variance.Value * Variance.Value);
}
