using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Sharing;

namespace ML.Thermo.Onnx.Weights;

/// <summary>The view of one layer's weights, made when its turn comes.</summary>
/// <param name="layer">Index of the layer.</param>
public delegate WeightMatrix WeightSource(int layer);

/// <summary>What a layer's weights tell without data: their moments, spectrum, tail, random bulk, and distance from initialisation.</summary>
[Maturity(Maturity.Estimator, "each number says more")]
public sealed record WeightAnalysis
{
    /// <summary>Weights of a layer that are compared with a law where spectra are left out.</summary>
    private const int MostSorted = 1 << 16;

    private WeightAnalysis()
    {
    }

    /// <summary>How the weights form linear maps.</summary>
    public required WeightLayout Layout { get; init; }

    /// <summary>Moments of the weights.</summary>
    public required EntryMoments Entries { get; init; }

    /// <summary>Spectrum of the layer as one matrix rows × (columns·positions), block-diagonal over groups.</summary>
    public required Spectrum Matrix { get; init; }

    /// <summary>Spectrum of the matrices rows × columns at each kernel position, pooled, as WeightWatcher treats convolutions;
    /// <see cref="Matrix"/> itself for a layer of one position.</summary>
    public required Spectrum Positions { get; init; }

    /// <summary>The random bulk of <see cref="Matrix"/> and what sticks out of it.</summary>
    public required BulkFit Bulk { get; init; }

    /// <summary>Distance from the law of the options; null where none was given.</summary>
    public required InitializationDistance? Initialization { get; init; }

    /// <summary>The law that the weights themselves look drawn from; null where none can be told.</summary>
    public required FittedLaw? Fitted { get; init; }

    /// <summary>Mean weight.</summary>
    public double Mean => Entries.Mean;

    /// <summary>Variance of the weights, squared weight units.</summary>
    public double Variance => Entries.Variance;

    /// <summary>Excess kurtosis of the weights: 0 for a normal law.</summary>
    public double Kurtosis => Entries.ExcessKurtosis;

    /// <summary>σ_max of <see cref="Matrix"/>, weight units.</summary>
    public Estimate SpectralNorm => Matrix.SpectralNorm;

    /// <summary>‖W‖_F, weight units.</summary>
    public double FrobeniusNorm => Matrix.FrobeniusNorm;

    /// <summary>‖W‖²_F/σ²_max of <see cref="Matrix"/>.</summary>
    public Estimate StableRank => Matrix.StableRank;

    /// <summary>Entropy of the spectrum of <see cref="Matrix"/> over the logarithm of its rank, 0 … 1.</summary>
    public Estimate SpectralEntropy => Matrix.NormalizedEntropy;

    /// <summary>
    /// Tail exponent α of <see cref="Positions"/>, comparable with WeightWatcher's. Undefined for a depthwise convolution: its matrices are single
    /// numbers, and a tail of |w| is no spectrum.
    /// </summary>
    public Estimate Alpha => Positions.Tail.Alpha;

    /// <summary>Largest singular value of the fitted Marchenko–Pastur bulk, weight units.</summary>
    public double MarchenkoPasturEdge => Bulk.Edge;

    /// <summary>Number of singular values beyond the bulk.</summary>
    public int Spikes => Bulk.Spikes;

    /// <summary>All flags of the parts.</summary>
    public Status Status => Matrix.Status | Positions.Status | Positions.Tail.Status | Bulk.Status;

    /// <summary>Analyses one layer.</summary>
    /// <param name="weights">The layer.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static WeightAnalysis Of(WeightMatrix weights, WeightAnalysisOptions? options = null)
    {
        options = (options ?? new()).Checked();
        WeightLayout layout = weights.Layout;
        using EntrySample? sample = options.LeavesOutSpectra && layout.Count > MostSorted ? new EntrySample(layout.Count, MostSorted) : null;
        EntryMoments entries = EntryMoments.Of(weights, sample);
        using SortedEntries? sorted = entries.NotFinite > 0 ? null : sample is null ? SortedEntries.Of(weights) : SortedEntries.Of(sample.Values);
        (Spectrum matrix, Spectrum positions) = Spectra(weights, entries, options);
        return new()
        {
            Layout = layout,
            Entries = entries,
            Matrix = matrix,
            Positions = WithoutTail(layout, positions),
            Bulk = BulkFit.Of(matrix, layout.Rows, checked((int)layout.FanIn), layout.Groups),
            Fitted = FittedLaw.Of(sorted),
            Initialization = options.Law is null ? null : InitializationDistance.Of(sorted, options.Law, entries),
        };
    }

    /// <summary>Analyses many layers on all cores, the costly ones first; the result does not depend on the number of cores.</summary>
    /// <param name="layouts">The layers' layouts, from which their cost is judged.</param>
    /// <param name="source">Makes the view of a layer; called once a layer, from several threads.</param>
    /// <param name="options">Settings of each layer; null for the defaults.</param>
    /// <param name="cancellation">Stops between two layers.</param>
    /// <returns>One analysis a layer, in the order of the layers.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IReadOnlyList<WeightAnalysis> OfLayers(
        IReadOnlyList<WeightLayout> layouts, WeightSource source, Func<int, WeightAnalysisOptions>? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(layouts);
        ArgumentNullException.ThrowIfNull(source);
        int[] order = [.. Enumerable.Range(0, layouts.Count).OrderByDescending(layer => Cost(layouts[layer]))];
        var analyses = new WeightAnalysis[layouts.Count];
        int taken = -1;
        // One layer at a time a worker: a static partition would leave one core with all the large layers.
        Workers.Run(layouts.Count, Workers.Unlimited, _ =>
        {
            int layer = order[Interlocked.Increment(ref taken)];
            analyses[layer] = Of(source(layer), options?.Invoke(layer));
        }, cancellation);
        return analyses;
    }

    private static (Spectrum Matrix, Spectrum Positions) Spectra(WeightMatrix weights, EntryMoments entries, WeightAnalysisOptions options)
    {
        if (!options.LeavesOutSpectra && weights.Layout.Positions > 1)
            return Spectrum.Both(weights, options);
        Spectrum matrix = options.LeavesOutSpectra ? Spectrum.LeftOut(weights.Layout, entries) : Spectrum.Of(weights, perPosition: false, options);
        return (matrix, matrix);
    }

    private static Spectrum WithoutTail(WeightLayout layout, Spectrum spectrum) =>
        layout is { Rows: 1, Columns: 1 } ? spectrum with { Tail = TailExponent.Undefined } : spectrum;

    /// <summary>Multiplications of the Gram route, up to a factor.</summary>
    private static double Cost(WeightLayout layout)
    {
        double rows = Math.Min(layout.Rows, (double)layout.FanIn);
        return rows * ((double)layout.Count + (rows * rows * layout.Groups));
    }
}
