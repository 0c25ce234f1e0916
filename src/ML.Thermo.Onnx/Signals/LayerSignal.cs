using ML.Thermo.Activations;
using ML.Thermo.Onnx.Layers;

namespace ML.Thermo.Onnx.Signals;

/// <summary>What the data show of one layer's signal: its activation measured as a heat engine.</summary>
/// <remarks>
/// The pre-activation z of a unit, over rows and positions, carries the quadratic energy z²/2 whose temperature is its variance. Variances
/// are divided by n and averaged over the units.</remarks>
[Maturity(Maturity.Paper, "activations as heat engines; the variances and fractions are estimators")]
public sealed record LayerSignal
{
    /// <summary>The layer.</summary>
    public required Layer Layer { get; init; }

    /// <summary>q: mean over the units of the variance before the activation; the heat that comes in. NaN where that cannot be seen.</summary>
    public required double InputVariance { get; init; }

    /// <summary>Mean over the units of the mean before the activation.</summary>
    public required double InputMean { get; init; }

    /// <summary>Mean over the units of the variance behind the activation; the heat that goes out.</summary>
    public required double OutputVariance { get; init; }

    /// <summary>τ = Σ Var(post)/Σ Var(pre) over the units, ≥ 0; its error as that of <see cref="ActivationEfficiency"/>.</summary>
    public required Estimate Transmission { get; init; }

    /// <summary>η = 1 − τ ≤ 1; negative for a pump. Standard error by a jackknife that leaves out one of up to 32 groups of batches
    /// after the other; NaN where there were fewer than eight batches (<see cref="SignalAnalysis.BatchSize"/> makes enough). A layer without an
    /// activation has exactly 0.</summary>
    public Estimate ActivationEfficiency => Transmission with { Value = 1 - Transmission.Value };

    /// <summary>η of a normal pre-activation of mean <see cref="InputMean"/> and variance <see cref="InputVariance"/>; NaN where φ is not
    /// known or q is 0. A good prior for first layers; deeper, pre-activations are not normal.</summary>
    public required double GaussianPrediction { get; init; }

    /// <summary>Differential entropy of the pre-activation of a unit chosen at random, nats; NaN where it was not asked for.</summary>
    public required Estimate Entropy { get; init; }

    /// <summary>The values before the activation, all units together: the histogram behind <see cref="Entropy"/>. Empty where that was not
    /// asked for or cannot be seen.</summary>
    public IReadOnlyList<SignalBin> Distribution { get; init; } = [];

    /// <summary>Share of the units whose output never varied; for a rectifier: never rose above zero. In 0 … 1; NaN where all rows are the same.</summary>
    public required double DeadFraction { get; init; }

    /// <summary>Those units, by their place on the unit axis.</summary>
    public IReadOnlyList<int> DeadUnits { get; init; } = [];

    /// <summary>Size and tails of the values before the activation; of those that come out where that is all that can be seen.</summary>
    public required SignalTails Tails { get; init; }

    /// <summary>Share of the outputs within 1 % of the range from a bound of a bounded activation (for a clipped rectifier, from the
    /// upper one). NaN for an activation that is not bounded on both sides.</summary>
    public required double SaturatedFraction { get; init; }

    /// <summary>Number of units: channels of a convolution, else features.</summary>
    public required int Units { get; init; }

    /// <summary>Number of values seen, all units, rows and positions together.</summary>
    public required long Values { get; init; }

    /// <summary>Shape of the layer's output in the last batch; of more than eight axes only the first eight.</summary>
    public required IReadOnlyList<long> OutputShape { get; init; }

    /// <summary><see cref="Status.Undefined"/> where nothing varies before the activation or nothing is seen of it, <see cref="Status.SmallSample"/>
    /// below 30 values a unit, <see cref="Status.PointState"/> where the entropy is that of a constant.</summary>
    public required Status Status { get; init; }

    /// <summary>The type of engine that its activation is; null where φ is not known by name. A linear layer is homogeneous.</summary>
    public EngineType? EngineType { get; init; }
}

/// <summary>One bin of a histogram of a signal.</summary>
/// <param name="From">Its lower end, in the signal's unit.</param>
/// <param name="To">Its upper end; the same as <paramref name="From"/> for values that are exactly zero.</param>
/// <param name="Count">Number of values in it.</param>
[Maturity(Maturity.Estimator)]
public sealed record SignalBin(double From, double To, double Count);

/// <summary>A layer that could not be watched.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Reason">Why.</param>
public sealed record UnwatchedLayer(Layer Layer, string Reason);

/// <summary>The signal side of a whole network.</summary>
[Maturity(Maturity.Estimator)]
public sealed record NetworkSignals
{
    /// <summary>The layers that were watched, in the graph's order.</summary>
    public required IReadOnlyList<LayerSignal> Layers { get; init; }

    /// <summary>Those that were not, with the reason.</summary>
    public required IReadOnlyList<UnwatchedLayer> Unwatched { get; init; }

    /// <summary>Number of batches.</summary>
    public required long Batches { get; init; }

    /// <summary>Number of rows.</summary>
    public required long Rows { get; init; }

    /// <summary>Where the network ran: <c>cpu</c> or <c>cuda:N</c>.</summary>
    public required string Device { get; init; }

    /// <summary>How the sums were made.</summary>
    public required SignalBackend Backend { get; init; }

    /// <summary>Whether every row was the same: nothing is then said of units that never varied.</summary>
    public bool HasEqualRows { get; init; }

    /// <summary>The input that told which places are padding and left the statistics; null where none did.</summary>
    public PaddingMask? Mask { get; init; }
}

/// <summary>How far an analysis is.</summary>
/// <param name="Batches">Batches done.</param>
/// <param name="Rows">Rows done.</param>
public readonly record struct SignalProgress(long Batches, long Rows);
