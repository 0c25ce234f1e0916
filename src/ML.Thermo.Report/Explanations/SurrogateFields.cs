using ML.Thermo.Explanations;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Explanations;

/// <summary>The numbers of a stand-in: JSON, console and page.</summary>
internal static class SurrogateFields
{
    private const string NeverBest = "best at no price";

    public static IReadOnlyList<Field<SurrogateModel>> All { get; } =
    [
        new("features", "features", "how many it has", model => Cell.Of(model.Features), Shown.Json | Shown.Console | Shown.Page),
        new("unfaithfulness", "U", "1 − |correlation| of output and stand-in over the neighbourhood",
            model => Rounded(model.Unfaithfulness), Shown.Json | Shown.Console | Shown.Page),
        new("entropy", "S", "interpretation entropy, 0 … 1", model => Rounded(model.Entropy), Shown.Json | Shown.Console | Shown.Page),
        new("effectiveFeatures", "effective", "exp(−Σ p ln p): how many features it amounts to",
            model => Cell.Of(model.EffectiveFeatures, ""), Shown.Json | Shown.Console | Shown.Page),
        new("priceFrom", "from price", "least price θ at which U + θS is least here", model => Price(model.PriceFrom, model),
            Shown.Json | Shown.Console | Shown.Page),
        new("priceTo", "to price", "largest such price", model => Price(model.PriceTo, model), Shown.Json | Shown.Console | Shown.Page),
    ];

    private static Cell Rounded(double value) => Cell.Of(value, new Quantity(value, null, Numbers.Brief(value)));

    private static Cell Price(double price, SurrogateModel model) =>
        double.IsNaN(model.PriceFrom) ? Cell.Of(double.NaN, NeverBest) with { Short = "" }
        : double.IsInfinity(price) ? Cell.Of(double.PositiveInfinity, new Quantity(null, null, "∞")) : Rounded(price);
}
