using ML.Thermo.Onnx.Compression;
using ML.Thermo.Onnx.Layers;

namespace ML.Thermo.Benchmarks.Compression;

/// <summary>
/// Widths by self-energy and rounding with compensated errors, against what others go by, at equal size: realised loss on rows that no plan saw.
/// </summary>
/// <remarks>Without arguments this project's own networks; <c>packages PICTURES.npz</c> runs ResNet-18 and MiniLM; other arguments are networks that run on noise.
/// Rivals round to the nearest level with the clipping of least squared error, as the tools that go by them do.</remarks>
internal static class CompressionExperiment
{
    private static readonly (CompressionMenu Menu, double[] Sizes)[] s_menus = [(CompressionMenu.Fine, [2.5, 3, 4, 5]), (CompressionMenu.Common, [5, 6])];

    public static int Run(TextWriter output, IReadOnlyList<string> arguments)
    {
        CompressionScores[] scores = [.. s_menus.Select(menu => new CompressionScores(output, $"widths {menu.Menu}"))];
        IEnumerable<TrialNetwork?> networks = arguments.Count == 0 ? TrialNetwork.Own()
            : arguments[0] == "packages" ? Packaged(arguments.Count > 1 ? arguments[1] : null) : TrialNetwork.OnNoise(arguments);
        foreach (TrialNetwork? network in networks)
        {
            using (network)
            {
                for (int i = 0; network is not null && i < (network.BathRounds > 0 ? scores.Length : 1); i++) // large networks: one menu
                    Compare(scores[i], network, s_menus[i].Menu, s_menus[i].Sizes);
            }
        }

        foreach (CompressionScores menu in scores.Where(menu => !menu.IsEmpty))
            menu.Write();
        return 0;
    }

    private static IEnumerable<TrialNetwork?> Packaged(string? pictures)
    {
        yield return TrialNetwork.Sentences();
        yield return pictures is null ? null : TrialNetwork.ResNet(pictures);
    }

    private static void Compare(CompressionScores scores, TrialNetwork trial, CompressionMenu menu, double[] sizes)
    {
        LayerGraph network = LayerGraph.Of(trial.Model);
        CompressionPlan nearest = Plan(CompressionRounding.Nearest), ours = Plan(CompressionRounding.Compensated);
        CompressionPlan nearestStill = Still(nearest), still = Still(ours);
        LossMeasure others = LossMeasure.Of(network, trial.Judge, nearest.Options, nearest.Measure.Unit);
        using CutNetwork judge = new(others.Energy, [.. nearest.Layers.SelectMany(layer => layer.Weights)]);
        Dictionary<string, double[][]> rivals = new CompressionRivals(nearest, trial.Plan, trial.PlanLabels).Sensitivities();
        foreach (double bits in sizes)
        {
            // Between two widths uniform bits have the size on the line between theirs, and the loss on the line between the logarithms of theirs.
            int low = menu.Bits.Last(width => width <= bits), high = menu.Bits.First(width => width >= bits);
            int[] lower = Uniform(nearest, low), upper = Uniform(nearest, high);
            double share = high == low ? 0 : (bits - low) / (high - low);
            double average = ((1 - share) * nearest.AverageBitsOf(lower)) + (share * nearest.AverageBitsOf(upper));
            Dictionary<string, double> losses = new(StringComparer.Ordinal)
            {
                [CompressionScores.Uniform] = Between(nearest, lower, upper, share),
                ["uniform, compensated"] = Between(ours, lower, upper, share),
                ["nearest, no bath"] = Realised(nearest, nearestStill.AtAverageBits(average).Choices),
                [CompressionScores.Nearest] = Realised(nearest, nearest.AtAverageBits(average).Choices),
                ["no bath"] = Realised(ours, still.AtAverageBits(average).Choices),
                [CompressionScores.Ours] = Realised(ours, ours.AtAverageBits(average).Choices),
            };
            foreach ((string rival, double[][] sensitivity) in rivals)
                losses[rival] = Realised(nearest, CompressionRivals.Choose(nearest, sensitivity, average));
            scores.Add(trial.Name, bits, losses);
        }

        CompressionPlan Plan(CompressionRounding rounding) => NetworkCompression.Plan(network, trial.Plan, menu, new() { Rounding = rounding, BathRounds = trial.BathRounds });

        // The same layers, without exchanges.
        static CompressionPlan Still(CompressionPlan plan) => new(plan.Subject, plan.Layers, plan.Options with { BathRounds = 0 });

        static int[] Uniform(CompressionPlan plan, int bits) => [.. plan.Layers.Select(layer => layer.Choices.ToList().FindIndex(choice => choice.Bits >= bits))];

        double Between(CompressionPlan plan, int[] lower, int[] upper, double share) =>
            Math.Exp(((1 - share) * Math.Log(Realised(plan, lower))) + (share * Math.Log(Realised(plan, upper))));

        double Realised(CompressionPlan plan, IReadOnlyList<int> choices)
        {
            int at = 0;
            for (int i = 0; i < choices.Count; i++)
                for (int weight = 0; weight < plan.Layers[i].Weights.Count; weight++)
                    judge.Set(at++, plan.Layers[i].Numbers(weight, choices[i]));
            return judge.Excess(CancellationToken.None).Average() / others.Unit;
        }
    }
}
