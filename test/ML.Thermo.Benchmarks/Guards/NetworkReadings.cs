using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Benchmarks.Guards;

/// <summary>The activations of all layers, as the detectors of others need them: of each row channels × positions, and the logits.</summary>
internal sealed class NetworkReadings
{
    private readonly double[][][][] _layers; // layer, row, channel, position

    private NetworkReadings(double[][][][] layers, double[][] logits) => (_layers, Logits) = (layers, logits);

    public int Layers => _layers.Length;

    public double[][] Logits { get; }

    public int[] Classes => [.. Logits.Select(row => Array.IndexOf(row, row.Max()))];

    /// <summary>Channels × positions of a row in a layer.</summary>
    public double[][] Map(int layer, int row) => _layers[layer][row];

    /// <summary>Mean over the positions of each channel.</summary>
    public double[] Pooled(int layer, int row) => [.. _layers[layer][row].Select(channel => channel.Average())];

    public static NetworkReadings Of(OnnxModel model, double[][] rows, IReadOnlyList<long> extents)
    {
        LayerGraph graph = LayerGraph.Of(model);
        string[] tensors = [.. graph.Layers.Select(layer => layer.Post).Distinct()];
        string logits = model.Graph.Outputs[0].Name;
        string[] wanted = [.. tensors.Where(tensor => tensor != logits), logits];
        double[][][][] layers = [.. wanted.Select(_ => new double[rows.Length][][])];
        int first = 0;
        foreach (NetworkBatch batch in NetworkInputs.Of(model, rows, extents).Batches(256))
        {
            List<Dictionary<string, OrtValue>> values = NetworkBatches.Compute(new Subgraph(model), model, wanted, [batch.Inputs], null, asFloats: true);
            for (int layer = 0; layer < wanted.Length; layer++)
            {
                OrtValue value = values[0][wanted[layer]];
                long[] shape = value.GetTensorTypeAndShape().Shape;
                ReadOnlySpan<float> numbers = value.GetTensorDataAsSpan<float>();
                int length = numbers.Length / batch.Rows;
                for (int row = 0; row < batch.Rows; row++)
                    layers[layer][first + row] = Channels(numbers.Slice(row * length, length), shape);
            }

            NetworkBatches.Release(values);
            first += batch.Rows;
            batch.Dispose();
        }

        return new(layers, [.. Enumerable.Range(0, rows.Length).Select(row => layers[^1][row].Select(channel => channel[0]).ToArray())]);
    }

    /// <summary>Pictures have their channels first; of sequences the last axis counts them.</summary>
    private static double[][] Channels(ReadOnlySpan<float> numbers, long[] shape)
    {
        bool isPicture = shape.Length == 4;
        int channels = (int)(isPicture ? shape[1] : shape[^1]), positions = numbers.Length / channels;
        double[][] map = [.. Enumerable.Range(0, channels).Select(_ => new double[positions])];
        for (int channel = 0; channel < channels; channel++)
        {
            for (int position = 0; position < positions; position++)
                map[channel][position] = numbers[isPicture ? (channel * positions) + position : (position * channels) + channel];
        }

        return map;
    }
}
