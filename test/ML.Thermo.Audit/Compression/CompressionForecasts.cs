using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Compression;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Audit.Compression;

/// <summary>
/// Forecasts of a compressed network's loss against what the rows that no plan saw really lose: over random choices of the plan's rows, the forecast ± 1.96 errors
/// should hold the loss on all others, whose own error is added.
/// </summary>
internal static class CompressionForecasts
{
    private const int PlanRows = 96;

    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int trials = isQuick ? 6 : 40;
        foreach (string file in new[] { "digits-mlp.onnx", "digits-cnn.onnx", "digits-transformer.onnx" })
        {
            foreach (double more in new[] { 0.5, 1.5, 3 })
            {
                List<(double Difference, double Error)> runs = [];
                double bits = 0;
                for (int trial = 0; trial < trials; trial++)
                    runs.Add(Trial(file, more, (ulong)trial, ref bits));
                double[] scores = [.. runs.Select(run => run.Difference / run.Error)];
                int held = scores.Count(score => Math.Abs(score) <= 1.959963984540054);
                yield return Spread.Covered("interval of a compressed loss", FormattableString.Invariant($"{file}, {bits:0.0} bits"), held, trials, 0.9);
            }
        }
    }

    private static (double Difference, double Error) Trial(string file, double more, ulong seed, ref double bits)
    {
        using OnnxModel model = OnnxModel.Open(Path.Combine(AppContext.BaseDirectory, "networks", file));
        NetworkInputs inputs = NetworkInputs.Read(Path.Combine(AppContext.BaseDirectory, "networks", "digits.npz"), model);
        var rows = inputs.Batches(1).ToArray();
        RandomStream random = new(61, seed);
        double[] keys = [.. rows.Select(_ => random.NextDouble())];
        IReadOnlyDictionary<string, OrtValue>[] shuffled = [.. rows.Select((row, i) => (row, i)).OrderBy(pair => keys[pair.i]).Select(pair => pair.row.Inputs)];
        CompressionPlan plan = NetworkCompression.Plan(LayerGraph.Of(model), shuffled[..PlanRows], CompressionMenu.Fine);
        CompressedNetwork network = plan.AtAverageBits(plan.SmallestAverageBits + more);
        using OnnxModel written = OnnxModel.Read(network.ToBytes(), file);
        Estimate measured = plan.Verify(written, shuffled[PlanRows..]);
        bits = network.AverageBits;
        foreach (var row in rows)
            row.Dispose();
        return (network.Forecast.Value - measured.Value, Math.Sqrt(Math.Pow(network.Forecast.StandardError, 2) + Math.Pow(measured.StandardError, 2)));
    }
}
