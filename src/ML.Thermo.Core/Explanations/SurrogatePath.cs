namespace ML.Thermo.Explanations;

/// <summary>The nested stand-ins of orthogonal features: the k that explain most are the best k.</summary>
internal sealed class SurrogatePath
{
    private const double Rounding = 1e-15;

    /// <summary>Orders the features and makes the table.</summary>
    public SurrogatePath(OrthogonalSlopes fit)
    {
        double[] explained = fit.Explained;
        int[] order = new int[explained.Length];
        for (int j = 0; j < order.Length; j++)
            order[j] = j;
        Array.Sort(order, (a, b) => explained[a] == explained[b] ? a.CompareTo(b) : explained[b].CompareTo(explained[a]));
        Ranks = new int[order.Length];
        for (int k = 0; k < order.Length; k++)
            Ranks[order[k]] = k + 1;
        double sum = fit.Weights.Sum(), left = 1;
        Shares = [.. fit.Weights.Select(weight => sum > 0 ? weight / sum : double.NaN)];
        var entropy = default(EntropySum);
        List<(double, InterpretationEntropy)> points = [];
        foreach (int j in order)
        {
            if (explained[j] <= 0)
                break;
            left = left - explained[j] is var rest && rest > Rounding ? rest : 0;
            entropy.Add(fit.Weights[j]);
            points.Add((SurrogateModel.UnfaithfulnessOf(left), entropy.Of(order.Length)));
        }

        Models = PriceEnvelope.Of(points);
    }

    /// <summary>Stand-ins of 1, 2, … features.</summary>
    public SurrogateModel[] Models { get; }

    /// <summary>The place of each feature in the order in which they enter, from 1.</summary>
    public int[] Ranks { get; }

    /// <summary>Share of each feature in Σ|b|s; NaN where none has an effect.</summary>
    public double[] Shares { get; }

    /// <summary>Number of features; 0 where none has an effect.</summary>
    public int Choose(FeatureChoice choice) => Models.Length == 0 ? 0 : choice.Choose(Models);
}
