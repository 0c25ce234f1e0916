namespace ML.Thermo.Onnx.Signals;

/// <summary>A tensor to watch while the network runs.</summary>
/// <param name="Tensor">Its name in the graph.</param>
/// <param name="UnitAxis">The axis along which its units lie: 1 for channels of images, −1 for features, 0 to look at every row by itself.</param>
[Maturity(Maturity.Estimator)]
internal sealed record SignalTap(string Tensor, int UnitAxis)
{
    /// <summary>Most of its values that enter its histogram in one run; 0 for no histogram.</summary>
    public int HistogramLimit { get; init; }

    /// <summary>Values at or below the first or at or above the second number are counted as saturated; null counts none.</summary>
    public (double Low, double High)? Saturation { get; init; }

    /// <summary>Entropy of every unit's own values instead of one histogram.</summary>
    public bool UnitEntropies { get; init; }

    /// <summary>What a clipping activation holds the values between; the positive part where nothing else is said; no bounds where nothing follows.</summary>
    public (double Low, double High) Clip { get; init; } = (0, double.PositiveInfinity);

    /// <summary>The tensors whose sum it is, where the network's own sum is better not touched; null to look at the tensor itself.</summary>
    public IReadOnlyList<string>? Terms { get; init; }

    /// <summary>The input that says which places of a row are padding; null where none does.</summary>
    public Layers.PaddingMask? Mask { get; init; }

    /// <summary>Where those places lie in the tensor.</summary>
    public TokenPlaces Places { get; init; }

    /// <summary>Step and code of zero where the tensor holds codes.</summary>
    public Layers.OutputQuantization? Quantization { get; init; }

    /// <summary>Width of the cells of its histogram; 0 for the range-free grid.</summary>
    public double GridStep => Quantization?.Scale ?? 0;

    /// <summary>What the operator needs to know.</summary>
    public SignalSettings Settings => new(
        UnitAxis, HistogramLimit, GridStep, Saturation?.Low ?? double.NegativeInfinity, Saturation?.High ?? double.PositiveInfinity,
        UnitEntropies ? 1 : 0, Clip.Low, Clip.High, (double)Places, Mask is { KeepsNonZero: false } ? 1 : 0);
}

/// <summary>Where the places of a row, such as the tokens of a sentence, lie in a tensor.</summary>
internal enum TokenPlaces
{
    /// <summary>Nothing is left out.</summary>
    None,

    /// <summary>[rows, places, units], or rows and places in one axis.</summary>
    Places,

    /// <summary>[rows, heads, places, units], or rows and heads in one axis.</summary>
    Heads,

    /// <summary>[rows, heads, places, places]: queries and keys.</summary>
    Pairs,

    /// <summary>[rows, channels, places].</summary>
    Channels,
}
