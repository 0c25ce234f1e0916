namespace ML.Thermo.Loops.Guard;

/// <summary>The likelihood maximised over the temperature, as a function of the fresh share.</summary>
internal sealed class LoopProfile(LoopLikelihood likelihood, CancellationToken cancellation)
{
    private const double LargestShare = 0.999;
    private readonly SortedDictionary<double, Node> _known = [];
    private readonly double[] _grid = [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, LargestShare];

    /// <summary>Every share that was tried.</summary>
    public IEnumerable<Node> Known => _known.Values;

    /// <summary>The best temperature at a share, by Newton's method inside a bracket, in s = 1/T.</summary>
    public Node At(double share)
    {
        if (_known.TryGetValue(share, out Node known))
            return known;
        cancellation.ThrowIfCancellationRequested();
        double start = _known.Count == 0 ? 1 : _known.Values.MinBy(node => Math.Abs(node.Share - share)).S;
        double low = 1 / LoopFit.Hottest, high = LoopFit.Hottest, s = double.IsFinite(start) ? start : 1;
        (double slope, double bend) = likelihood.Slope(s, share);
        for (int i = 0; i < 200; i++)
        {
            if (slope > 0)
                low = s;
            else
                high = s;
            double next = s - (slope / bend);
            if (!(bend < 0) || !(next > low && next < high))
                next = Math.Sqrt(low * high);
            if (Math.Abs(next - s) <= 1e-13 * s || high - low <= 1e-13 * s)
                break;
            s = next;
            (slope, bend) = likelihood.Slope(s, share);
        }

        LoopLikelihood.Point point = likelihood.At(s, share);
        bool inside = s > 1.001 / LoopFit.Hottest && s < LoopFit.Hottest / 1.001 && point.SS < -1e-12;
        return _known[share] = new Node(share, s, point, inside);
    }

    /// <summary>The share of highest likelihood: the best of a grid, then the zero of the slope beside it.</summary>
    public double BestShare()
    {
        int best = Enumerable.Range(0, _grid.Length).MaxBy(i => At(_grid[i]).Value);
        if (_grid[best] == 0 && At(0).Point.Share <= 0)
            return 0;
        double low = _grid[Math.Max(best - 1, 0)], high = _grid[Math.Min(best + 1, _grid.Length - 1)];
        return Bisect(low, high, share => At(share).Point.Share > 0);
    }

    /// <summary>Shares whose profile is above the maximum less half of the limit.</summary>
    public (double Low, double High) Interval(double share, double limit)
    {
        double floor = At(share).Value - (limit / 2);
        double low = share == 0 || At(0).Value >= floor ? 0 : Bisect(0, share, other => At(other).Value < floor);
        double high = At(LargestShare).Value >= floor ? LargestShare : Bisect(share, LargestShare, other => At(other).Value >= floor);
        return (low, high);
    }

    /// <summary>ln L at T = 1 with the best share, by golden section on its concave profile.</summary>
    public double BestAtOne()
    {
        double share = Bisect(0, LargestShare, other => likelihood.At(1, other).Share > 0);
        return Math.Max(likelihood.At(1, share).Value, likelihood.At(1, 0).Value);
    }

    /// <summary>Least and largest temperature whose likelihood, maximised over the share, is within half of the limit.</summary>
    public (double Low, double High) Temperatures(Node best, double low, double high, double limit)
    {
        List<(double Temperature, double Share)> edges = [.. Edges(best, low, high, limit)];
        return (edges.Min(edge => edge.Temperature), edges.Max(edge => edge.Temperature));
    }

    /// <summary>Points on the border of the region within half of the limit: at seven shares the temperatures where ln L has fallen so far, by its
    /// curvature there.</summary>
    public IEnumerable<(double Temperature, double Share)> Edges(Node best, double low, double high, double limit)
    {
        double floor = best.Value - (limit / 2);
        Node[] nodes = low == high ? [best] : [best, .. Enumerable.Range(0, 7).Select(i => At(low + (i / 6.0 * (high - low))))];
        foreach (Node node in nodes.Where(node => node.IsKnown && node.Value > floor - 1e-6))
        {
            double step = Math.Sqrt(2 * Math.Max(node.Value - floor, 0) / -node.Point.SS);
            yield return (1 / (node.S + step), node.Share);
            yield return (1 / Math.Max(node.S - step, 1 / LoopFit.Hottest), node.Share);
        }
    }

    /// <summary>Standard errors of T and λ from the inverse of the observed information; NaN where that is not positive definite.</summary>
    public static (double Temperature, double Share) Errors(Node node)
    {
        LoopLikelihood.Point h = node.Point;
        double determinant = (h.SS * h.ShareShare) - (h.SShare * h.SShare);
        return determinant > 0 && h.SS < 0
            ? (Math.Sqrt(-h.ShareShare / determinant) / (node.S * node.S), Math.Sqrt(-h.SS / determinant))
            : (double.NaN, double.NaN);
    }

    /// <summary>Where a condition that holds at the low end ends.</summary>
    private static double Bisect(double low, double high, Func<double, bool> holds)
    {
        while (high - low > 1e-9)
        {
            double middle = (low + high) / 2;
            (low, high) = holds(middle) ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    internal readonly record struct Node(double Share, double S, LoopLikelihood.Point Point, bool IsKnown)
    {
        public double Temperature => 1 / S;

        public double Value => Point.Value;

        public double StandardError => 1 / Math.Sqrt(-Point.SS) / (S * S);

        public ProfilePoint Relative(double best) => new(Share, Temperature, Value - best, StandardError);
    }
}
