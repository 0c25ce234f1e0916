using System.Text.Json.Serialization;

namespace ML.Thermo.Explanations;

/// <summary>The best linear stand-in of so many features.</summary>
/// <param name="Features">k ≥ 1.</param>
/// <param name="Unfaithfulness">U = 1 − |ρ(output, stand-in)| over the neighbourhood, in [0, 1]; 1 − √R² for least squares.</param>
/// <param name="Entropy">S of its k contributions, in [0, 1].</param>
/// <param name="EffectiveFeatures">d^S, from 1 to k.</param>
/// <param name="PriceFrom">Least price θ at which U + θS is least here; NaN where it is least at no price.</param>
/// <param name="PriceTo">Largest such price; ∞ for the last one.</param>
[Maturity(Maturity.Paper, "U, S and the price θ, with ranges of θ from the lower envelope of the lines U + θS")]
[JsonConverter(typeof(ResultJsonConverter))]
public sealed record SurrogateModel(int Features, double Unfaithfulness, double Entropy, double EffectiveFeatures, double PriceFrom, double PriceTo)
{
    /// <summary>U from the share of the variance that is left over: 1 − √(1 − q), without cancellation.</summary>
    internal static double UnfaithfulnessOf(double left) => left <= 0 ? 0 : left / (1 + Math.Sqrt(1 - Math.Min(left, 1)));
}
