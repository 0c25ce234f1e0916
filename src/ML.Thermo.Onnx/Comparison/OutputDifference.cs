using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Onnx.Comparison;

/// <summary>Signal-to-noise of layers' outputs between two networks on the same rows.</summary>
internal static class OutputDifference
{
    private const string Prefix = "ml.thermo/";

    /// <summary>10 log₁₀ Σa²/Σ(a − b)² of each pair, decibels; ∞ for equal outputs, NaN where they cannot be compared.</summary>
    public static double[] Of(
        LayerGraph first, LayerGraph second, IReadOnlyList<LayerPair> pairs, IEnumerable<NetworkBatch> batches, ExecutionDevice device,
        CancellationToken cancellation)
    {
        double[] signal = new double[pairs.Count], noise = new double[pairs.Count];
        using Watched one = new(first, [.. pairs.Select(pair => pair.First)], device), other = new(second, [.. pairs.Select(pair => pair.Second)], device);
        foreach (NetworkBatch batch in batches)
        {
            using (batch)
            {
                cancellation.ThrowIfCancellationRequested();
                using IDisposableReadOnlyCollection<OrtValue> a = one.Run(batch), b = other.Run(batch);
                for (int pair = 0; pair < pairs.Count; pair++)
                    Add(one.Of(a, pair), other.Of(b, pair), ref signal[pair], ref noise[pair]);
            }
        }

        return [.. signal.Zip(noise, (s, n) => n == 0 && s > 0 ? double.PositiveInfinity : 10 * Math.Log10(s / n))];
    }

    private static void Add(OrtValue? first, OrtValue? second, ref double signal, ref double noise)
    {
        if (first is null || second is null || !first.GetTensorTypeAndShape().Shape.SequenceEqual(second.GetTensorTypeAndShape().Shape))
        {
            signal = double.NaN;
            return;
        }

        ReadOnlySpan<float> a = first.GetTensorDataAsSpan<float>(), b = second.GetTensorDataAsSpan<float>();
        for (int i = 0; i < a.Length; i++)
        {
            double difference = (double)a[i] - b[i];
            signal += (double)a[i] * a[i];
            noise += difference * difference;
        }
    }

    /// <summary>A session that hands out layers' outputs as floats.</summary>
    private sealed class Watched : IDisposable
    {
        private readonly InferenceSession _session;
        private readonly string[] _names;
        private readonly int[] _places;

        public Watched(LayerGraph graph, IReadOnlyList<Layer> layers, ExecutionDevice device)
        {
            GraphPatch patch = new();
            List<string> names = [];
            _places = [.. layers.Select(layer =>
            {
                if (layer.Path.Length > 0)
                    return -1;
                string floats = $"{Prefix}{names.Count}/float";
                patch.Node("Cast", [layer.Post], [floats], attributes: PatchAttribute.Of("to", (long)ElementType.Float));
                if (layer.OutputQuantization is { } codes)
                {
                    string at = $"{Prefix}{names.Count}/";
                    patch.Initializer<float>(at + "zero", [], [(float)codes.ZeroPoint]).Initializer<float>(at + "step", [], [(float)codes.Scale]);
                    patch.Node("Sub", [floats, at + "zero"], [at + "steps"]);
                    patch.Node("Mul", [at + "steps", at + "step"], [floats = at + "real"]);
                }

                patch.Output(floats);
                names.Add(floats);
                return names.Count - 1;
            })];
            _names = [.. names];
            _session = device.Open(graph.Model, patch);
        }

        public IDisposableReadOnlyCollection<OrtValue> Run(NetworkBatch batch)
        {
            using RunOptions run = new();
            try
            {
                HashSet<string> taken = [.. _session.InputNames];
                return _session.Run(run, batch.Inputs.Where(input => taken.Contains(input.Key)).ToDictionary(), _names);
            }
            catch (OnnxRuntimeException e)
            {
                throw new ThermoException($"ONNX Runtime could not run the network: {e.Message}", e);
            }
        }

        public OrtValue? Of(IDisposableReadOnlyCollection<OrtValue> values, int pair) => _places[pair] < 0 ? null : values[_places[pair]];

        public void Dispose() => _session.Dispose();
    }
}
