using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Numerics;
using ML.Thermo.Onnx.Compression.Roundings;
using ML.Thermo.Onnx.Layers;

namespace ML.Thermo.Onnx.Compression;

/// <summary>Plans how a trained network is stored in fewer bits, by the self-energy of each layer.</summary>
/// <remarks>
/// <para>Rounding a layer with step Δ is a Type I ensemble around the trained point, whose parameter entropy is n ln Δ: its size in nats, but for a constant.
/// Least loss at a size is least energy at an entropy: thermal equilibrium, in which every layer trades its last bit at one temperature.</para>
/// <para>The energy is the self-energy, the loss against the network's own outputs. The trained point is its exact minimum, so no slope of the loss enters,
/// and no labels are needed.</para>
/// <para>Prior art: the divergence of a network with one layer rounded as its sensitivity is ZeroQ's (Cai et al. 2020); equal slopes are rate-distortion
/// theory.</para>
/// </remarks>
[Maturity(Maturity.Theorem, "where losses add up; that they nearly do is measured")]
public static class NetworkCompression
{
    /// <summary>Bytes that a constant takes at least beside its numbers and its name.</summary>
    private const int LeastFrame = 8;

    /// <summary>Measures every layer at every width: a pass over what lies below each layer, and one over what lies above for each width.</summary>
    /// <param name="network">The layers; must outlive the plan, as must the rows.</param>
    /// <param name="rows">Inputs by name, batch by batch; 32 to 128 rows do.</param>
    /// <param name="menu">The widths; null for <see cref="CompressionMenu.Common"/>.</param>
    /// <param name="options">Loss, output, layers to keep, the bath.</param>
    /// <param name="progress">Told the share of layers that are done.</param>
    /// <param name="cancellation">Checked before each pass.</param>
    /// <exception cref="ThermoException">There is nothing to compress, no width is what is preferred, or ONNX Runtime refuses the network.</exception>
    /// <exception cref="UnusableDataException">The network's loss on a row is not finite, or its outputs do not vary.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public static CompressionPlan Plan(
        LayerGraph network, IReadOnlyList<IReadOnlyDictionary<string, OrtValue>> rows, CompressionMenu? menu = null, CompressionOptions? options = null,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(rows);
        options ??= new();
        menu ??= CompressionMenu.Common;
        if (options.Prefer == CompressionPreference.Memory && !menu.Bits.Any(bits => bits is 4 or 8))
            throw new ThermoException($"Of the widths {menu} none stays in memory as it is stored: expected 4 or 8 bits among them.");
        CompressionSubject subject = new(network, rows, options);
        using WidthPieces pieces = new(subject, menu, Environment.ProcessorCount);
        WidthTrial?[] trials = new WidthTrial?[pieces.Count];
        int done = 0;
        pieces.Do(options.Workers, 0, pieces.Count, (number, trial) =>
        {
            trials[number] = trial;
            progress?.Report(Interlocked.Increment(ref done) / (double)trials.Length);
        }, cancellation);
        CompressionLayer[] layers = [.. subject.Layers.Found.Select((layer, i) =>
            LayerOf(layer.Layer, layer.Weights, [.. trials.AsSpan(i * menu.Bits.Count, menu.Bits.Count).ToArray().OfType<WidthTrial>()]))];
        return new CompressionPlan(subject, layers, options);
    }

    private static CompressionLayer LayerOf(Layer layer, IReadOnlyList<CompressibleWeight> weights, IReadOnlyList<WidthTrial> trials)
    {
        long floats = weights.Sum(weight => 4L * weight.Count);
        long names = weights.Sum(weight => (long)weight.Name.Length + LeastFrame);
        CompressionChoice stays = new(32, "float", floats + names, floats, Estimate.Exact(0));
        return new CompressionLayer(layer, weights, [.. trials.Select(trial => trial.Choice), stays], [.. trials.Select(trial => trial.Roundings)]);
    }

    /// <summary>The mean over rows and its standard error, in units of the loss.</summary>
    /// <exception cref="UnusableDataException">A loss is not finite.</exception>
    internal static Estimate RowMean(double[] losses, double unit)
    {
        int bad = Array.FindIndex(losses, loss => !double.IsFinite(loss));
        if (bad >= 0)
        {
            throw new UnusableDataException($"The loss of row {bad} with rounded weights is {losses[bad]}: expected a finite number. Leave the row out, "
                + "or keep the layer.");
        }

        Estimate mean = SampleMean.Of(losses);
        return new Estimate(mean.Value / unit, mean.StandardError / unit);
    }
}
