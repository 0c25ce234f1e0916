namespace ML.Thermo.Onnx.Weights;

/// <summary>
/// The random part of a weight matrix: the Marchenko–Pastur law whose median is the median of the bulk, and the singular values
/// that stick out of it (spikes: what training wrote into the matrix).</summary>
/// <remarks>
/// <para>Spikes lie beyond the bulk's edge by more than the 99 % quantile of the Tracy–Widom law of the largest eigenvalue
/// (Johnstone 2001, centring and scale of Ma 2012): one random block in a hundred shows one. The bulk is fitted again without them until
/// their number stands still; σ by the median after Gavish and Donoho 2014.</para></remarks>
[Maturity(Maturity.Estimator, "edges and law: theorem; that trained weights have such a bulk is checked by Distance, not assumed")]
public sealed record BulkFit
{
    /// <summary>A bulk that lies further than this from the law (Kolmogorov–Smirnov) is flagged <see cref="Status.OutOfRange"/>.</summary>
    public const double LargestDistance = 0.1;

    /// <summary>A block with fewer singular values than this is flagged <see cref="Status.SmallSample"/>.</summary>
    public const int ReliableDimension = 20;

    private const double Normal99 = 2.3263;      // 99 % quantile of the normal law
    private const double TracyWidom99 = 2.0234; // 99 % quantile of the Tracy–Widom law of real matrices

    private BulkFit()
    {
    }

    /// <summary>The fitted law of λ/N, with N the longer side of a block.</summary>
    public required MarchenkoPasturLaw? Law { get; init; }

    /// <summary>σ of the bulk's entries, weight units; its error is that of the median eigenvalue of a random matrix of this size,
    /// √(ln M + 1)/(π M ρ) with the density ρ there (order: O'Rourke 2010; the 1 by simulation).</summary>
    public required Estimate Sigma { get; init; }

    /// <summary>Largest singular value of the fitted bulk, √(N·λ₊), weight units.</summary>
    public required double Edge { get; init; }

    /// <summary>What a singular value must exceed to count as a spike: the edge plus the Tracy–Widom margin and the error of σ (in quadrature),
    /// weight units.</summary>
    public required double SpikeThreshold { get; init; }

    /// <summary>Number of singular values beyond <see cref="SpikeThreshold"/>.</summary>
    public required int Spikes { get; init; }

    /// <summary>λ₊·N/λ_max: 1 for a random matrix, towards 0 the further the largest singular value leads.</summary>
    public required double SoftRank { get; init; }

    /// <summary>Kolmogorov–Smirnov distance between the bulk and the fitted law, 0 … 1.</summary>
    public required double Distance { get; init; }

    /// <summary>What must be known before the fit is trusted: <see cref="Status.SmallSample"/>, <see cref="Status.OutOfRange"/>
    /// (no such bulk), <see cref="Status.NotConverged"/> (more than half of the spectrum sticks out), <see cref="Status.Undefined"/>.</summary>
    public required Status Status { get; init; }

    internal static BulkFit Undefined { get; } = new()
    {
        Law = null,
        Sigma = Estimate.Undefined,
        Edge = double.NaN,
        SpikeThreshold = double.NaN,
        Spikes = 0,
        SoftRank = double.NaN,
        Distance = double.NaN,
        Status = Status.Undefined,
    };

    /// <summary>Fits the spectrum of a layer's matrix.</summary>
    /// <param name="spectrum">Singular values of all blocks together.</param>
    /// <param name="rows">One side of a block.</param>
    /// <param name="columns">The other side.</param>
    /// <param name="blocks">Number of blocks of that size.</param>
    /// <returns>NaN and <see cref="Status.Undefined"/> for a single singular value, or where half of them are zero.</returns>
    /// <exception cref="ArgumentNullException">The spectrum is null.</exception>
    /// <exception cref="ArgumentException">The spectrum does not have min(rows, columns) singular values a block.</exception>
    public static BulkFit Of(Spectrum spectrum, int rows, int columns, int blocks = 1)
    {
        ArgumentNullException.ThrowIfNull(spectrum);
        int shorter = Math.Min(rows, columns), longer = Math.Max(rows, columns);
        if (spectrum.Dimension != (long)shorter * blocks)
            throw new ArgumentException($"Expected {(long)shorter * blocks} singular values of {blocks} blocks {rows} × {columns}, got {spectrum.Dimension}.",
                nameof(spectrum));
        if (shorter < 2 || spectrum.Eigenvalues.Count == 0)
            return Undefined;

        BulkFit fit = Undefined;
        int spikes = 0, removed;
        do
        {
            removed = spikes;
            fit = Fit(spectrum, shorter, longer, blocks, removed);
            spikes = Math.Max(spikes, fit.Spikes);
        }
        while (spikes > removed && 2 * spikes < spectrum.Dimension);
        return spikes > removed ? fit with { Status = fit.Status | Status.NotConverged } : fit;
    }

    /// <summary>One fit of what is left when the largest eigenvalues are taken out, each of them with a row and a column.</summary>
    private static BulkFit Fit(Spectrum spectrum, int shorter, int longer, int blocks, int removed)
    {
        double rowsLeft = shorter - ((double)removed / blocks), columnsLeft = longer - ((double)removed / blocks);
        double left = rowsLeft * blocks;
        var unit = new MarchenkoPasturLaw(columnsLeft / rowsLeft, 1);
        double middle = unit.Quantile(0.5);
        Estimate sampled = spectrum.Average(replica => Math.Sqrt(Median(replica, left) / (columnsLeft * middle)));
        double sigma = sampled.Value;
        if (!(sigma > spectrum.Resolution / Math.Sqrt(longer)))
            return Undefined;

        var law = new MarchenkoPasturLaw(unit.Ratio, sigma * sigma);
        double rigidity = Math.Sqrt(blocks * (Math.Log(rowsLeft) + 1)) / (Math.PI * left * unit.Density(middle)) / (2 * middle);
        double error = double.Hypot(sigma * rigidity, sampled.StandardError);
        double edge = Math.Sqrt(law.UpperEdge * columnsLeft), margin = (sigma * Math.Sqrt(TopQuantile(rowsLeft, columnsLeft))) - edge;
        double threshold = edge + double.Hypot(margin, Normal99 * edge * error / sigma);
        double distance = KolmogorovDistance(spectrum, law, columnsLeft, left);
        return new()
        {
            Law = law,
            Sigma = new(sigma, error),
            Edge = edge,
            SpikeThreshold = threshold,
            Spikes = spectrum.CountAbove(threshold),
            SoftRank = edge * edge / (spectrum.SpectralNorm.Value * spectrum.SpectralNorm.Value),
            Distance = distance,
            Status = (shorter < ReliableDimension ? Status.SmallSample : Status.Defined)
                | (distance > LargestDistance ? Status.OutOfRange : Status.Defined),
        };
    }

    /// <summary>99 % quantile of the largest eigenvalue of W·Wᵀ for entries of unit variance.</summary>
    private static double TopQuantile(double rows, double columns)
    {
        double m = Math.Sqrt(rows - 0.5), n = Math.Sqrt(columns - 0.5);
        return ((m + n) * (m + n)) + (TracyWidom99 * (m + n) * Math.Cbrt((1 / m) + (1 / n)));
    }

    /// <summary>The eigenvalue in the middle of the lowest <paramref name="left"/>, interpolated between midpoints of their counts.</summary>
    private static double Median(SpectralMeasure.Replica replica, double left)
    {
        double before = 0, lastRank = 0, lastValue = replica.Values[0];
        for (int i = 0; i < replica.Values.Length; i++)
        {
            double value = replica.Values[i], rank = before + (replica.Weights[i] / 2);
            if (rank >= left / 2)
                return rank == lastRank ? value : lastValue + ((value - lastValue) * ((left / 2) - lastRank) / (rank - lastRank));
            (before, lastRank, lastValue) = (before + replica.Weights[i], rank, value);
        }

        return lastValue;
    }

    private static double KolmogorovDistance(Spectrum spectrum, MarchenkoPasturLaw law, double columns, double left)
    {
        double before = 0, distance = 0;
        for (int i = 0; i < spectrum.Eigenvalues.Count && before < left; i++)
        {
            double expected = law.Distribution(spectrum.Eigenvalues[i] / columns), after = before + spectrum.Multiplicities[i];
            distance = Math.Max(distance, Math.Max(Math.Abs((before / left) - expected), Math.Abs((Math.Min(after, left) / left) - expected)));
            before = after;
        }

        return distance;
    }
}
