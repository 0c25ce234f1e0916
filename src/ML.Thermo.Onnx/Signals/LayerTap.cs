using System.Globalization;
using ML.Thermo.Activations;
using ML.Thermo.Onnx.Layers;

namespace ML.Thermo.Onnx.Signals;

/// <summary>Where one layer is watched.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Pre">Index of the tap before the activation; that of the only tap for a layer without one.</param>
/// <param name="Post">Index of the tap behind the activation, or null where what comes before it says all.</param>
internal sealed record LayerTap(Layer Layer, int Pre, int? Post)
{
    /// <summary>Share of the range of a bounded activation that counts as saturated at each end.</summary>
    private const double SaturatedMargin = 0.01;

    private const long SumsBroadcastSince = 8;

    private static readonly (double Low, double High) Unbounded = (double.NegativeInfinity, double.PositiveInfinity);

    private static readonly double[] Scales = [1e-3, 0.37, 7.3, 1e3];

    private IReadOnlyList<Activation>? _functions;

    /// <summary>p and n of an activation p·x⁺ − n·x⁻; (1, 1) for a linear layer; null for any other.</summary>
    public (double Positive, double Negative)? Slopes { get; private init; }

    /// <summary>The activations of the layer: one, or one of each slope of a PReLU whose slopes differ between channels; none where it is not known.</summary>
    public IReadOnlyList<Activation> Functions => _functions ??= FunctionsOf(Layer);

    /// <summary>What the activation holds its input between where it clips; else where a rectifier does.</summary>
    public (double Low, double High) Clip { get; private init; } = (0, double.PositiveInfinity);

    /// <summary>Whether saturation is counted at <see cref="Post"/>, or before an activation that clips, which is the identity inside its bounds.</summary>
    public bool Saturates { get; private init; }

    /// <summary>Whether nothing is seen before the activation: it happens inside an operator, as the gates of a recurrent layer do, or is not to be
    /// looked behind.</summary>
    public bool IsHidden { get; private init; }

    /// <summary>Whether there is no activation at all.</summary>
    public bool IsLinear => Layer.Activation is null && !IsHidden;

    /// <summary>Adds a layer's taps to a list.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="layer">A layer of its main graph.</param>
    /// <param name="axis">The axis of its units.</param>
    /// <param name="histogramLimit">Most values for its entropy in one run; 0 for none.</param>
    /// <param name="taps">Receives one tap or two.</param>
    /// <param name="outputsOnly">Whether to look only at what comes out of the layer, so that its activation stays fused with it.</param>
    public static LayerTap Add(LayerGraph graph, Layer layer, int axis, int histogramLimit, List<SignalTap> taps, bool outputsOnly = false)
    {
        int first = taps.Count;
        OutputQuantization? codes = layer.Pre == layer.Post || outputsOnly ? layer.OutputQuantization : null;
        bool isSealed = layer.Kind is LayerKind.Recurrent or LayerKind.Attention || (layer.Activation is not null && layer.Pre == layer.Post);
        if (isSealed || (outputsOnly && layer.Activation is not null))
        {
            (double Low, double High)? limits = SaturationBounds(layer.Activation?.Function);
            taps.Add(new SignalTap(layer.Post, axis) { Clip = Unbounded, Quantization = codes, Saturation = limits });
            return new(layer, first, null) { IsHidden = true, Saturates = limits is not null };
        }

        taps.Add(new SignalTap(layer.Pre, axis) { HistogramLimit = histogramLimit, Quantization = codes });
        if (layer.Activation is null)
        {
            taps[first] = taps[first] with { Clip = Unbounded, Terms = IsFused(graph, layer) ? layer.Nodes[0].Inputs : null };
            return new(layer, first, null) { Slopes = (1, 1) };
        }

        if (HomogeneousSlopes(layer) is { } slopes)
            return new(layer, first, null) { Slopes = slopes };
        (double Low, double High)? bounds = SaturationBounds(layer.Activation.Function);
        if (ClippingBounds(layer.Activation.Function) is { } clip)
        {
            taps[first] = taps[first] with { Clip = clip, Saturation = bounds };
            return new(layer, first, null) { Slopes = (1, 0), Clip = clip, Saturates = bounds is not null };
        }

        taps[first] = taps[first] with { Clip = Unbounded };
        taps.Add(new SignalTap(layer.Post, axis) { Saturation = bounds, Clip = Unbounded });
        return new(layer, first, first + 1) { Saturates = bounds is not null };
    }

    /// <summary>Lets the places that a mask leaves out leave the layer's sums.</summary>
    public void LeaveOut(PaddingMask mask, List<SignalTap> taps)
    {
        TokenPlaces places = Layer.Kind != LayerKind.Product ? (taps[Pre].UnitAxis == 1 ? TokenPlaces.Channels : TokenPlaces.Places)
            : Layer.Activation is { Function: null } ? TokenPlaces.Pairs : TokenPlaces.Heads;
        taps[Pre] = taps[Pre] with { Mask = mask, Places = places };
        if (Post is { } post)
            taps[post] = taps[post] with { Mask = mask, Places = places };
    }

    /// <summary>ONNX Runtime fuses a sum with the normalisation behind it, but only while nobody else reads the sum.</summary>
    private static bool IsFused(LayerGraph graph, Layer layer) =>
        layer.Kind == LayerKind.Residual && layer.Post == layer.Nodes[0].Output(0) && graph.Model.OperatorSet >= SumsBroadcastSince
        && graph.Layers.Any(other => other.Kind == LayerKind.Normalization && other.Input == layer.Post);

    private static IReadOnlyList<Activation> FunctionsOf(Layer layer)
    {
        if (layer.Activation?.Function is not { } phi)
            return [];
        ParameterTensor? slopes = layer.Parameters.FirstOrDefault(p => p.Role == ParameterRole.Slope && p.Count > 1);
        return slopes is null ? [phi]
            : [.. slopes.ToDoubles().Select(slope => Activation.Parse(string.Create(CultureInfo.InvariantCulture, $"prelu:{slope:R}")))];
    }

    /// <summary>p and n where φ(z) = p·z⁺ − n·z⁻ for every channel.</summary>
    private static (double Positive, double Negative)? HomogeneousSlopes(Layer layer)
    {
        bool sameForAll = layer.Parameters.All(p => p.Role != ParameterRole.Slope || p.Count == 1);
        if (!sameForAll || layer.Activation?.Function is not { } phi || phi.Kinks.Any(kink => kink != 0))
            return null;
        double positive = phi.Value(1), negative = -phi.Value(-1);
        bool isHomogeneous = Scales.All(z => Near(phi.Value(z), positive * z) && Near(phi.Value(-z), -negative * z));
        return isHomogeneous ? (positive, negative) : null;

        static bool Near(double a, double b) => Math.Abs(a - b) <= 1e-9 * (Math.Abs(a) + Math.Abs(b));
    }

    /// <summary>Low and high where φ(z) is z held between them, low ≤ 0 ≤ high; its variance then needs no second look.</summary>
    private static (double Low, double High)? ClippingBounds(Activation? phi)
    {
        double low = phi?.Value(-1e20) ?? double.NaN, high = phi?.Value(1e20) ?? double.NaN;
        if (!(low <= 0 && high >= 0 && low < high) || phi!.Kinks.Count == 0)
            return null;
        double[] probes = [.. Scales.SelectMany(z => new[] { z, -z }), low, high, low / 2, high / 2, low * 2, high * 2];
        return probes.All(z => phi.Value(z) == Math.Clamp(z, low, high)) ? (low, high) : null;
    }

    /// <summary>
    /// Within 1 % of the range at either end; only at the upper end where zero is the lower one and φ(z) = 0 below it, since that is
    /// silence. Null where φ has no two limits.
    /// </summary>
    private static (double Low, double High)? SaturationBounds(Activation? phi)
    {
        if (phi is null)
            return null;
        double low = phi.Value(-1e20), high = phi.Value(1e20);
        bool hasLimits = double.IsFinite(low) && double.IsFinite(high) && low < high && phi.Value(-1e25) == low && phi.Value(1e25) == high;
        if (!hasLimits)
            return null;
        double margin = SaturatedMargin * (high - low);
        bool isRectifier = low == 0 && phi.Kinks.Contains(0);
        return (isRectifier ? double.NegativeInfinity : low + margin, high - margin);
    }
}
