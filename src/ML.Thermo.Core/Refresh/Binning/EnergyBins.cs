using ML.Thermo.Initialization;

namespace ML.Thermo.Refresh.Binning;

/// <summary>Cuts the axis of losses at planned ranks of a sample. A loss that several rows share, and a cut would divide, gets a bin of its own.</summary>
internal static class EnergyBins
{
    /// <param name="sorted">The sample, ascending; at least two losses.</param>
    /// <param name="ranks">Ascending ranks 1 … N of the cuts: the r-th smallest loss is the last below a cut.</param>
    /// <param name="seed">Of the order into which equal losses are put.</param>
    /// <param name="score">Scores of the bins, from the sample and the rank at which each bin ends.</param>
    public static Bins Of(double[] sorted, IEnumerable<int> ranks, ulong seed, Func<double[], int[], double[][]> score)
    {
        int n = sorted.Length;
        int[] planned = [.. ranks];
        var edges = new List<double>();
        var ends = new List<int>();
        var first = new List<int>();
        var cuts = new List<double[]>();
        for (int c = 0; c < planned.Length;)
        {
            double edge = sorted[planned[c] - 1];
            int start = planned[c] - 1, end = planned[c];
            while (start > 0 && sorted[start - 1] == edge)
                start--;
            while (end < n && sorted[end] == edge)
                end++;
            int inside = c;
            while (inside < planned.Length && planned[inside] <= end)
                inside++;
            if (end - start == 1)
            {
                Add(edge, end, c, []);
                c++;
                continue;
            }

            if (edges.Count == 0 || Math.BitDecrement(edge) > edges[^1])
                Add(Math.BitDecrement(edge), start, c, []);
            double[] order = new double[end - start];
            new RandomStream(seed, (ulong)start).FillUniform(order);
            Array.Sort(order);
            Add(edge, end, c, [.. planned[c..inside].Select(rank => order[rank - start - 1])]);
            c = inside;
        }

        Add(double.PositiveInfinity, n, planned.Length, []);
        edges.RemoveAt(edges.Count - 1);
        long[] balls = [.. planned.Append(n + 1).Select((rank, c) => (long)(rank - (c == 0 ? 0 : planned[c - 1])))];
        long[] counts = [.. ends.Select((end, k) => (long)(end - (k == 0 ? 0 : ends[k - 1])))];
        return Bins.OfEdges(edges, score(sorted, [.. ends]), new RankBins([.. first], [.. cuts], balls, counts));

        void Add(double edge, int end, int before, double[] within)
        {
            edges.Add(edge);
            ends.Add(end);
            first.Add(before);
            cuts.Add(within);
        }
    }
}
