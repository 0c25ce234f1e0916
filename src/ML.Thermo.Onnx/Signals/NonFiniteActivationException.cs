using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

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

/// <summary>Runs one batch again with every tensor handed out, and finds the first that is not finite.</summary>
internal static class NonFiniteTrace
{
    /// <summary>Null where the network cannot be run that way, or all is finite then.</summary>
    public static NonFiniteOrigin? Of(OnnxModel model, Layer layer, NetworkBatch batch, long rowsBefore, ExecutionDevice device)
    {
        foreach ((string name, OrtValue value) in batch.Inputs)
        {
            if (FirstNonFinite(value) is { } position)
                return new(name, "input", Row(value, position, batch.Rows, rowsBefore), true, name, null, false);
        }

        HashSet<string> weights = [.. model.Graph.Initializers.Where(HoldsNonFinite).Select(tensor => tensor.Name)];
        HashSet<string> outputs = [.. model.Graph.Outputs.Select(output => output.Name)];
        int last = model.Graph.Nodes.Select((node, i) => (node, i)).Last(pair => layer.Nodes.Contains(pair.node)).i;
        OnnxNode[] nodes = [.. model.Graph.Nodes.Take(last + 1).Where(
            node => node.Outputs is [{ Length: > 0 }, ..] && node.OpType is not ("If" or "Loop" or "Scan"))];
        GraphPatch patch = new();
        foreach (OnnxNode node in nodes.Where(node => !outputs.Contains(node.Output(0))))
            patch.Output(node.Output(0));
        try
        {
            using InferenceSession session = device.Open(model, patch);
            using RunOptions run = new();
            using IDisposableReadOnlyCollection<OrtValue> values = session.Run(run, batch.Inputs, [.. nodes.Select(node => node.Output(0))]);
            for (int i = 0; i < nodes.Length; i++)
            {
                if (FirstNonFinite(values[i]) is not { } position)
                    continue;
                OnnxNode node = nodes[i];
                bool isHalf = values[i].GetTensorTypeAndShape().ElementDataType == Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float16;
                string? weight = node.Inputs.FirstOrDefault(weights.Contains);
                string name = node.Name.Length > 0 ? node.Name : node.Output(0);
                return new(name, node.OpType, Row(values[i], position, batch.Rows, rowsBefore), false, null, weight, isHalf && weight is null);
            }
        }
        catch (Exception e) when (e is OnnxRuntimeException or ThermoException)
        {
            return null; // the origin is an extra; the layer is known
        }

        return null;
    }

    private static bool HoldsNonFinite(OnnxTensor tensor) => tensor.ElementType.IsFloating() && Array.Exists(tensor.ToDoubles(), x => !double.IsFinite(x));

    private static long Row(OrtValue value, long position, int rows, long before)
    {
        long[] shape = value.GetTensorTypeAndShape().Shape;
        long count = shape.Aggregate(1L, (a, b) => a * b);
        return shape.Length > 0 && shape[0] == rows ? before + (position / Math.Max(count / rows, 1)) : -1;
    }

    private static long? FirstNonFinite(OrtValue value)
    {
        if (!value.IsTensor)
            return null;
        switch (value.GetTensorTypeAndShape().ElementDataType)
        {
            case Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float:
                return Find(value.GetTensorDataAsSpan<float>(), float.IsFinite);
            case Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Double:
                return Find(value.GetTensorDataAsSpan<double>(), double.IsFinite);
            case Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float16:
                return Find(value.GetTensorDataAsSpan<Float16>(), Float16.IsFinite);
            default:
                return null;
        }

        static long? Find<T>(ReadOnlySpan<T> values, Func<T, bool> isFinite)
        {
            for (int i = 0; i < values.Length; i++)
                if (!isFinite(values[i]))
                    return i;
            return null;
        }
    }
}
