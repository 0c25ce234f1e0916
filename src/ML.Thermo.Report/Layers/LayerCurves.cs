using ML.Thermo.Activations;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Onnx.Weights;

namespace ML.Thermo.Report.Layers;

/// <summary>What is drawn of one layer: its activation over the signal that it sees, and the spectrum of its weights.</summary>
internal static class LayerCurves
{
    private const int Bars = 48, Points = 161;
    private const double Tail = 0.001; // share left out at each end, so that one outlier does not flatten the picture

    /// <summary>Density of the signal before the activation, and the activation over the same range; null where neither is known.</summary>
    public static object? Transfer(LayerFindings layer)
    {
        Activation? phi = layer.Layer.Activation?.Function;
        IReadOnlyList<SignalBin> bins = layer.Signal?.Distribution ?? [];
        if (phi is null && bins.Count == 0)
            return null;
        (double low, double high) = bins.Count > 0 ? Range(bins) : (-4, 4);
        double total = bins.Sum(bin => bin.Count);
        return new
        {
            Activation = phi?.Name ?? layer.Layer.Activation?.Operator,
            Formula = phi?.Formula ?? "",
            Curve = phi is null ? [] : Sampled(low, high, phi.Value),
            Low = low,
            High = high,
            Density = bins.Count == 0 ? [] : Rebinned(bins, low, high).Select(count => count / total / ((high - low) / Bars)).ToArray(),
            Zeros = total > 0 ? bins.Where(bin => bin.From == bin.To).Sum(bin => bin.Count) / total : 0,
            Values = (long)total,
        };
    }

    /// <summary>Singular values as a histogram, with the bulk of random numbers that was fitted; null where there are none.</summary>
    public static object? Spectrum(WeightAnalysis? weights)
    {
        if (weights is not { Matrix.Eigenvalues.Count: > 1 } || !(weights.SpectralNorm.Value > 0))
            return null;
        double high = weights.SpectralNorm.Value * 1.02, width = high / Bars;
        double[] counts = new double[Bars];
        for (int i = 0; i < weights.Matrix.Eigenvalues.Count; i++)
            counts[Math.Clamp((int)(Math.Sqrt(Math.Max(weights.Matrix.Eigenvalues[i], 0)) / width), 0, Bars - 1)] += weights.Matrix.Multiplicities[i];
        return new
        {
            High = high,
            Counts = counts,
            weights.Matrix.Dimension,
            Method = weights.Matrix.Method.ToString(),
            Bulk = Bulk(weights, high, width),
            Edge = weights.HasRandomBulk() ? weights.Bulk.SpikeThreshold : (double?)null,
        };
    }

    /// <summary>Expected counts a bar: density of σ is 2σ/N times that of λ = σ²/N.</summary>
    private static double[][] Bulk(WeightAnalysis weights, double high, double width)
    {
        if (weights.Bulk.Law is not { } law || !weights.HasRandomBulk())
            return [];
        double scale = weights.Bulk.Edge * weights.Bulk.Edge / law.UpperEdge, inBulk = weights.Matrix.Dimension - weights.Spikes;
        return Sampled(0, high, sigma => inBulk * width * 2 * sigma / scale * law.Density(sigma * sigma / scale));
    }

    private static double[][] Sampled(double low, double high, Func<double, double> f) =>
        [.. Enumerable.Range(0, Points).Select(i => low + ((high - low) * i / (Points - 1))).Select(x => new[] { x, f(x) })
            .Where(point => double.IsFinite(point[1]))];

    private static (double Low, double High) Range(IReadOnlyList<SignalBin> bins)
    {
        double total = bins.Sum(bin => bin.Count), below = 0;
        double low = double.NaN, high = double.NaN;
        foreach (SignalBin bin in bins)
        {
            below += bin.Count;
            if (double.IsNaN(low) && below > Tail * total)
                low = bin.From;
            if (double.IsNaN(high) && below >= (1 - Tail) * total)
                high = bin.To;
        }

        double margin = high > low ? 0.02 * (high - low) : Math.Max(Math.Abs(low), 1);
        return (low - margin, high + margin);
    }

    private static double[] Rebinned(IReadOnlyList<SignalBin> bins, double low, double high)
    {
        double[] counts = new double[Bars];
        double width = (high - low) / Bars;
        foreach (SignalBin bin in bins)
        {
            if (bin.From == bin.To)
                continue; // an atom has no density
            for (int bar = Math.Max((int)((bin.From - low) / width), 0); bar < Bars && low + (bar * width) < bin.To; bar++)
                counts[bar] += bin.Count * Math.Max(Math.Min(bin.To, low + ((bar + 1) * width)) - Math.Max(bin.From, low + (bar * width)), 0)
                    / (bin.To - bin.From);
        }

        return counts;
    }
}
