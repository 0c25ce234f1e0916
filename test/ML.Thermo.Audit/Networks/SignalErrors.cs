using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Activations;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Audit.Networks;

/// <summary>The errors of measured activation efficiencies: their spread over data sets of one law.</summary>
internal static class SignalErrors
{
    private const int Inputs = 8;

    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int sets = isQuick ? 80 : 400;
        foreach (int rows in new[] { 64, 1000 })
        {
            using AuditedNetwork network = AuditedNetwork.Rectified(3, 8);
            using var analysis = new SignalAnalysis(LayerGraph.Of(network.Model), new());
            NetworkSignals[] runs = [.. Enumerable.Range(1, sets).Select(set => analysis.Run(Batches(new RandomStream(29, (ulong)set), rows)))];
            for (int layer = 0; layer < 2; layer++)
                yield return Spread.Ratio("error of measured η", $"fc{layer + 1} of {network.Name}, {rows} rows", [.. runs.Select(run => run.Layers[layer].ActivationEfficiency)]);
        }
    }

    /// <summary>Four rectified units of common and own parts, from the numbers themselves.</summary>
    public static IEnumerable<Finding> Measured(bool isQuick)
    {
        const int units = 4;
        int sets = isQuick ? 100 : 600;
        foreach (int rows in new[] { 50, 500 })
        {
            MeasuredTransmission[] runs = [.. Enumerable.Range(1, sets).Select(set =>
            {
                var random = new RandomStream(37, (ulong)set);
                double[] pre = new double[rows * units];
                for (int row = 0; row < rows; row++)
                {
                    double common = random.NextNormal();
                    for (int unit = 0; unit < units; unit++)
                        pre[(row * units) + unit] = (0.3 * unit) + common + random.NextNormal();
                }

                return MeasuredTransmission.Of(pre, [.. pre.Select(x => Math.Max(x, 0))], units);
            })];
            yield return Spread.Ratio("error of τ and of η = 1 − τ", $"{units} rectified units, {rows} rows", [.. runs.Select(run => run.Transmission)]);
            yield return Spread.Ratio("error of the coherent gain", $"{units} rectified units, {rows} rows", [.. runs.Select(run => run.CoherentGain)]);
        }
    }

    private static IEnumerable<NetworkBatch> Batches(RandomStream random, int rows)
    {
        int size = SignalAnalysis.BatchSize(rows, 32);
        for (int first = 0; first < rows; first += size)
        {
            int count = Math.Min(size, rows - first);
            float[] data = [.. Enumerable.Range(0, count * Inputs).Select(_ => (float)random.NextNormal())];
            yield return new NetworkBatch(new Dictionary<string, OrtValue> { ["x"] = OrtValue.CreateTensorValueFromMemory(data, [count, Inputs]) }, count);
        }
    }
}
