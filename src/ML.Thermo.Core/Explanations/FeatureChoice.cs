using System.Globalization;

namespace ML.Thermo.Explanations;

/// <summary>How the number of features of an explanation is chosen from the table of all of them.</summary>
[Maturity(Maturity.Estimator, "the table is exact for its neighbourhood; which line of it is best is a choice")]
public abstract record FeatureChoice
{
    private FeatureChoice()
    {
    }

    /// <summary>One feature where it loses at most 0.01 of unfaithfulness against all; else the number that stays best over the widest finite range of
    /// prices.</summary>
    public static FeatureChoice WidestRange { get; } = new Widest();

    /// <summary>The number that is best at one price: least U + θS.</summary>
    /// <param name="price">θ ≥ 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The price is negative or NaN.</exception>
    public static FeatureChoice AtPrice(double price) => price >= 0 ? new Priced(price)
        : throw new ArgumentOutOfRangeException(nameof(price), price, "Expected a price from 0.");

    /// <summary>The fewest features with U of at most this.</summary>
    /// <param name="unfaithfulness">In [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is outside its range.</exception>
    public static FeatureChoice Faithfulness(double unfaithfulness) => unfaithfulness is >= 0 and <= 1 ? new Faithful(unfaithfulness)
        : throw new ArgumentOutOfRangeException(nameof(unfaithfulness), unfaithfulness, "Expected an unfaithfulness from 0 to 1.");

    /// <summary>So many features, or all where there are fewer.</summary>
    /// <param name="count">≥ 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public static FeatureChoice Features(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new Counted(count);
    }

    /// <summary>The number of features, from 1; at least one model.</summary>
    internal abstract int Choose(IReadOnlyList<SurrogateModel> models);

    /// <summary>Whether the chosen model does what was asked for.</summary>
    internal virtual bool IsMet(SurrogateModel chosen) => true;

    private sealed record Widest : FeatureChoice
    {
        private const double Negligible = 0.01;

        public override string ToString() => "widestRange";

        internal override int Choose(IReadOnlyList<SurrogateModel> models)
        {
            if (models[0].Unfaithfulness - models[^1].Unfaithfulness <= Negligible)
                return 1;
            SurrogateModel? best = models.Where(model => double.IsFinite(model.PriceTo)).MaxBy(model => model.PriceTo - model.PriceFrom);
            return best?.Features ?? 1;
        }
    }

    private sealed record Priced(double Price) : FeatureChoice
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"price {Price}");

        internal override int Choose(IReadOnlyList<SurrogateModel> models) =>
            models.MinBy(model => (model.Unfaithfulness + (Price * model.Entropy), model.Features))!.Features;
    }

    private sealed record Faithful(double Unfaithfulness) : FeatureChoice
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"faithful {Unfaithfulness}");

        internal override int Choose(IReadOnlyList<SurrogateModel> models) => models.FirstOrDefault(IsMet)?.Features ?? models[^1].Features;

        internal override bool IsMet(SurrogateModel chosen) => chosen.Unfaithfulness <= Unfaithfulness;
    }

    private sealed record Counted(int Count) : FeatureChoice
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"features {Count}");

        internal override int Choose(IReadOnlyList<SurrogateModel> models) => Math.Min(Count, models.Count);
    }
}
