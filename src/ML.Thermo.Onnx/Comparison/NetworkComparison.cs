using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Onnx.Weights;
using ML.Thermo.Sharing;

namespace ML.Thermo.Onnx.Comparison;

/// <summary>One pair of layers with what changed between them.</summary>
[Maturity(Maturity.Estimator)]
public sealed record LayerChange
{
    /// <summary>The layers.</summary>
    public required LayerPair Pair { get; init; }

    /// <summary>Change of the weights; null where they cannot be compared.</summary>
    public required WeightChange? Weights { get; init; }

    /// <summary>Tail exponent of the second minus that of the first; undefined where either has none or spectra were left out.</summary>
    public required Estimate DeltaAlpha { get; init; }

    /// <summary>Stable rank of the second minus that of the first; undefined where spectra were left out.</summary>
    public required Estimate DeltaStableRank { get; init; }

    /// <summary>10 log₁₀ Σa²/Σ(a − b)² of the layers' outputs on the same rows, decibels; ∞ for equal outputs, NaN where nothing was run.</summary>
    public double SignalToNoise { get; init; } = double.NaN;

    /// <summary>Temperature of the second minus that of the first, loss per nat; undefined where either has none. Its error counts that both networks
    /// met the same draws and the same rows.</summary>
    public Estimate DeltaTemperature { get; init; } = Estimate.Undefined;
}

/// <summary>Two networks side by side: fine-tunes, quantised twins, checkpoints, pruned ones.</summary>
[Maturity(Maturity.Estimator)]
public sealed record NetworkComparison
{
    private NetworkComparison()
    {
    }

    /// <summary>The layers of both, those that changed most first; those whose change is not known last.</summary>
    public required IReadOnlyList<LayerChange> Layers { get; init; }

    /// <summary>Layers with weights that only the first has.</summary>
    public required IReadOnlyList<Layer> OnlyInFirst { get; init; }

    /// <summary>Layers with weights that only the second has.</summary>
    public required IReadOnlyList<Layer> OnlyInSecond { get; init; }

    /// <summary>Compares the weights of two networks.</summary>
    /// <param name="first">A network.</param>
    /// <param name="second">Another.</param>
    /// <param name="spectra">Whether spectra are compared too.</param>
    /// <param name="cancellation">Stops between two layers.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static NetworkComparison Of(LayerGraph first, LayerGraph second, bool spectra = true, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        (IReadOnlyList<LayerPair> pairs, IReadOnlyList<Layer> left, IReadOnlyList<Layer> right) = LayerPair.Match(first, second);
        LayerChange[] changes = new LayerChange[pairs.Count];
        Workers.Run(pairs.Count, Workers.Unlimited, i => changes[i] = Change(pairs[i], spectra), cancellation);
        return new() { Layers = Ordered(changes), OnlyInFirst = left, OnlyInSecond = right };
    }

    /// <summary>Adds the signal-to-noise of the layers' outputs on the same rows.</summary>
    /// <param name="first">The first network.</param>
    /// <param name="second">The second.</param>
    /// <param name="batches">The rows; each batch is disposed once it ran.</param>
    /// <param name="device">Where the networks run; null for the CPU.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <exception cref="ThermoException">ONNX Runtime refuses a network or the rows.</exception>
    public NetworkComparison WithOutputs(
        LayerGraph first, LayerGraph second, IEnumerable<NetworkBatch> batches, ExecutionDevice? device = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        double[] ratios = OutputDifference.Of(first, second, [.. Layers.Select(layer => layer.Pair)], batches, device ?? ExecutionDevice.Cpu, cancellation);
        return this with { Layers = [.. Layers.Select((layer, i) => layer with { SignalToNoise = ratios[i] })] };
    }

    /// <summary>Adds the change of temperatures.</summary>
    /// <param name="first">Of the first network.</param>
    /// <param name="second">Of the second, on the same rows and with the same seed: with another, errors are too large or too small.</param>
    public NetworkComparison WithTemperatures(NetworkThermodynamics first, NetworkThermodynamics second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return this with
        {
            Layers = [.. Layers.Select(layer => layer with { DeltaTemperature = Change(layer.Pair) })],
        };

        Estimate Change(LayerPair pair) => Of(first, pair.First) is { } before && Of(second, pair.Second) is { } after
            ? TemperatureDifference.Of(before, after) : Estimate.Undefined;
        static LayerResult? Of(NetworkThermodynamics found, Layer layer) => found.Layers.FirstOrDefault(result => result.Layer == layer);
    }

    private static LayerChange Change(LayerPair pair, bool spectra)
    {
        (Spectra? a, Spectra? b) = spectra ? (Spectra.Of(pair.First), Spectra.Of(pair.Second)) : (null, null);
        return new()
        {
            Pair = pair,
            Weights = WeightChange.Of(pair.First.Weight!, pair.Second.Weight!),
            DeltaAlpha = a is null || b is null ? Estimate.Undefined : Difference(a.Alpha, b.Alpha),
            DeltaStableRank = a is null || b is null ? Estimate.Undefined : Difference(a.StableRank, b.StableRank),
        };
    }

    private static IReadOnlyList<LayerChange> Ordered(IEnumerable<LayerChange> changes) => [.. changes
        .OrderByDescending(change => change.Weights?.RelativeChange ?? double.NegativeInfinity).ThenBy(change => change.Pair.First.Index)];

    private static Estimate Difference(Estimate first, Estimate second) => first.IsDefined && second.IsDefined
        ? new(second.Value - first.Value, double.Hypot(first.StandardError, second.StandardError))
        : Estimate.Undefined;

    private sealed record Spectra(Estimate Alpha, Estimate StableRank)
    {
        public static Spectra? Of(Layer layer)
        {
            try
            {
                WeightAnalysis analysis = WeightAnalysis.Of(WeightMatrix.Of(layer.Weight!));
                return new(analysis.Alpha, analysis.StableRank);
            }
            catch (ThermoException)
            {
                return null;
            }
        }
    }
}
