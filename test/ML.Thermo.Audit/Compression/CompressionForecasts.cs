using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Compression;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Audit.Compression;

/// <summary>
/// Forecasts of a compressed network's loss against what the rows that no plan saw really lose, over random choices of the plan's rows: neither too good on average, nor often off by more than
/// a factor of two. Their interval is held against the mean over the rows that no plan saw, of which there are more than those that forecast, but not endlessly many.
/// </summary>
internal static class CompressionForecasts
{
    private const int PlanRows = 150;

    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int trials = isQuick ? 6 : 30;
        foreach (string file in new[] { "digits-mlp.onnx", "digits-cnn.onnx", "digits-transformer.onnx" })
        {
            foreach (double more in new[] { 0.5, 1.5, 3 })
            {
                List<(MeasuredLoss Forecast, double Measured)> runs = [];
                double bits = 0;
                for (int trial = 0; trial < trials; trial++)
                    runs.Add(Trial(file, more, (ulong)trial, ref bits));
                string of = FormattableString.Invariant($"{file}, {bits:0.0} bits");
                double mean = runs.Average(run => run.Measured);
                double[] excess = [.. runs.Select(run => (run.Forecast.Value - run.Measured) / mean)];
                double bias = excess.Average(), error = Math.Sqrt(excess.Sum(x => (x - bias) * (x - bias)) / (trials - 1) / trials);
                yield return Finding.Mean("forecast less loss, share of the loss", $"{of} ({trials})", bias, error, 0);
                yield return Spread.Covered("forecast within a factor 2 of the loss", of, runs.Count(run => Math.Abs(Math.Log(run.Forecast.Value / run.Measured)) <= Math.Log(2)), trials, 0.5);
                yield return Spread.Covered("interval of the forecast", of, runs.Count(run => run.Forecast.Low <= run.Measured && run.Measured <= run.Forecast.High), trials, 0.9);
            }
        }
    }

    private static (MeasuredLoss Forecast, double Measured) Trial(string file, double more, ulong seed, ref double bits)
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
        MeasuredLoss measured = plan.Verify(written, shuffled[PlanRows..]);
        bits = network.AverageBits;
        foreach (var row in rows)
            row.Dispose();
        return (network.Forecast, measured.Value);
    }
}
