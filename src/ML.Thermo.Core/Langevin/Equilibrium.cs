using System.Text.Json.Serialization;
using ML.Thermo.Curvature;

namespace ML.Thermo.Langevin;

/// <summary>A chain's energies at the bath's final temperature, and whether it was in equilibrium with the bath.</summary>
/// <remarks>
/// <para>A stationary chain of any step size, gradient noise and energy keeps ⟨|θ|²⟩, and so
/// ⟨θ·g⟩ + √(ηT/2)⟨ξ·g⟩ = (η/2)⟨|g|²⟩ + pT, g the gradient that was used and ξ the noise that the step shares with the one before (without
/// the correction the second term is absent). At T = 0 this is Yaida's fluctuation–dissipation relation ⟨θ·g⟩ = (η/2)⟨|g|²⟩. Its two sides are
/// <see cref="Virial"/> and <see cref="Dissipation"/>. It holds from any origin of θ; the mean over the later half of the warm-up is taken, near
/// which the relation is sharpest.</para>
/// <para>Errors of virial, drift and equipartition are those of batches of steps, and no less than what the independent draws leave of a thermal
/// spread of the virial, so that a run of few relaxation times is not taken for a drift.</para>
/// <para>A stationary chain need not be a Boltzmann ensemble at the bath's temperature: noise of the minibatches heats it. That shows where
/// <see cref="EquipartitionTemperature"/> and <see cref="ConfigurationalTemperature"/> are above <see cref="BathTemperature"/>.</para></remarks>
[Maturity(Maturity.Theorem, "Yaida 2019, with the bath's noise added; equipartition; Rugh 1997; from a chain estimators")]
[JsonConverter(typeof(ResultJsonConverter))]
public sealed record Equilibrium
{
    /// <summary>T of the bath, loss units.</summary>
    public required double BathTemperature { get; init; }

    /// <summary>Steps after the warm-up.</summary>
    public required long Steps { get; init; }

    /// <summary>Energies left when those that remember each other are thinned out: one in 2τ, τ the integrated autocorrelation time.</summary>
    public required int IndependentDraws { get; init; }

    /// <summary>⟨E⟩, loss units.</summary>
    public required Estimate Energy { get; init; }

    /// <summary>C = Var E/T², dimensionless: half the number of quadratic degrees of freedom; undefined at T = 0.</summary>
    public required Estimate HeatCapacity { get; init; }

    /// <summary>T_conf = ⟨|∇E|²⟩/⟨∇²E⟩, loss units; undefined for an energy with kinks.</summary>
    public required Estimate ConfigurationalTemperature { get; init; }

    /// <summary>⟨(θ − ⟨θ⟩)·g⟩/p, loss units: the kinetic temperature of a chain without momenta (generalised equipartition).</summary>
    public required Estimate EquipartitionTemperature { get; init; }

    /// <summary>⟨θ·g⟩ + √(ηT/2)⟨ξ·g⟩, loss units, θ from where the warm-up had come to.</summary>
    public required Estimate Virial { get; init; }

    /// <summary>(η/2)⟨|g|²⟩ + pT, loss units.</summary>
    public required Estimate Dissipation { get; init; }

    /// <summary>Virial − dissipation, loss units: zero within its error in equilibrium.</summary>
    public required Estimate Drift { get; init; }

    /// <summary>Whether the drift is within four standard errors of zero, or lost in rounding.</summary>
    public bool IsReached => !Status.HasFlag(Status.NotInEquilibrium);

    /// <summary>E₀, loss units: as given, or the lowest energy that a search from the mean parameters found.</summary>
    public required double GroundEnergy { get; init; }

    /// <summary>λ = (⟨E⟩ − E₀)/T at the bath's temperature; p/2 for a regular minimum, less for a singular one.</summary>
    public required LearningCoefficient LearningCoefficient { get; init; }

    /// <summary><see cref="Status.NotInEquilibrium"/>, <see cref="Status.SmallSample"/> below 100 independent draws,
    /// <see cref="Status.PointState"/> where the energy does not fluctuate, <see cref="Status.OutOfRange"/> where the equipartition temperature is
    /// not the bath's (beyond 10 % and four standard errors): the heat capacity and λ are then those of a hotter bath.</summary>
    public required Status Status { get; init; }
}
