namespace ML.Thermo.Explanations;

/// <summary>For each model the prices at which it is the best: the lower envelope of the lines U + θS.</summary>
internal static class PriceEnvelope
{
    /// <summary>Models with their ranges. A tie goes to the fewer features.</summary>
    /// <param name="points">U and S of the models with 1, 2, … features.</param>
    public static SurrogateModel[] Of(IReadOnlyList<(double Unfaithfulness, InterpretationEntropy Entropy)> points)
    {
        var models = new SurrogateModel[points.Count];
        for (int k = 0; k < models.Length; k++)
            models[k] = new(k + 1, points[k].Unfaithfulness, points[k].Entropy.Value, points[k].Entropy.EffectiveFeatures, double.NaN, double.NaN);
        if (models.Length == 0)
            return models;
        int best = 0;
        for (int k = 1; k < models.Length; k++)
        {
            if ((models[k].Unfaithfulness, models[k].Entropy).CompareTo((models[best].Unfaithfulness, models[best].Entropy)) < 0)
                best = k;
        }

        double price = 0;
        while (true)
        {
            (int next, double crossing) = Next(models, best);
            models[best] = models[best] with { PriceFrom = price, PriceTo = crossing };
            if (next < 0)
                return models;
            (best, price) = (next, crossing);
        }
    }

    /// <summary>The line that crosses the best one first, and where; −1 and ∞ where none does.</summary>
    private static (int Next, double Crossing) Next(SurrogateModel[] models, int best)
    {
        (int next, double crossing) = (-1, double.PositiveInfinity);
        for (int k = 0; k < models.Length; k++)
        {
            if (models[k].Entropy >= models[best].Entropy)
                continue;
            double at = (models[k].Unfaithfulness - models[best].Unfaithfulness) / (models[best].Entropy - models[k].Entropy);
            if (at < crossing || (at == crossing && next >= 0 && models[k].Entropy < models[next].Entropy))
                (next, crossing) = (k, at);
        }

        return (next, crossing);
    }
}
