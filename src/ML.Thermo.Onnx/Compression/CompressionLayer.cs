using ML.Thermo.Onnx.Compression.Roundings;
using ML.Thermo.Onnx.Layers;

namespace ML.Thermo.Onnx.Compression;

/// <summary>One way to store the weights of a layer.</summary>
/// <param name="Bits">The width of a weight; 32 for floats as they were.</param>
/// <param name="Form">The form in the file.</param>
/// <param name="Bytes">What it takes in the file, all that belongs to it.</param>
/// <param name="LevelBytes">What its levels, scales and zero points take.</param>
/// <param name="SelfEnergy">The loss with this layer alone stored so, with its standard error over the rows of the plan; 0 for floats.</param>
[Maturity(Maturity.Estimator, "a mean over rows")]
public sealed record CompressionChoice(int Bits, string Form, long Bytes, long LevelBytes, Estimate SelfEnergy)
{
    /// <summary>Widths of the tables of bit planes that it needs.</summary>
    internal IReadOnlyList<int> Planes { get; init; } = [];
}

/// <summary>A layer that can be compressed, and what each width of it would cost.</summary>
/// <remarks>T(b) = (E(b) − E(b′))/(n (b′ − b) ln 2), b′ the next width: loss a nat of precision.</remarks>
[Maturity(Maturity.Theorem, "where losses add up")]
public sealed class CompressionLayer
{
    internal CompressionLayer(
        Layer layer, IReadOnlyList<CompressibleWeight> weights, IReadOnlyList<CompressionChoice> choices, IReadOnlyList<ChannelRounding[]> roundings)
    {
        (Layer, Weights, Choices, Roundings) = (layer, weights, choices, roundings);
        Parameters = weights.Sum(weight => (long)weight.Count);
    }

    /// <summary>The layer's name.</summary>
    public string Name => Layer.Name;

    /// <summary>Its number of weights; biases and the like stay as they are and are not counted.</summary>
    public long Parameters { get; }

    /// <summary>From the narrowest to floats.</summary>
    public IReadOnlyList<CompressionChoice> Choices { get; }

    internal Layer Layer { get; }

    internal IReadOnlyList<CompressibleWeight> Weights { get; }

    /// <summary>One a weight for each choice but the last, which rounds nothing.</summary>
    internal IReadOnlyList<ChannelRounding[]> Roundings { get; }

    /// <summary>The numbers of a weight at a choice.</summary>
    internal float[] Numbers(int weight, int choice) => choice < Roundings.Count ? Roundings[choice][weight].Decode() : Weights[weight].Values;

    /// <summary>What one more nat of precision would take off the loss, loss per nat; NaN at the widest choice.</summary>
    /// <param name="choice">A position in <see cref="Choices"/>.</param>
    public double Temperature(int choice)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(choice);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(choice, Choices.Count);
        if (choice == Choices.Count - 1)
            return double.NaN;
        (CompressionChoice here, CompressionChoice next) = (Choices[choice], Choices[choice + 1]);
        return (here.SelfEnergy.Value - next.SelfEnergy.Value) / (Parameters * (next.Bits - here.Bits) * Math.Log(2));
    }
}
