using System.Buffers;
using System.Numerics;

namespace ML.Thermo.Onnx.Weights;

/// <summary>Every k-th of a layer's weights, k odd so that all rows and columns of a matrix are met, taken while a pass
/// over all of them has them at hand.</summary>
internal sealed class EntrySample : IDisposable
{
    private readonly float[] _values;
    private readonly int _stride;

    /// <summary>An empty sample.</summary>
    /// <param name="all">Number of weights.</param>
    /// <param name="most">About so many are wanted, fewer than all; ≥ 1.</param>
    public EntrySample(long all, int most)
    {
        _stride = (int)(all / most) | 1;
        Count = (int)((all + _stride - 1) / _stride);
        _values = ArrayPool<float>.Shared.Rent(Count);
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>In the order of the weights.</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, Count);

    /// <summary>Takes what belongs to the sample from a part of the weights that begins at some place.</summary>
    public void Take<T>(ReadOnlySpan<T> part, int start)
        where T : unmanaged, INumberBase<T>
    {
        int next = (start + _stride - 1) / _stride;
        for (int i = (next * _stride) - start; i < part.Length; i += _stride)
            _values[next++] = float.CreateTruncating(part[i]);
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<float>.Shared.Return(_values);
}
