using ML.Thermo.Entropies;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Sharing;
using ML.Thermo.Transitions;

namespace ML.Thermo.Onnx.Ensembles;

/// <summary>How a network's temperatures are found.</summary>
[Maturity(Maturity.Estimator)]
public sealed record NetworkAnalysisOptions
{
    /// <summary>The assumed initialisation, to which every temperature is relative.</summary>
    public NetworkInitialization Initialization { get; init; } = NetworkInitialization.Auto;

    /// <summary>Most draws of each ensemble, ≥ 16.</summary>
    public int Draws { get; init; } = 4096;

    /// <summary>Relative standard error of T (of ΔE for a point state, which has no T) at which an ensemble stops early; 0 makes all draws. Part of
    /// the error is that of the trained state, which no draw removes: an ensemble also stops where that part is nearly all.</summary>
    public double Precision { get; init; }

    /// <summary>Chooses the draws.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Draws worked on at the same time; 0 for one a processor. The numbers do not depend on it.</summary>
    public int Streams { get; init; }

    /// <summary>Who makes the draws: other machines, for example; null for this process. The numbers do not depend on it.</summary>
    public IWorkers? Workers { get; init; }

    /// <summary>m, the number of fresh points behind the trained state's energy; 0 for the number of rows.</summary>
    public long FreshPoints { get; init; }

    /// <summary>How the trained state's entropy follows from the losses of the rows.</summary>
    public TypeIIEntropy TrainedEntropy { get; init; } = TypeIIEntropy.CentralLimit;

    /// <summary>Variance of the noise of the targets, loss units, which gives a network without targets under squared error a temperature; NaN for
    /// unknown.</summary>
    public double ResidualVariance { get; init; } = double.NaN;

    /// <summary>Estimator of the entropy of energies; null for nearest neighbours, which read atoms (redraws that kill all units) at the resolution of
    /// the trained state's noise.</summary>
    public IEntropyEstimator? Estimator { get; init; }

    /// <summary>Which layers are redrawn alone; null for all. The whole network is redrawn in any case.</summary>
    public Func<Layer, bool>? Layers { get; init; }

    /// <summary>Told after each draw.</summary>
    public IProgress<NetworkProgress>? Progress { get; init; }
}

/// <summary>How far an analysis has come.</summary>
/// <param name="Ensemble">What is being redrawn: a layer's name, or null for the whole network.</param>
/// <param name="Done">Draws made, in all ensembles.</param>
/// <param name="Total">Draws that are expected in all, if each ensemble to come needs as many as the earlier ones on average; it moves where one
/// needs more.</param>
public readonly record struct NetworkProgress(string? Ensemble, long Done, long Total);
