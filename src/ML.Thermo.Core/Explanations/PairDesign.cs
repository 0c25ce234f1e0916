namespace ML.Thermo.Explanations;

/// <summary>How much two features do together that they do not do alone.</summary>
/// <param name="First">Index of a feature.</param>
/// <param name="Second">Index of another.</param>
/// <param name="Value">I = ¼[f(++) − f(+−) − f(−+) + f(−−)] one standard deviation out, in the output's unit; 0 for an additive model.</param>
[Maturity(Maturity.Theorem, "a mixed difference")]
public readonly record struct PairInteraction(int First, int Second, double Value);

/// <summary>Four more rows for each pair of features, so that an even part gets names: within a block pairs are aliased with each other.</summary>
public sealed class PairDesign
{
    private readonly Neighbourhood _neighbourhood;
    private readonly (int First, int Second)[] _pairs;

    /// <summary>All pairs of some features.</summary>
    /// <param name="neighbourhood">Knows the features.</param>
    /// <param name="features">Their indices, as <see cref="Explanation.MostEvenBlock"/> gives them.</param>
    public PairDesign(Neighbourhood neighbourhood, IReadOnlyList<int> features)
    {
        ArgumentNullException.ThrowIfNull(neighbourhood);
        ArgumentNullException.ThrowIfNull(features);
        _neighbourhood = neighbourhood;
        _pairs = [.. features.SelectMany((first, at) => features.Skip(at + 1).Select(second => (first, second)))];
    }

    /// <summary>Four a pair.</summary>
    public int Rows => 4 * _pairs.Length;

    /// <summary>What a row changes of the explained one.</summary>
    /// <param name="row">From 0.</param>
    /// <param name="moves">Takes the changes; room for 2.</param>
    /// <returns>How many there are.</returns>
    public int Moves(int row, Span<Move> moves)
    {
        (int first, int second) = _pairs[row / 4];
        int count = 0;
        Put(first, row % 4 < 2 ? 1 : -1, moves, ref count);
        Put(second, row % 2 == 0 ? 1 : -1, moves, ref count);
        return count;
    }

    /// <summary>The interactions, the largest first.</summary>
    /// <param name="outputs">The model's output at each row.</param>
    /// <exception cref="ArgumentException">There are too few or too many.</exception>
    public IReadOnlyList<PairInteraction> Of(ReadOnlySpan<double> outputs)
    {
        if (outputs.Length != Rows)
            throw new ArgumentException($"There are {outputs.Length} outputs for {Rows} rows.", nameof(outputs));
        var found = new PairInteraction[_pairs.Length];
        for (int i = 0; i < found.Length; i++)
        {
            ReadOnlySpan<double> f = outputs.Slice(4 * i, 4);
            found[i] = new(_pairs[i].First, _pairs[i].Second, (f[0] - f[1] - f[2] + f[3]) / 4);
        }

        return [.. found.OrderByDescending(pair => Math.Abs(pair.Value))];
    }

    private void Put(int feature, int sign, Span<Move> moves, ref int count)
    {
        ExplainedFeature moved = _neighbourhood.Features[feature];
        if (moved.Kind == FeatureKind.Numeric)
            moves[count++] = new(feature, sign, 0);
        else if (sign < 0)
            moves[count++] = new(feature, moved.Change, 0);
    }
}
