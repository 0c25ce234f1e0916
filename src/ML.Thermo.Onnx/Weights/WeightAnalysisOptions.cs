using ML.Thermo.Initialization;

namespace ML.Thermo.Onnx.Weights;

/// <summary>Choices of a weight analysis; the defaults suit networks of any size.</summary>
[Maturity(Maturity.Estimator)]
public sealed record WeightAnalysisOptions
{
    /// <summary>The law the entries are taken to have been drawn from before training; null leaves the distance from it out.
    /// An imported network does not carry it: it is an assumption (He or Glorot by the layer's fan and activation).</summary>
    public InitializationLaw? Law { get; init; }

    /// <summary>How singular values are found.</summary>
    public SpectrumMethod Method { get; init; } = SpectrumMethod.Auto;

    /// <summary>Largest smaller dimension that <see cref="SpectrumMethod.Auto"/> diagonalises; above it, it samples. ≥ 1.</summary>
    public int DirectLimit { get; init; } = 2048;

    /// <summary>Lanczos steps a random vector; 2 … 1024. More steps resolve more of the top of the spectrum.</summary>
    public int LanczosSteps { get; init; } = 64;

    /// <summary>Random vectors of the Lanczos quadrature, rounded up to a multiple of eight; 2 … 1024. Standard errors fall as 1/√.</summary>
    public int Probes { get; init; } = 8;

    /// <summary>Seed of the random vectors; results depend on nothing else.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// Whether spectra, tails and bulks are left out: what remains takes one pass over the weights. Laws are then compared with every k-th weight, about
    /// 65,536 of a layer: the Kolmogorov–Smirnov distance is within 0.0053 of that of all weights, 95 % of the time.
    /// </summary>
    public bool LeavesOutSpectra { get; init; }

    internal WeightAnalysisOptions Checked()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(DirectLimit, 1);
        Between(LanczosSteps, nameof(LanczosSteps));
        Between(Probes, nameof(Probes));
        return this;
    }

    private static void Between(int value, string name)
    {
        if (value is < 2 or > 1024)
            throw new ArgumentOutOfRangeException(name, value, $"Expected 2 ≤ {name} ≤ 1024.");
    }
}
