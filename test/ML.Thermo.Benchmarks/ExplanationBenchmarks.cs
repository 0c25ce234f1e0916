using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Explanations;
using ML.Thermo.Onnx.Explanations;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Tests;

namespace ML.Thermo.Benchmarks;

/// <summary>Explanations against the runs of the network that they ask for, and against a wait.</summary>
internal static class ExplanationBenchmarks
{
    private const int Rows = 16;

    public static IEnumerable<Comparison> Comparisons()
    {
        OrthogonalNeighbourhood thirty = Numbers(30);
        double[] outputs = [.. Enumerable.Range(0, thirty.Rows).Select(row => Math.Sin(row * 1.7) + Math.Cos(row * 0.3))];
        yield return new Comparison(
            "1,000 analyses of a neighbourhood, d = 30",
            "a wait of 50 ms, 50 µs each",
            () => Repeat(1000, () => thirty.Explain(outputs)),
            () => Thread.Sleep(50),
            1)
        { Rounds = 15 };

        using var model = OnnxModel.Open(ShippedNetworks.Find("digits-transformer.onnx"));
        NetworkInputs data = NetworkInputs.Read(ShippedNetworks.Find(ShippedNetworks.Digits), model);
        using var explainer = new NetworkExplainer(model, data, new() { Superpixels = Superpixels.Grid(4, 4) });
        using InferenceSession session = Session();
        int scored = Rows * (explainer.Explain(0).Rows + 1);
        yield return new Comparison(
            $"explaining {Rows} digits by a transformer, 16 parts",
            $"running it on as many rows ({scored}), as many threads",
            () =>
            {
                for (int row = 0; row < Rows; row++)
                    explainer.Explain(row);
            },
            () => Run(session, data, scored / Rows),
            1.05)
        { Rounds = 9 };
    }

    private static OrthogonalNeighbourhood Numbers(int d) => new([.. Enumerable.Range(0, d).Select(j => ExplainedFeature.Numeric($"x{j}", 0, 1))]);

    private static InferenceSession Session() => new(
        ShippedNetworks.Find("digits-transformer.onnx"), new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 });

    /// <summary>Batches of 128 rows of the data, as many as the explainer runs.</summary>
    private static void Run(InferenceSession session, NetworkInputs data, int rows)
    {
        for (int explained = 0; explained < Rows; explained++)
        {
            Parallel.For(0, (rows + 127) / 128, part =>
            {
                using Onnx.Signals.NetworkBatch batch = data.Batches(Math.Min(128, rows - (part * 128))).First();
                using var run = new RunOptions();
                using IDisposableReadOnlyCollection<OrtValue> made = session.Run(run, batch.Inputs, session.OutputNames);
            });
        }
    }

    private static void Repeat(int times, Action work)
    {
        for (int i = 0; i < times; i++)
            work();
    }
}
