using ML.Thermo.Numerics;

namespace ML.Thermo.Curvature;

/// <summary>
/// The temperatures of the ensemble w = ŵ + σz, z standard normal, about a minimum: to leading order in σ everything follows from
/// tr H and tr H².</summary>
/// <remarks>
/// <para>At fixed σ a sharper minimum is hotter. The equipartition temperature (energy against parameter entropy) and the
/// fluctuation temperature (energy against its own spread) agree exactly where the curvature is isotropic.</para>
/// <para>These are intensive, local temperatures, unlike the transition's T, which measures the whole trip from initialisation to
/// optimum.</para></remarks>
[Maturity(Maturity.Theorem, "for quadratic energies, where there is no next order; O(σ²) relative otherwise")]
public sealed record CurvatureTemperatures
{
    internal CurvatureTemperatures(HessianTraces traces, double sigma)
    {
        if (!(sigma > 0 && double.IsFinite(sigma)))
            throw new ArgumentOutOfRangeException(nameof(sigma), sigma, "Expected a finite spread σ > 0.");
        (Traces, Sigma) = (traces, sigma);
    }

    /// <summary>The traces behind the temperatures.</summary>
    public HessianTraces Traces { get; }

    /// <summary>σ, parameter units.</summary>
    public double Sigma { get; }

    /// <summary>⟨E⟩ − E_min = σ² tr H/2, loss units; it equals T_diff, the derivative of energy by energy entropy along σ.</summary>
    public Estimate MeanExcessEnergy => Times(Traces.Trace, Sigma * Sigma / 2);

    /// <summary>Var E = σ⁴ tr H²/2, loss units squared.</summary>
    public Estimate EnergyVariance => Times(Traces.TraceOfSquare, Math.Pow(Sigma, 4) / 2);

    /// <summary>T_par = σ² tr H/d = 2(⟨E⟩ − E_min)/d, loss units per nat of parameter entropy: equipartition.</summary>
    public Estimate ParameterTemperature => Times(Traces.Trace, Sigma * Sigma / Traces.Dimension);

    /// <summary>T_fluct = Var E/(⟨E⟩ − E_min) = σ² tr H²/tr H, loss units; equal to ⟨|∇E|²⟩/⟨∇²E⟩ in this ensemble.</summary>
    public Estimate FluctuationTemperature => Traces.Power(-1, 1, Sigma * Sigma);

    /// <summary>S_μ = (d/2) ln(2πeσ²), nats: the parameter entropy, defined for this ensemble only.</summary>
    public double ParameterEntropy => Traces.Dimension * (0.5 * (SpecialFunctions.LogTwoPi + 1) + Math.Log(Sigma));

    private static Estimate Times(Estimate estimate, double factor) => new(factor * estimate.Value, factor * estimate.StandardError);
}
