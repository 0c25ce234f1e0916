using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ML.Thermo.Refresh.Binning;

/// <summary>
/// The bins of one channel, fixed by a reference sample, with the scores that a rule gives them. Numbers fall between order statistics of
/// the sample, (eₖ₋₁, eₖ]; categories each have their own bin, and the last bin takes those that the sample did not have.
/// </summary>
internal sealed class Bins
{
    private const int HeavyAtom = 16; // an atom of at least one part in sixteen

    private readonly double[] _edges; // padded with at least one +∞ to whole vectors
    private readonly double[][] _scores;
    private readonly byte[] _cells;

    private Bins(double[] edges, int count, bool isCategory, double[][] scores, RankBins? ranks = null)
    {
        Ranks = ranks;
        _edges = edges;
        _cells = [.. Enumerable.Range(0, count).Select(bin => !isCategory ? (byte)bin : Scored(scores, bin)), RowSample.Missing];
        Count = count;
        IsCategory = isCategory;
        _scores = scores;
    }

    /// <summary>Number of bins.</summary>
    public int Count { get; }

    /// <summary>Values are codes 0, 1, … of categories.</summary>
    public bool IsCategory { get; }

    /// <summary>The same axis cut by rank, ties broken by chance; null for inputs, and in references of the first format.</summary>
    public RankBins? Ranks { get; }

    /// <summary>Upper edges of all bins but the last; empty for categories.</summary>
    public ReadOnlySpan<double> Edges => IsCategory ? [] : _edges.AsSpan(0, Count - 1);

    /// <summary>Scores by bin, one array for each way in which the channel can shift.</summary>
    public IReadOnlyList<double[]> Scores => _scores;

    /// <summary>The bin of a value; <see cref="Count"/> for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(double value) => IsCategory ? FindCategory(value) : FindNumber(value);

    /// <summary>What a row keeps of a bin that <see cref="Find"/> gave: its number, or for a category the number of its score.</summary>
    public byte Cell(int bin) => _cells[bin];

    private static byte Scored(double[][] scores, int category)
    {
        int score = Array.FindIndex(scores, of => of[category] > 0);
        return score < 0 ? RowSample.Unscored : (byte)score;
    }

    /// <summary>Without a branch on the value: so many edges as the value is not at most. NaN is at most none of them, padding included.</summary>
    private int FindNumber(double value)
    {
        double[] edges = _edges;
        Vector512<double> sought = Vector512.Create(value);
        int bin = edges.Length;
        for (int at = 0; at < edges.Length; at += Vector512<double>.Count)
            bin -= BitOperations.PopCount(Vector512.LessThanOrEqual(sought, Vector512.LoadUnsafe(ref edges[at])).ExtractMostSignificantBits());
        return Math.Min(bin, Count);
    }

    private int FindCategory(double value) =>
        value >= 0 && value < Count - 1 ? (int)value : double.IsNaN(value) ? Count : Count - 1;

    /// <summary>One bin for whatever comes, of an input that had no value.</summary>
    public static Bins OfNothing() => new(Padded([]), 1, false, []);

    /// <summary>Bins between order statistics.</summary>
    /// <param name="sorted">The sample, ascending, without NaN; at least one number.</param>
    /// <param name="ranks">Ascending ranks 1 … N−1 of the upper edges.</param>
    /// <param name="score">Gives the scores of a sample's bins: from the sample and the rank at which every bin ends.</param>
    public static Bins OfNumbers(ReadOnlySpan<double> sorted, IEnumerable<int> ranks, Func<double[], int[], double[][]> score)
    {
        if (sorted[0] == sorted[^1])
        {
            // One value only. Below, at, above: whatever leaves the point is seen.
            double[] point = Padded([Math.BitDecrement(sorted[0]), sorted[0]]);
            return new Bins(point, 3, false, [[-1, 0, 1], [1, 0, 1]]);
        }

        var edges = new List<double>();
        var ends = new List<int>();
        foreach (int rank in ranks)
        {
            double edge = sorted[rank - 1];
            if (edge == sorted[^1])
                break;
            if (edges.Count > 0 && edge == edges[^1])
                continue;
            int start = rank - 1, end = rank;
            while (start > 0 && sorted[start - 1] == edge)
                start--;
            while (sorted[end] == edge)
                end++; // an atom belongs to one bin as a whole
            if ((end - start) * HeavyAtom >= sorted.Length && end - start > 1 && (edges.Count == 0 || Math.BitDecrement(edge) > edges[^1]))
            {
                edges.Add(Math.BitDecrement(edge)); // and a heavy one has a bin of its own, which it leaves on the slightest shift
                ends.Add(start);
            }

            edges.Add(edge);
            ends.Add(end);
        }

        ends.Add(sorted.Length);
        return new Bins(Padded(edges), edges.Count + 1, false, score(sorted.ToArray(), [.. ends]));
    }

    /// <summary>Bins of losses.</summary>
    /// <param name="edges">Ascending upper edges of all bins but the last.</param>
    /// <param name="scores">Scores by bin.</param>
    /// <param name="ranks">The same axis cut by rank.</param>
    public static Bins OfEdges(List<double> edges, double[][] scores, RankBins ranks) => new(Padded(edges), edges.Count + 1, false, scores, ranks);

    /// <summary>A bin for each category, and one for all that the sample did not have.</summary>
    /// <param name="counts">How often each category is in the sample.</param>
    public static Bins OfCategories(IReadOnlyList<long> counts)
    {
        const double LeastShare = 0.05; // below it a count in a small window is no normal number
        long total = counts.Sum();
        int[] scored = [.. Enumerable.Range(0, counts.Count).Where(k => counts[k] >= LeastShare * total && counts[k] < total)];
        double[][] scores = [.. scored.Select(k => Enumerable.Range(0, counts.Count + 1).Select(bin => bin == k ? 1.0 : 0).ToArray())];
        return new Bins([], counts.Count + 1, true, scores);
    }

    public void Write(BinaryWriter to, int version)
    {
        to.Write(IsCategory);
        to.Write(Count);
        foreach (double edge in Edges)
            to.Write(edge);
        to.Write(_scores.Length);
        foreach (double score in _scores.SelectMany(scores => scores))
            to.Write(score);
        if (version == 1)
            return;
        to.Write(Ranks is not null);
        Ranks?.Write(to);
    }

    public static Bins Read(BinaryReader from, int version)
    {
        bool category = from.ReadBoolean();
        int count = from.ReadInt32();
        double[] edges = category ? [] : Padded([.. Enumerable.Range(0, count - 1).Select(_ => from.ReadDouble())]);
        double[][] scores = new double[from.ReadInt32()][];
        for (int j = 0; j < scores.Length; j++)
            scores[j] = [.. Enumerable.Range(0, count).Select(_ => from.ReadDouble())];
        return new Bins(edges, count, category, scores, version > 1 && from.ReadBoolean() ? RankBins.Read(from, count) : null);
    }

    private static double[] Padded(List<double> edges)
    {
        double[] padded = new double[(edges.Count / Vector512<double>.Count + 1) * Vector512<double>.Count];
        padded.AsSpan().Fill(double.PositiveInfinity);
        edges.CopyTo(padded);
        return padded;
    }
}
