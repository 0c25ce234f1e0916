using System.Numerics.Tensors;

namespace ML.Thermo.Explanations.Weighted;

/// <summary>Weighted least squares with 1, 2, … features: forward by R², then exchanges of single members while they help.</summary>
internal static class WeightedFit
{
    private const double Improvement = 1e-12;

    public static Explanation Explain(WeightedNeighbourhood neighbourhood, ReadOnlySpan<double> coordinates, ReadOnlySpan<double> outputs)
    {
        WeightedOptions options = neighbourhood.Options;
        bool isConstant = TensorPrimitives.Max(outputs) == TensorPrimitives.Min(outputs);
        double[] weights = isConstant ? [] : RowWeights.Of(options, coordinates, outputs);
        (List<Stage> stages, bool hasDependent) = isConstant ? ([], false) : Forward(WeightedMoments.Of(coordinates, outputs, weights));
        SurrogateModel[] models = PriceEnvelope.Of([.. stages.Select(stage => (stage.Unfaithfulness, stage.Entropy))]);
        int chosen = models.Length == 0 ? 0 : options.Choice.Choose(models);
        return new()
        {
            Terms = chosen == 0 ? [] : Terms(neighbourhood.Features, stages[chosen - 1]),
            Models = models,
            Chosen = chosen,
            Value = outputs[0],
            Rows = outputs.Length,
            Variance = stages.Count == 0 ? 0 : stages[0].Variance,
            LinearShare = stages.Count == 0 ? double.NaN : stages[^1].Explained,
            OddShare = double.NaN,
            Stability = double.NaN,
            Choice = options.Choice,
            Status = (isConstant ? ExplanationStatus.ConstantOutput : ExplanationStatus.Defined)
                | (hasDependent ? ExplanationStatus.RankDeficient : ExplanationStatus.Defined)
                | (chosen > 0 && !options.Choice.IsMet(models[chosen - 1]) ? ExplanationStatus.Unreached : ExplanationStatus.Defined),
        };
    }

    private static (List<Stage> Stages, bool HasDependent) Forward(WeightedMoments moments)
    {
        List<Stage> stages = [];
        int d = moments.Features;
        while (stages.Count < d && Best(moments) is (var enters, > Improvement))
        {
            moments.Sweep(enters);
            while (Exchange(moments) is { } better)
                moments = better;
            stages.Add(Stage.Of(moments));
        }

        return (stages, Enumerable.Range(0, d).Any(j => !moments.IsIn(j) && moments.IsDependent(j)));
    }

    private static (int Feature, double Gain) Best(WeightedMoments moments)
    {
        (int best, double most) = (-1, 0);
        for (int j = 0; j < moments.Features; j++)
        {
            if (!moments.IsIn(j) && moments.Gain(j) is var gain && gain > most)
                (best, most) = (j, gain);
        }

        return (best, most);
    }

    /// <summary>The moments with one member exchanged for another that explains more; null where there is none.</summary>
    private static WeightedMoments? Exchange(WeightedMoments moments)
    {
        for (int leaves = 0; leaves < moments.Features; leaves++)
        {
            if (!moments.IsIn(leaves))
                continue;
            WeightedMoments without = moments.Copy();
            without.Sweep(leaves);
            (int enters, double gain) = Best(without);
            if (enters >= 0 && enters != leaves && without.Left - gain < moments.Left - Improvement)
            {
                without.Sweep(enters);
                return without;
            }
        }

        return null;
    }

    private static Term[] Terms(IReadOnlyList<ExplainedFeature> features, Stage stage)
    {
        double sum = stage.Members.Sum(member => member.Weight);
        int[] byWeight = [.. Enumerable.Range(0, stage.Members.Length).OrderByDescending(i => stage.Members[i].Weight)];
        return
        [
            .. byWeight.Select((i, rank) => (Member: stage.Members[i], Rank: rank + 1))
                .Select(m => new Term(
                    features[m.Member.Feature], m.Member.Feature, new(m.Member.Slope, double.NaN), m.Member.Spread, m.Member.Weight / sum, m.Rank, true))
                .OrderByDescending(term => Math.Abs(term.Effect.Value)),
        ];
    }

    private readonly record struct Member(int Feature, double Slope, double Spread)
    {
        public double Weight => Math.Abs(Slope) * Spread;
    }

    /// <summary>One stand-in.</summary>
    private sealed record Stage(Member[] Members, double Variance, double Explained, double Unfaithfulness, InterpretationEntropy Entropy)
    {
        public static Stage Of(WeightedMoments moments)
        {
            IEnumerable<int> selected = Enumerable.Range(0, moments.Features).Where(moments.IsIn);
            Member[] members = [.. selected.Select(j => new Member(j, moments.Coefficient(j), moments.Spread(j)))];
            var entropy = default(EntropySum);
            foreach (Member member in members)
                entropy.Add(member.Weight);
            double left = Math.Clamp(moments.Left, 0, 1); // a share but for rounding
            return new(members, moments.OutputVariance, 1 - left, SurrogateModel.UnfaithfulnessOf(left), entropy.Of(moments.Features));
        }
    }
}
