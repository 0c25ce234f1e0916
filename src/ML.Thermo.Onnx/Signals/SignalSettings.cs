using System.Runtime.InteropServices;

namespace ML.Thermo.Onnx.Signals;

/// <summary>What the operator needs to know of a tap: doubles, because they travel in the graph as one tensor.</summary>
/// <param name="UnitAxis">The axis of the units; negative counts from the end.</param>
/// <param name="HistogramLimit">Most values that enter the histogram in one run; 0 for none.</param>
/// <param name="GridStep">Width of the histogram's cells; 0 for the range-free grid.</param>
/// <param name="SaturatedLow">Values at or below are counted as saturated; −∞ counts none.</param>
/// <param name="SaturatedHigh">Values at or above are counted as saturated; ∞ counts none.</param>
/// <param name="UnitEntropies">Not 0 for an entropy of every unit.</param>
/// <param name="ClipLow">The activation holds values above this.</param>
/// <param name="ClipHigh">The activation holds values below this.</param>
/// <param name="Places">A <see cref="TokenPlaces"/>: where places that a mask can leave out lie.</param>
/// <param name="KeepsZero">Not 0 where the mask is 0 in places that count, as PyTorch's key_padding_mask is.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct SignalSettings(
    double UnitAxis, double HistogramLimit, double GridStep, double SaturatedLow, double SaturatedHigh, double UnitEntropies, double ClipLow, double ClipHigh,
    double Places, double KeepsZero)
{
    /// <summary>Number of doubles.</summary>
    public const int Length = 10;

    public bool HasHistogram => HistogramLimit > 0;

    public bool HasEntropies => UnitEntropies > 0;

    public (float Low, float High) Clip => ((float)ClipLow, (float)ClipHigh);

    /// <summary>Where saturation begins; null where none is counted.</summary>
    public (float Low, float High)? Saturation =>
        double.IsFinite(SaturatedLow) || double.IsFinite(SaturatedHigh) ? ((float)SaturatedLow, (float)SaturatedHigh) : null;

    /// <summary>The settings that a tensor carries.</summary>
    public static SignalSettings Of(ReadOnlySpan<double> numbers) => MemoryMarshal.Read<SignalSettings>(MemoryMarshal.AsBytes(numbers[..Length]));

    /// <summary>The tensor that carries them.</summary>
    public double[] ToArray() => MemoryMarshal.Cast<SignalSettings, double>([this]).ToArray();
}
