using ML.Thermo.Numerics;

namespace ML.Thermo.Curvature;

/// <summary>
/// T_conf = ⟨|∇E|²⟩/⟨∇²E⟩, loss units: a temperature read from the geometry of the energy alone, with no ground energy and no entropy.</summary>
/// <remarks>
/// In a Boltzmann ensemble it equals the bath's temperature, in the ensemble N(ŵ, σ²I) about a quadratic minimum σ² tr H²/tr H.</remarks>
[Maturity(Maturity.Theorem, "Rugh 1997; from draws an estimator")]
public static class ConfigurationalTemperature
{
    /// <summary>Estimates it from independent draws of one ensemble.</summary>
    /// <param name="squaredGradients">|∇E|² of each draw, ≥ 0, finite.</param>
    /// <param name="laplacians">∇²E = tr H of each draw, finite.</param>
    /// <returns>The ratio of means with its delta-method error; undefined where the mean Laplacian is zero.</returns>
    /// <exception cref="ArgumentException">The lengths differ or are below two.</exception>
    public static Estimate FromDraws(ReadOnlySpan<double> squaredGradients, ReadOnlySpan<double> laplacians)
    {
        if (squaredGradients.Length != laplacians.Length || laplacians.Length < 2)
        {
            throw new ArgumentException(
                $"Expected at least 2 draws of both, got {squaredGradients.Length} squared gradients and {laplacians.Length} Laplacians.",
                nameof(squaredGradients));
        }

        return RatioEstimate.Of(squaredGradients, laplacians);
    }
}
