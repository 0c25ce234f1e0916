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
    private static readonly double[] Sizes = [2.5, 3, 4, 5];

    public static int Run(TextWriter output, IReadOnlyList<string> arguments)
    {
        CompressionScores scores = new(output);
        IEnumerable<TrialNetwork?> networks = arguments.Count == 0 ? TrialNetwork.Own()
            : arguments[0] == "packages" ? Packaged(arguments.Count > 1 ? arguments[1] : null) : TrialNetwork.OnNoise(arguments);
        foreach (TrialNetwork? network in networks)
        {
            using (network)
            {
                if (network is not null)
                    Compare(scores, network);
            }
        }

        scores.Write();
        return 0;
    }

    private static IEnumerable<TrialNetwork?> Packaged(string? pictures)
    {
        yield return TrialNetwork.Sentences();
        yield return pictures is null ? null : TrialNetwork.ResNet(pictures);
    }

    private static void Compare(CompressionScores scores, TrialNetwork trial)
    {
        LayerGraph network = LayerGraph.Of(trial.Model);
        CompressionPlan nearest = Plan(CompressionRounding.Nearest), ours = Plan(CompressionRounding.Compensated);
        CompressionPlan nearestStill = Still(nearest), still = Still(ours);
        LossMeasure others = LossMeasure.Of(network, trial.Judge, nearest.Options, nearest.Measure.Unit);
        using CutNetwork judge = new(others.Energy, [.. nearest.Layers.SelectMany(layer => layer.Weights)]);
        Dictionary<string, double[][]> rivals = new CompressionRivals(nearest, trial.Plan, trial.PlanLabels).Sensitivities();
        foreach (double bits in Sizes)
        {
            int[] lower = Uniform(nearest, (int)Math.Floor(bits)), upper = Uniform(nearest, (int)Math.Ceiling(bits));
            double average = (nearest.AverageBitsOf(lower) + nearest.AverageBitsOf(upper)) / 2;
            Dictionary<string, double> losses = new(StringComparer.Ordinal)
            {
                ["uniform"] = Math.Sqrt(Realised(nearest, lower) * Realised(nearest, upper)),
                ["uniform, compensated"] = Math.Sqrt(Realised(ours, lower) * Realised(ours, upper)),
                ["nearest, no bath"] = Realised(nearest, nearestStill.AtAverageBits(average).Choices),
                ["nearest"] = Realised(nearest, nearest.AtAverageBits(average).Choices),
                ["no bath"] = Realised(ours, still.AtAverageBits(average).Choices),
                [CompressionScores.Ours] = Realised(ours, ours.AtAverageBits(average).Choices),
            };
            foreach ((string rival, double[][] sensitivity) in rivals)
                losses[rival] = Realised(nearest, CompressionRivals.Choose(nearest, sensitivity, average));
            scores.Add(trial.Name, bits, losses);
        }

        CompressionPlan Plan(CompressionRounding rounding) => NetworkCompression.Plan(network, trial.Plan, CompressionMenu.Fine, new() { Rounding = rounding });

        // The same layers, without exchanges.
        static CompressionPlan Still(CompressionPlan plan) => new(plan.Measure, plan.Layers, plan.Kept, plan.Options with { BathRounds = 0 });

        static int[] Uniform(CompressionPlan plan, int bits) => [.. plan.Layers.Select(layer => layer.Choices.ToList().FindIndex(choice => choice.Bits >= bits))];

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
