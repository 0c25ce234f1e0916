using ML.Thermo.Onnx.Layers;

namespace ML.Thermo.Onnx.Signals;

/// <summary>An activation that is no finite number: the network cannot be judged on this input.</summary>
public sealed class NonFiniteActivationException : ThermoException
{
    internal NonFiniteActivationException(Layer layer, long batch, NonFiniteOrigin? origin, NetworkSignals? sofar)
        : base($"Layer '{layer.Name}' ({layer.OpType}) is the first whose activations are not all finite numbers below 1e18, in batch {batch + 1}: "
            + (origin?.ToString() ?? "look at its inputs and weights for NaN, infinite or huge values."))
    {
        Layer = layer;
        Batch = batch;
        Origin = origin;
        SoFar = sofar;
    }

    /// <summary>The first such layer in the graph's order.</summary>
    public Layer Layer { get; }

    /// <summary>The first batch that showed it, from 0.</summary>
    public long Batch { get; }

    /// <summary>Where it began; null where that could not be followed.</summary>
    public NonFiniteOrigin? Origin { get; }

    /// <summary>What the batches before showed; null where there were none.</summary>
    public NetworkSignals? SoFar { get; }
}

/// <summary>Where a number that is not finite came from.</summary>
/// <param name="Node">The first node that hands one out, by its name or its output.</param>
/// <param name="OpType">Its operator.</param>
/// <param name="Row">The first row that shows it, counted over all batches from 0; −1 where rows cannot be told apart.</param>
/// <param name="InputHadIt">Whether the data themselves held it.</param>
/// <param name="Input">The input that did, or null.</param>
/// <param name="Weight">The constant that holds it, or null.</param>
/// <param name="OverflowsHalf">Whether the node's result is of half precision and infinite: a number beyond 65504.</param>
public sealed record NonFiniteOrigin(string Node, string OpType, long Row, bool InputHadIt, string? Input, string? Weight, bool OverflowsHalf)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        string where = Row < 0 ? "" : $"row {Row} of the data: ";
        return where + (InputHadIt ? $"input '{Input}' itself holds a number that is not finite there."
            : Weight is not null ? $"the weight '{Weight}', which {OpType} '{Node}' reads, holds a number that is not finite."
            : OverflowsHalf ? $"{OpType} '{Node}' makes a number beyond 65504, the largest of half precision."
            : $"{OpType} '{Node}' makes it from finite numbers.");
    }
}
