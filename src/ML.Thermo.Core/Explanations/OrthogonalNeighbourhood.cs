using ML.Thermo.Initialization;

namespace ML.Thermo.Explanations;

/// <summary>
/// The usual neighbourhood: features in blocks of eight, each block moved along the columns of a Hadamard matrix, at
/// each radius, forth and back. All features of a block are exactly orthogonal, and no random number is used but to deal features into blocks anew.</summary>
/// <remarks>
/// <para>Row 0 is the explained row. Then come replicates, blocks, radii, the eight rows of the matrix and two signs: 1 + 16·R·|radii|·⌈d/8⌉ rows. In the
/// first replicate the features keep their order; further ones permute them.</para>
/// <para>Because forth and back cancel what is even, pairs of features cannot bend an effect. Third-order terms within a block can: they are what
/// <see cref="Term.Effect"/>'s error is about.</para>
/// <para>Source: Plackett and Burman 1946 (orthogonal two-level designs), folded over as in Box and Wilson 1951.</para></remarks>
[Maturity(Maturity.Theorem, "orthogonality")]
public sealed class OrthogonalNeighbourhood : Neighbourhood
{
    /// <summary>Features of a block, and order of the Hadamard matrix.</summary>
    internal const int Order = 8;

    private readonly double[] _radii;
    private readonly int[][] _orders;

    /// <summary>Lays out the rows around one row.</summary>
    /// <param name="features">Its features, 1 to 4,096.</param>
    /// <param name="options">Replicates, radii, seed; null for the usual ones.</param>
    /// <exception cref="UnusableDataException">There is no feature, or there are too many.</exception>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public OrthogonalNeighbourhood(IReadOnlyList<ExplainedFeature> features, ExplainOptions? options = null)
        : base(features)
    {
        Options = options ?? new();
        Options.Check();
        bool allSwitches = features.All(feature => feature.Kind != FeatureKind.Numeric);
        _radii = allSwitches ? [1] : [.. Options.Radii]; // what is only there or not knows no radius
        _orders = [.. Enumerable.Range(0, Options.Replicates).Select(replicate => Deal(features.Count, Options.Seed, replicate))];
    }

    /// <summary>What was asked for.</summary>
    public ExplainOptions Options { get; }

    /// <inheritdoc/>
    public override int Rows => 1 + (Options.Replicates * Blocks * RowsOfBlock);

    /// <inheritdoc/>
    public override int MostMoves => Order;

    internal int Blocks => (Features.Count + Order - 1) / Order;

    /// <summary>Rows of one block in one replicate.</summary>
    internal int RowsOfBlock => 2 * Order * _radii.Length;

    internal ReadOnlySpan<double> Radii => _radii;

    /// <summary>The order in which a replicate deals the features into blocks.</summary>
    internal ReadOnlySpan<int> OrderOf(int replicate) => _orders[replicate];

    /// <inheritdoc/>
    public override int Moves(int row, Span<Move> moves)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        if (row == 0)
            return 0;
        (int blockOfAll, int place) = Math.DivRem(row - 1, RowsOfBlock);
        (int replicate, int block) = Math.DivRem(blockOfAll, Blocks);
        double radius = _radii[place / (2 * Order)];
        int i = place / 2 % Order, sign = place % 2 == 0 ? 1 : -1, count = 0;
        ReadOnlySpan<int> order = _orders[replicate];
        for (int c = 0; c < Order && (block * Order) + c < order.Length; c++)
        {
            int feature = order[(block * Order) + c], direction = sign * Hadamard(i, c);
            if (Features[feature].Kind == FeatureKind.Numeric)
                moves[count++] = new(feature, direction * Features[feature].Radius(radius), 0);
            else if (direction < 0)
                moves[count++] = new(feature, Features[feature].Change, replicate);
        }

        return count;
    }

    /// <summary>Sylvester's matrix: ±1, columns orthogonal.</summary>
    internal static int Hadamard(int row, int column) => (int.PopCount(row & column) & 1) == 0 ? 1 : -1;

    private protected override Explanation Fit(ReadOnlySpan<double> outputs) => OrthogonalFit.Explain(this, outputs);

    private static int[] Deal(int features, ulong seed, int replicate)
    {
        int[] order = new int[features];
        for (int i = 0; i < features; i++)
            order[i] = i;
        if (replicate == 0)
            return order;
        var chance = new RandomStream(seed, (ulong)replicate);
        for (int i = 1; i < features; i++)
        {
            int j = (int)chance.NextInteger(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }
}
