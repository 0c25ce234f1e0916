using System.Diagnostics;
using ML.Thermo.Numerics;

namespace ML.Thermo.Transitions;

/// <summary>
/// The passage between two states, usually training (Type I → Type II): energies and entropies released, and the temperature
/// at which both states have equal free energy.
/// </summary>
/// <remarks>
/// <para>ΔE = E₁ − E₂ (loss units), ΔS = S₁ − S₂ (nats), T = ΔE/ΔS (loss units per nat), β = ΔS/ΔE.</para>
/// <para>T has a pole at ΔS = 0, where β passes smoothly through zero; negative temperatures are results. The status says when
/// ΔS cannot be told from zero.</para>
/// <para>Maturity: paper (T from ΔE and ΔS); coexistence reading and errors are reconstructed.</para>
/// </remarks>
[DebuggerDisplay("T = {Temperature.Value} ± {Temperature.StandardError}, ΔE = {DeltaEnergy.Value}, ΔS = {DeltaEntropy.Value}, {Status}")]
public sealed class Transition
{
    /// <summary>|ΔS| below this many standard errors leaves the temperature undefined.</summary>
    public const double UndefinedBelow = 2;

    /// <summary>|ΔS| below this many standard errors is near the pole of T.</summary>
    public const double NearPoleBelow = 4;

    /// <summary>Creates the transition between any two states.</summary>
    /// <param name="from">The state left (untrained, or before the shift).</param>
    /// <param name="to">The state reached (trained, or after the shift).</param>
    /// <exception cref="ArgumentNullException">A state is null.</exception>
    public Transition(State from, State to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        From = from;
        To = to;
        DeltaEnergy = Difference(from.Energy, to.Energy);
        DeltaEntropy = Difference(
            new Estimate(from.Entropy.Differential, from.Entropy.StandardError),
            new Estimate(to.Entropy.Differential, to.Entropy.StandardError));
        Covariance = from.EnergyEntropyCovariance + to.EnergyEntropyCovariance;
        Status = from.Status | to.Status | from.Entropy.Status | to.Entropy.Status;

        double margin = Math.Abs(DeltaEntropy.Value) / DeltaEntropy.StandardError; // exact ΔS: infinite, or NaN at ΔS = 0
        bool indeterminate = DeltaEntropy.Value == 0 && DeltaEnergy.Value == 0; // 0/0, as between a state and itself
        if (!DeltaEntropy.IsDefined || !DeltaEnergy.IsDefined || margin < UndefinedBelow || indeterminate)
            Status |= Status.Undefined;
        else if (margin < NearPoleBelow || DeltaEntropy.Value == 0)
            Status |= Status.NearPole;

        Temperature = Status.HasFlag(Status.Undefined) ? Estimate.Undefined : Ratio(DeltaEnergy, DeltaEntropy);
        Beta = Ratio(DeltaEntropy, DeltaEnergy);
        if (Temperature.Value < 0)
            Status |= Status.Negative;
    }

    /// <summary>The state left.</summary>
    public State From { get; }

    /// <summary>The state reached.</summary>
    public State To { get; }

    /// <summary>ΔE = E₁ − E₂, loss units: the latent heat T·ΔS of the transition.</summary>
    public Estimate DeltaEnergy { get; }

    /// <summary>ΔS = S₁ − S₂, nats.</summary>
    public Estimate DeltaEntropy { get; }

    /// <summary>T = ΔE/ΔS, loss units per nat; error by the delta method. NaN where the status is <see cref="Status.Undefined"/>.</summary>
    public Estimate Temperature { get; }

    /// <summary>β = ΔS/ΔE = 1/T, nats per loss unit; it passes through zero where T has its pole.</summary>
    public Estimate Beta { get; }

    /// <summary>Covariance of ΔE and ΔS as estimates, loss units × nats.</summary>
    public double Covariance { get; }

    /// <summary>What must be known before the temperature is trusted; the flags of both states are included.</summary>
    public Status Status { get; }

    /// <summary>T_G = ΔE / (½ ln(V₁/V₂)), loss units per nat: T with Gaussian entropies. NaN for a point state. Maturity: estimator.</summary>
    public double GaussianTemperature => DefinedRatio(DeltaEnergy.Value, 0.5 * Math.Log(From.Variance.Value / To.Variance.Value));

    /// <summary>T_res = ΔE / (½ ln(1 + V₁/V₂)), loss units per nat: entropy of the first state at the resolution of the second's
    /// noise; positive for ΔE &gt; 0 and without a pole. NaN for a point state. Maturity: estimator.</summary>
    public double ResolvedTemperature => DefinedRatio(DeltaEnergy.Value, 0.5 * SpecialFunctions.LogOnePlus(From.Variance.Value / To.Variance.Value));

    /// <summary>T_fluct = Var E / (⟨E⟩ − E₀) of the first state, loss units; needs no entropy. NaN where E₀ is not known.</summary>
    public double FluctuationTemperature => DefinedRatio(From.Variance.Value, From.Energy.Value - From.GroundEnergy);

    /// <summary>d_eff = 2(⟨E⟩ − E₀)²/Var E of the first state: the number of quadratic degrees of freedom with the same spread.</summary>
    public double EffectiveDegreesOfFreedom =>
        DefinedRatio(2 * Math.Pow(From.Energy.Value - From.GroundEnergy, 2), From.Variance.Value);

    /// <summary>F₁(T) − F₂(T) = ΔE − T·ΔS, loss units: positive where the second state is the stable one.</summary>
    /// <param name="temperature">T, loss units per nat.</param>
    public double FreeEnergyDifference(double temperature) => DeltaEnergy.Value - (temperature * DeltaEntropy.Value);

    /// <summary>
    /// Fieller's confidence set for T, exact for normal errors also near the pole: the temperatures t with
    /// (ΔE − tΔS)² ≤ z²(var ΔE − 2t cov + t² var ΔS).
    /// </summary>
    /// <param name="z">Normal quantile; 1.96 gives 95 %.</param>
    /// <returns>Bounds of the set. If <c>Bounded</c> is false the set is everything outside (Lower, Upper), or the whole line
    /// when the bounds are NaN.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="z"/> is not positive.</exception>
    public (double Lower, double Upper, bool Bounded) TemperatureInterval(double z = 1.959963984540054)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(z);
        double varE = Square(DeltaEnergy.StandardError), varS = Square(DeltaEntropy.StandardError), z2 = z * z;
        double a = Square(DeltaEntropy.Value) - (z2 * varS);
        double b = (DeltaEnergy.Value * DeltaEntropy.Value) - (z2 * Covariance);
        double c = Square(DeltaEnergy.Value) - (z2 * varE);
        double root = Math.Sqrt((b * b) - (a * c));
        double first = (b - root) / a, second = (b + root) / a;
        return (Math.Min(first, second), Math.Max(first, second), a > 0);
    }

    private Estimate Ratio(Estimate above, Estimate below)
    {
        double ratio = above.Value / below.Value;
        double variance = Square(above.StandardError) + Square(ratio * below.StandardError) - (2 * ratio * Covariance);
        return double.IsNaN(ratio) ? Estimate.Undefined : new Estimate(ratio, Math.Sqrt(Math.Max(variance, 0)) / Math.Abs(below.Value));
    }

    private static Estimate Difference(Estimate a, Estimate b) =>
        new(a.Value - b.Value, Math.Sqrt(Square(a.StandardError) + Square(b.StandardError)));

    private static double DefinedRatio(double above, double below) =>
        double.IsFinite(below) && double.IsFinite(above / below) ? above / below : double.NaN;

    private static double Square(double x) => x * x;
}
