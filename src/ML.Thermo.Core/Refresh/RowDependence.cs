using System.Text.Json.Serialization;
using ML.Thermo.Numerics;
using ML.Thermo.Refresh.Dependence;

namespace ML.Thermo.Refresh;

/// <summary>Whether rows depend on each other, by the reference in its order, and what that does to windows.</summary>
/// <param name="DesignEffect">
/// Largest of the scores: how many times as much the mean of a window varies as that of independent rows. 1 where they cannot be told from independent
/// ones at 1 %; NaN where the order of the reference is not known.
/// </param>
/// <param name="RatesHold">
/// The stated rates hold nearly: no dependence was found, or a small one (at most 1.5) with at least eight windows' rows in the reference. Where it is
/// false p-values are corrected all the same, and may still be too small.
/// </param>
[Maturity(Maturity.Estimator, "design effect of block means; the correction makes no p-value smaller, so independent rows keep their bounds")]
[JsonConverter(typeof(ResultJsonConverter))]
public sealed record RowDependence(double DesignEffect, bool RatesHold)
{
    internal static RowDependence Of(RowOrder? order, DesignEffects? effects) =>
        effects is null ? new(order is null ? double.NaN : 1, true) : new(effects.Largest, effects.RatesHold);
}
