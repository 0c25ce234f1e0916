using ML.Thermo.Initialization;

namespace ML.Thermo.Explanations.Weighted;

/// <summary>Rows drawn at random, or given, each with a weight: the neighbourhoods of TERP and LIME, to compare with or for data of one's own.</summary>
/// <remarks>
/// <para>The stand-ins are weighted least squares with an intercept, chosen forward by R² with exchanges. The published code weighs features and target and
/// not the intercept, so that a constant added to the output changes the explanation; here it does not.</para>
/// <para>Effects carry no error: another draw gives another explanation. Source: arXiv 2206.13475.</para></remarks>
[Maturity(Maturity.Paper)]
public sealed class WeightedNeighbourhood : Neighbourhood
{
    private const int MostFeatures = 256;
    private readonly double[] _coordinates;

    /// <summary>Takes rows by their coordinates.</summary>
    /// <param name="features">d ≤ 256 features.</param>
    /// <param name="coordinates">z row by row, row 0 of zeros; of a feature that is no number 0 or its <see cref="ExplainedFeature.Change"/>.</param>
    /// <param name="options">Weights and choice; null for the usual ones.</param>
    /// <exception cref="UnusableDataException">There are fewer than three rows, row 0 is not of zeros, or a coordinate is not finite.</exception>
    public WeightedNeighbourhood(IReadOnlyList<ExplainedFeature> features, ReadOnlySpan<double> coordinates, WeightedOptions? options = null)
        : base(features, MostFeatures)
    {
        int d = features.Count;
        if (coordinates.Length < 3 * d || coordinates.Length % d != 0)
            throw new UnusableDataException($"{coordinates.Length} coordinates are no rows of {d} features: expected at least 3 rows.");
        if (coordinates[..d].ContainsAnyExcept(0))
            throw new UnusableDataException("Row 0 of the neighbourhood is not the explained row: expected coordinates of 0.");
        foreach (double coordinate in coordinates)
        {
            if (!double.IsFinite(coordinate))
                throw new UnusableDataException($"A coordinate is {coordinate}: expected finite numbers.");
        }

        Options = options ?? new();
        _coordinates = coordinates.ToArray();
    }

    /// <summary>Weights and choice.</summary>
    public WeightedOptions Options { get; }

    /// <inheritdoc/>
    public override int Rows => _coordinates.Length / Features.Count;

    /// <inheritdoc/>
    public override int MostMoves => Features.Count;

    /// <summary>TERP's neighbourhood: each feature moves with probability ½, a number by N(0, σ²).</summary>
    /// <param name="features">d ≤ 256 features.</param>
    /// <param name="rows">With the explained one; the paper takes 5,000.</param>
    /// <param name="seed">Draws them.</param>
    /// <param name="options">Weights and choice; null for the usual ones.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than three rows.</exception>
    public static WeightedNeighbourhood Gaussian(
        IReadOnlyList<ExplainedFeature> features, int rows = 5000, ulong seed = 1, WeightedOptions? options = null) =>
        new(features, Draw(features, rows, seed, 0.5), options);

    /// <summary>LIME's neighbourhood on numbers: every feature moves by N(0, σ²), and what is no number with probability ½.</summary>
    /// <param name="features">d ≤ 256 features.</param>
    /// <param name="rows">With the explained one; LIME takes 5,000.</param>
    /// <param name="seed">Draws them.</param>
    /// <param name="options">Weights and choice; null for LIME's kernel.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than three rows.</exception>
    public static WeightedNeighbourhood Lime(IReadOnlyList<ExplainedFeature> features, int rows = 5000, ulong seed = 1, WeightedOptions? options = null) =>
        new(features, Draw(features, rows, seed, 1), options ?? new() { Weights = SimilarityWeights.Euclidean });

    /// <inheritdoc/>
    public override int Moves(int row, Span<Move> moves)
    {
        int count = 0;
        ReadOnlySpan<double> z = _coordinates.AsSpan(row * Features.Count, Features.Count);
        for (int j = 0; j < z.Length; j++)
        {
            if (z[j] != 0)
                moves[count++] = new(j, z[j], 0);
        }

        return count;
    }

    private protected override Explanation Fit(ReadOnlySpan<double> outputs) => WeightedFit.Explain(this, _coordinates, outputs);

    private static double[] Draw(IReadOnlyList<ExplainedFeature> features, int rows, ulong seed, double probability)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 3);
        double[] coordinates = new double[rows * features.Count];
        for (int row = 1; row < rows; row++)
        {
            var chance = new RandomStream(seed, (ulong)row);
            for (int j = 0; j < features.Count; j++)
            {
                bool isNumber = features[j].Kind == FeatureKind.Numeric;
                bool moves = chance.NextDouble() < (isNumber ? probability : 0.5);
                coordinates[(row * features.Count) + j] = !moves ? 0 : isNumber ? chance.NextNormal() : features[j].Change;
            }
        }

        return coordinates;
    }
}
