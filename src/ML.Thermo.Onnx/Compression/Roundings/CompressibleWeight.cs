using System.Numerics.Tensors;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Compression.Roundings;

/// <summary>A stored tensor of 32-bit floats that can be stored otherwise.</summary>
/// <param name="Tensor">The initialiser.</param>
/// <param name="Axis">The axis of its channels, each of which has a scale of its own.</param>
/// <param name="Gathers">The nodes that only pick rows of it, by position.</param>
/// <param name="IsGatheredOnly">Whether nothing else reads it.</param>
internal sealed record CompressibleWeight(OnnxTensor Tensor, int Axis, IReadOnlyList<int> Gathers, bool IsGatheredOnly)
{
    private float[]? _values;

    /// <summary>How it is seen as matrices; null where it is not seen as stored.</summary>
    public WeightLayout? Layout { get; init; }

    /// <summary>The nodes of the main graph that read it, by position.</summary>
    public IReadOnlyList<int> Readers { get; init; } = [];

    public string Name => Tensor.Name;

    public int Count => (int)Tensor.Count;

    public int Channels => (int)Tensor.Shape[Axis];

    /// <summary>Elements from one channel to the next.</summary>
    public int Inner => (int)Tensor.Shape.Skip(Axis + 1).Aggregate(1L, (a, b) => a * b);

    public float[] Values => _values ??= Tensor.ToArray<float>();

    public float Largest => MathF.Abs(TensorPrimitives.MaxMagnitude<float>(Values));

    /// <summary>Reads the weights of a channel.</summary>
    public void Gather(int channel, float[] into)
    {
        int inner = Inner, stride = inner * Channels;
        for (int outer = 0, at = 0; at < into.Length; outer++, at += inner)
            Values.AsSpan((outer * stride) + (channel * inner), inner).CopyTo(into.AsSpan(at));
    }

    public int ChannelOf(int element) => element / Inner % Channels;
}
