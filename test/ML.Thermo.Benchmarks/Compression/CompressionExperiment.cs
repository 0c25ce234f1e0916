using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Compression;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Tests;

namespace ML.Thermo.Benchmarks.Compression;

/// <summary>
/// Widths by self-energy, with and without the bath, against what others go by, at equal size: realised loss on rows that no plan saw.
/// </summary>
/// <remarks>The digits networks have labels, so that labelled baselines take part there only. Networks of packages are named by their path on the command line
/// and run on noise.</remarks>
internal static class CompressionExperiment
{
    private const int PlanRows = 128, Batch = 32;
    private static readonly int[] Sizes = [2, 3, 4, 5];

    public static int Run(TextWriter output, IReadOnlyList<string> files)
    {
        CompressionScores scores = new(output);
        foreach (string name in new[] { "digits-mlp.onnx", "digits-cnn.onnx", "digits-transformer.onnx" })
        {
            using OnnxModel model = OnnxModel.Open(ShippedNetworks.Find(name));
            NetworkInputs inputs = NetworkInputs.Read(ShippedNetworks.Find(ShippedNetworks.Digits), model);
            NumpyFile file = NumpyFile.Open(ShippedNetworks.Find(ShippedNetworks.Labels));
            long[] labels = [.. file.Read(file.Arrays)[0].ToDoubles().Select(label => (long)label)];
            Compare(scores, model, inputs, labels);
        }

        foreach (string path in files)
        {
            using OnnxModel model = OnnxModel.Open(path);
            Compare(scores, model, NetworkInputs.Synthetic(model, 3 * PlanRows / 2, 1), null);
        }

        scores.Write();
        return 0;
    }

    private static void Compare(CompressionScores scores, OnnxModel model, NetworkInputs inputs, long[]? labels)
    {
        NetworkBatch[] batches = [.. inputs.Batches(Batch)];
        int planned = Math.Min(PlanRows / (inputs.FixedBatch ?? Batch), 2 * batches.Length / 3);
        IReadOnlyDictionary<string, OrtValue>[] rows = [.. batches.Select(batch => batch.Inputs)];
        LayerGraph network = LayerGraph.Of(model);
        CompressionPlan plan = NetworkCompression.Plan(network, rows[..planned], CompressionMenu.Fine, new() { BathRounds = 0 });
        CompressionPlan bath = NetworkCompression.Plan(network, rows[..planned], CompressionMenu.Fine);
        LossMeasure others = LossMeasure.Of(network, rows[planned..], plan.Options, plan.Measure.Unit);
        using CutNetwork judge = new(others.Energy, [.. plan.Layers.SelectMany(layer => layer.Weights)]);
        Dictionary<string, double[][]> rivals = new CompressionRivals(plan, rows[..planned], labels?[..rows[..planned].Select((_, i) => batches[i].Rows).Sum()]).Sensitivities();
        foreach (int bits in Sizes)
        {
            int[] uniform = [.. plan.Layers.Select(layer => layer.Choices.ToList().FindIndex(choice => choice.Bits >= bits))];
            double average = plan.AverageBitsOf(uniform);
            Dictionary<string, double> losses = new(StringComparer.Ordinal)
            {
                ["uniform"] = Realised(uniform),
                ["self-energy"] = Realised(plan.AtAverageBits(average).Choices),
                ["in the bath"] = Realised(bath.AtAverageBits(average).Choices),
            };
            foreach ((string rival, double[][] sensitivity) in rivals)
                losses[rival] = Realised(CompressionRivals.Choose(plan, sensitivity, average));
            scores.Add(model.Name, bits, losses);
        }

        foreach (NetworkBatch batch in batches)
            batch.Dispose();

        double Realised(IReadOnlyList<int> choices)
        {
            int at = 0;
            for (int i = 0; i < choices.Count; i++)
                for (int weight = 0; weight < plan.Layers[i].Weights.Count; weight++)
                    judge.Set(at++, plan.Layers[i].Numbers(weight, choices[i]));
            return judge.Excess(CancellationToken.None).Average() / others.Unit;
        }
    }
}
