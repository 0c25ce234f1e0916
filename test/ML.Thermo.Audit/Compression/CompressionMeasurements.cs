using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Compression;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Audit.Compression;

/// <summary>
/// Intervals of a written network's loss, from rows drawn at random, against the mean over all rows at hand, whose law stands for that of rows to come. The usual
/// mean ± 1.96 standard errors stands beside them: it is why they are wider.
/// </summary>
internal static class CompressionMeasurements
{
    private const int PlanBatches = 2;

    private static readonly (string File, string Rows)[] s_networks =
    [
        ("digits-mlp", "digits"), ("digits-cnn", "digits"), ("digits-transformer", "digits"),
        ("glyph-cnn", "glyphs"), ("glyph-resnet", "glyphs"), ("glyph-vit", "glyphs"), ("kjv-char", "kjv-text"),
    ];

    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int trials = isQuick ? 60 : 400;
        foreach ((string file, string rows) in s_networks.Take(isQuick ? 2 : s_networks.Length))
        {
            foreach (int bits in new[] { 3, 5 })
            {
                double[] all = Losses(file, rows, bits);
                double truth = all.Average();
                foreach (int count in new[] { 64, 128 })
                {
                    int held = 0, usual = 0;
                    for (int trial = 0; trial < trials; trial++)
                    {
                        RandomStream random = new(71, ((ulong)bits * 1000) + (ulong)trial);
                        double[] drawn = [.. Enumerable.Range(0, count).Select(_ => all[random.NextInteger(all.Length)])];
                        MeasuredLoss measured = MeasuredLoss.Of(drawn, 1);
                        held += measured.Low <= truth && truth <= measured.High ? 1 : 0;
                        double error = Math.Sqrt(drawn.Sum(x => (x - measured.Value) * (x - measured.Value)) / (count - 1) / count);
                        usual += Math.Abs(measured.Value - truth) <= Spread.Normal * error ? 1 : 0;
                    }

                    string of = FormattableString.Invariant($"{file}, {bits} bits, {count} rows; mean ± 1.96 errors: {(double)usual / trials:0.00}");
                    yield return Spread.Covered("interval of the measured loss", of, held, trials, 0.9);
                }
            }
        }
    }

    private static double[] Losses(string file, string rows, int bits)
    {
        using OnnxModel model = OnnxModel.Open(Path.Combine(AppContext.BaseDirectory, "networks", $"{file}.onnx"));
        var batches = NetworkInputs.Read(Path.Combine(AppContext.BaseDirectory, "networks", $"{rows}.npz"), model).Batches(32).ToArray();
        IReadOnlyDictionary<string, OrtValue>[] inputs = [.. batches.Select(batch => batch.Inputs)];
        CompressionPlan plan = NetworkCompression.Plan(LayerGraph.Of(model), inputs[..PlanBatches], CompressionMenu.Of(bits));
        using OnnxModel written = OnnxModel.Read(plan.Of([.. plan.Layers.Select(_ => 0)]).ToBytes(), file);
        double[] losses = WrittenLoss.Rows(LossMeasure.Of(plan.Measure.Energy.Network, inputs[PlanBatches..], plan.Options, plan.Measure.Unit), written);
        foreach (var batch in batches)
            batch.Dispose();
        return losses;
    }
}
