using System.Text.Json.Serialization;

namespace ML.Thermo.Explanations;

/// <summary>What one feature does to one prediction.</summary>
/// <param name="Feature">Name, value and kind.</param>
/// <param name="Index">Its place among the features offered, from 0.</param>
/// <param name="Effect">b: change of the output a standard deviation of a number or switch, or by what is present; its error is that of dealing the
/// features into other blocks (sd/√R over replicates, at least the root mean square of all features'), NaN for one replicate.</param>
/// <param name="Spread">s: standard deviation of its coordinate over the neighbourhood.</param>
/// <param name="Share">p = |b|s/Σ|b|s over all features.</param>
/// <param name="Rank">1 for the feature that explains most variance, and so on: k features are those of rank 1 to k.</param>
/// <param name="IsChosen">Whether it is among the features chosen.</param>
[Maturity(Maturity.Estimator)]
[JsonConverter(typeof(ResultJsonConverter))]
public sealed record Term(ExplainedFeature Feature, int Index, Estimate Effect, double Spread, double Share, int Rank, bool IsChosen)
{
    /// <summary>The feature's name.</summary>
    public string Name => Feature.Name;
}
