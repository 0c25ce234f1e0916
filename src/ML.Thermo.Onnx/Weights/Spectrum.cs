using System.Buffers;
using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using ML.Thermo.Onnx.Layers;

namespace ML.Thermo.Onnx.Weights;

/// <summary>Singular values σ of a layer's linear map (λ = σ² are the eigenvalues of W·Wᵀ), and what is read off them.</summary>
/// <remarks>
/// <para>Standard errors are zero where all eigenvalues were computed, and those of the random vectors under
/// <see cref="SpectrumMethod.Lanczos"/>. WeightWatcher's names differ: its <c>spectral_norm</c> is λ_max and its <c>norm</c> Σλ.</para></remarks>
[Maturity(Maturity.Theorem, "norms, rank, entropy")]
[Maturity(Maturity.Estimator, "stochastic Lanczos; tail exponent")]
public sealed record Spectrum
{
    private readonly SpectralMeasure _measure;

    private Spectrum(SpectralMeasure measure) => _measure = measure;

    /// <summary>How the singular values were found; never <see cref="SpectrumMethod.Auto"/>.</summary>
    public required SpectrumMethod Method { get; init; }

    /// <summary>Number of singular values, zeros included: the smaller dimension, summed over groups and positions.</summary>
    public required int Dimension { get; init; }

    /// <summary>λ in ascending order, squared weight units; under Lanczos the nodes of all quadratures.</summary>
    public required IReadOnlyList<double> Eigenvalues { get; init; }

    /// <summary>How many eigenvalues each of <see cref="Eigenvalues"/> stands for: 1 each, or fractions under Lanczos.</summary>
    public required IReadOnlyList<double> Multiplicities { get; init; }

    /// <summary>‖W‖_F = √Σλ, weight units; exact.</summary>
    public required double FrobeniusNorm { get; init; }

    /// <summary>‖W‖₂ = σ_max, weight units. Under Lanczos a lower bound whose error is the residual of the Ritz vector.</summary>
    public required Estimate SpectralNorm { get; init; }

    /// <summary>Σλ/λ_max, from 1 to <see cref="Dimension"/>; NaN where all weights are zero.</summary>
    public required Estimate StableRank { get; init; }

    /// <summary>How many singular values exceed <see cref="Resolution"/>.</summary>
    public required Estimate Rank { get; init; }

    /// <summary>−Σ p ln p with p = λ/Σλ, nats; from 0 to ln rank. NaN where all weights are zero.</summary>
    public required Estimate Entropy { get; init; }

    /// <summary><see cref="Entropy"/>/ln rank, from 0 to 1; NaN where the rank is below 2.</summary>
    public required Estimate NormalizedEntropy { get; init; }

    /// <summary>Singular values at or below this are zero as far as the number format and the method can tell. The larger of what
    /// rounding the entries can do to a singular value, 2⁻²⁴·‖W‖_F in single precision (2⁻⁵³ in double), and of the method's own rounding.</summary>
    public required double Resolution { get; init; }

    /// <summary>The power law of the upper tail of λ.</summary>
    public required TailExponent Tail { get; init; }

    /// <summary>log₁₀ Σλ.</summary>
    public double LogNorm => 2 * Math.Log10(FrobeniusNorm);

    /// <summary>log₁₀ λ_max.</summary>
    public double LogSpectralNorm => 2 * Math.Log10(SpectralNorm.Value);

    /// <summary>α·log₁₀ λ_max, WeightWatcher's weighted alpha.</summary>
    public double WeightedAlpha => Tail.Alpha.Value * LogSpectralNorm;

    /// <summary>log₁₀ Σ λ^α, the logarithm of the α-norm.</summary>
    public double LogAlphaNorm
    {
        get
        {
            double sum = 0;
            for (int i = 0; i < Eigenvalues.Count; i++)
                sum += Multiplicities[i] * Math.Pow(Eigenvalues[i], Tail.Alpha.Value);
            return Math.Log10(sum);
        }
    }

    /// <summary><see cref="Status.Undefined"/> where all weights are zero or one is not finite, <see cref="Status.RankDeficient"/>
    /// where some singular values are zero.</summary>
    public required Status Status { get; init; }

    /// <summary>The spectrum of weights.</summary>
    /// <param name="weights">The layer.</param>
    /// <param name="perPosition">False: one matrix rows × (columns·positions) a group. True: one matrix rows × columns at each
    /// kernel position, eigenvalues pooled, as WeightWatcher treats convolutions.</param>
    /// <param name="options">Method and its settings; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static Spectrum Of(WeightMatrix weights, bool perPosition = false, WeightAnalysisOptions? options = null)
    {
        options = (options ?? new()).Checked();
        WeightMatrix.Block[] blocks = WeightMatrix.Blocks(weights.Layout, perPosition);
        SpectrumMethod method = MethodFor(blocks[0].Rows, options);
        var measures = new SpectralMeasure[blocks.Length];
        for (int b = 0; b < blocks.Length; b++)
        {
            measures[b] = method switch
            {
                SpectrumMethod.Gram => ByGram(weights, blocks[b]),
                SpectrumMethod.Svd => BySvd(weights, blocks[b]),
                _ => StochasticLanczos.Measure(weights, blocks[b], options, firstStream: (ulong)b * (ulong)(options.Probes + 7)),
            };
            if (!double.IsFinite(measures[b].Total))
                return Unusable(method, blocks.Sum(block => block.Rows));
        }

        return Of(measures, method, weights);
    }

    /// <summary>
    /// The spectrum of the layer's matrix and that of its kernel positions. Where a position's matrix has no more rows than columns, the Gram matrix of
    /// all of them side by side is the sum of the positions' own, and is not worked out again.
    /// </summary>
    internal static (Spectrum Matrix, Spectrum Positions) Both(WeightMatrix weights, WeightAnalysisOptions options)
    {
        WeightLayout layout = weights.Layout;
        if (layout.Rows > layout.Columns || MethodFor(layout.Rows, options) != SpectrumMethod.Gram)
            return (Of(weights, perPosition: false, options), Of(weights, perPosition: true, options));

        WeightMatrix.Block[] blocks = WeightMatrix.Blocks(layout, perPosition: true); // the positions of a group are neighbours
        int length = Panel.PaddedRows(blocks[0]) * Panel.PaddedRows(blocks[0]);
        double[] gram = ArrayPool<double>.Shared.Rent(length), sum = ArrayPool<double>.Shared.Rent(length);
        var whole = new SpectralMeasure[layout.Groups];
        var positions = new SpectralMeasure[blocks.Length];
        for (int b = 0; b < blocks.Length; b++)
        {
            if (b % layout.Positions == 0)
                Array.Clear(sum, 0, length);
            Array.Clear(gram, 0, length);
            GramMatrix.Add(weights, blocks[b], gram);
            TensorPrimitives.Add(sum.AsSpan(0, length), gram.AsSpan(0, length), sum.AsSpan(0, length));
            positions[b] = ByGram(gram, blocks[b]);
            if ((b + 1) % layout.Positions == 0)
                whole[b / layout.Positions] = ByGram(sum, blocks[b]);
        }

        ArrayPool<double>.Shared.Return(gram);
        ArrayPool<double>.Shared.Return(sum);
        return (Of(whole, SpectrumMethod.Gram, weights), Of(positions, SpectrumMethod.Gram, weights));
    }

    private static SpectrumMethod MethodFor(int rows, WeightAnalysisOptions options) => options.Method != SpectrumMethod.Auto ? options.Method
        : rows <= options.DirectLimit ? SpectrumMethod.Gram : SpectrumMethod.Lanczos;

    private static Spectrum Of(SpectralMeasure[] measures, SpectrumMethod method, WeightMatrix weights) =>
        Array.TrueForAll(measures, measure => double.IsFinite(measure.Total))
            ? Of(SpectralMeasure.Union(measures), method, weights.EntryPrecision / 2)
            : Unusable(method, measures.Sum(measure => measure.Dimension));

    private static Spectrum Of(SpectralMeasure measure, SpectrumMethod method, double entryRounding)
    {
        double largest = measure.Largest, total = measure.Total;
        double tolerance = Math.Max(measure.Noise, entryRounding * entryRounding * total);
        SpectralMeasure.Replica all = measure.Pooled();
        Estimate rank = measure.Average(replica => replica.Sum(x => x > tolerance ? 1 : 0));
        Estimate entropy = largest > 0 ? measure.Average(replica => EntropyOf(replica, total)) : Estimate.Undefined;
        double logRank = Math.Log(rank.Value);
        return new(measure)
        {
            Method = method,
            Dimension = measure.Dimension,
            Eigenvalues = all.Values,
            Multiplicities = all.Weights,
            FrobeniusNorm = Math.Sqrt(total),
            SpectralNorm = new(Math.Sqrt(largest), largest > 0 ? measure.TopResidual / (2 * Math.Sqrt(largest)) : 0),
            StableRank = largest > 0 ? new(total / largest, total / largest * (measure.TopResidual / largest)) : Estimate.Undefined,
            Rank = rank,
            Entropy = entropy,
            NormalizedEntropy = rank.Value >= 2
                ? new(entropy.Value / logRank,
                    double.Hypot(entropy.StandardError / logRank, entropy.Value * rank.StandardError / (rank.Value * logRank * logRank)))
                : Estimate.Undefined,
            Resolution = Math.Sqrt(tolerance),
            Tail = TailExponent.Fit(measure, tolerance),
            Status = (largest > 0 ? Status.Defined : Status.Undefined)
                | (rank.Value + (2 * rank.StandardError) < measure.Dimension - 0.5 ? Status.RankDeficient : Status.Defined),
        };
    }

    /// <summary>ln Σλ − Σ λ ln λ/Σλ with the replica's own Σλ in the quotient, whose noise then cancels.</summary>
    private static double EntropyOf(SpectralMeasure.Replica replica, double total) =>
        Math.Log(total) - (replica.Sum(x => x > 0 ? x * Math.Log(x) : 0) / replica.Sum(x => x));

    private static SpectralMeasure ByGram(WeightMatrix weights, WeightMatrix.Block block) => ByGram(GramMatrix.Of(weights, block), block);

    /// <summary>The eigenvalues of a block's Gram matrix, which is destroyed.</summary>
    private static SpectralMeasure ByGram(double[] gram, WeightMatrix.Block block)
    {
        int stride = Panel.PaddedRows(block);
        double trace = Enumerable.Range(0, block.Rows).Sum(i => gram[i * (stride + 1)]);
        if (!(double.IsFinite(trace) && trace > 0))
            return SpectralMeasure.Direct(new double[block.Rows], trace, 0);

        Span<double> entries = gram.AsSpan(0, stride * stride);
        TensorPrimitives.Multiply(entries, 1 / trace, entries); // keeps squares of entries far from overflow and underflow
        double[] eigenvalues = SymmetricTridiagonal.Eigenvalues(gram, block.Rows, stride);
        for (int i = 0; i < eigenvalues.Length; i++)
            eigenvalues[i] = trace * Math.Max(eigenvalues[i], 0); // below zero there is only rounding
        return SpectralMeasure.Direct(eigenvalues, trace, Math.ScaleB(block.Rows, -52) * eigenvalues[^1]);
    }

    private static SpectralMeasure BySvd(WeightMatrix weights, WeightMatrix.Block block)
    {
        var packed = new double[Panel.PaddedRows(block) * block.Columns];
        Panel.Pack(weights, block, 0, block.Columns, packed);
        double total = TensorPrimitives.SumOfSquares<double>(packed);
        if (!double.IsFinite(total))
            return SpectralMeasure.Direct(new double[block.Rows], total, 0);
        Vector<double> values = Matrix<double>.Build.Dense(
            block.Rows, block.Columns, (i, k) => packed[(((i / Panel.Tile * block.Columns) + k) * Panel.Tile) + (i % Panel.Tile)]).Svd(computeVectors: false).S;
        return SpectralMeasure.Direct([.. values.Select(x => x * x).Order()], total, 0);
    }

    /// <summary>How many singular values lie beyond a threshold; under Lanczos the most that one random vector finds.</summary>
    internal int CountAbove(double singularValue) =>
        _measure.Replicas.Max(replica => replica.Values.Count(x => x > singularValue * singularValue));

    internal Estimate Average(Func<SpectralMeasure.Replica, double> functional) => _measure.Average(functional);

    /// <summary>What is known without a spectrum: the dimension and ‖W‖_F.</summary>
    internal static Spectrum LeftOut(WeightLayout layout, EntryMoments entries) =>
        Unusable(SpectrumMethod.Auto, (int)Math.Min(layout.Rows, layout.FanIn) * layout.Groups) with
        {
            FrobeniusNorm = Math.Sqrt((entries.Variance + (entries.Mean * entries.Mean)) * entries.Count),
        };

    private static Spectrum Unusable(SpectrumMethod method, int dimension) => new(SpectralMeasure.Direct([], double.NaN, 0))
    {
        Method = method,
        Dimension = dimension,
        Eigenvalues = [],
        Multiplicities = [],
        FrobeniusNorm = double.NaN,
        SpectralNorm = Estimate.Undefined,
        StableRank = Estimate.Undefined,
        Rank = Estimate.Undefined,
        Entropy = Estimate.Undefined,
        NormalizedEntropy = Estimate.Undefined,
        Resolution = double.NaN,
        Tail = TailExponent.Undefined,
        Status = Status.Undefined,
    };
}
