using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Numerics;
using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

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
        LossMeasure measure = LossMeasure.Of(network, rows, options);
        CompressibleLayers found = CompressibleLayers.Of(network, options, name => measure.Energy.Graph.Reaches(name, measure.Energy.Tensor));
        CompressionLayer[] layers = new CompressionLayer[found.Found.Count];
        int done = 0;
        Workers.Run(layers.Length, Environment.ProcessorCount, i =>
        {
            layers[i] = Measure(measure, found.Found[i].Layer, found.Found[i].Weights, menu, options, cancellation);
            progress?.Report(Interlocked.Increment(ref done) / (double)layers.Length);
        }, cancellation);
        return new CompressionPlan(measure, layers, found.Kept, options);
    }

    private static CompressionLayer Measure(
        LossMeasure measure, Layer layer, IReadOnlyList<CompressibleWeight> weights, CompressionMenu menu, CompressionOptions options,
        CancellationToken cancellation)
    {
        OnnxModel model = measure.Energy.Network.Model;
        using CutNetwork cut = new(measure.Energy, weights);
        List<CompressionChoice> choices = [];
        List<ChannelRounding[]> kept = [];
        Compensation?[] compensations = [.. weights.Select(weight => options.Rounding == CompressionRounding.Compensated
            ? Compensation.Of(weight, InputMoments.Of(model, weight, measure, cut.At)) : null)];
        foreach (int bits in menu.Bits)
        {
            ChannelRounding[] roundings = [.. weights.Select((weight, i) => ChannelRounding.Of(weight, bits, compensations[i]))];
            StoredWeight?[] stored = [.. weights.Zip(roundings, (weight, rounding) => StoredWeight.Of(weight, rounding, model, options.Prefer))];
            if (Array.Exists(stored, form => form is null))
                continue;
            for (int i = 0; i < weights.Count; i++)
                cut.Set(i, roundings[i].Decode());
            kept.Add(roundings);
            Estimate loss = RowMean(measure.Choosing(cut.Excess(cancellation)), measure.Unit);
            choices.Add(new(bits, stored[0]!.Form, stored.Sum(form => form!.Bytes), stored.Sum(form => form!.LevelBytes), loss) { Planes = stored[0]!.Tables });
        }

        long floats = weights.Sum(weight => 4L * weight.Count);
        long names = weights.Sum(weight => (long)weight.Name.Length + LeastFrame);
        choices.Add(new(32, "float", floats + names, floats, Estimate.Exact(0)));
        return new CompressionLayer(layer, weights, choices, kept);
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
