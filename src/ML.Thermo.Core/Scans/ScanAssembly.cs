using ML.Thermo.Numerics;

namespace ML.Thermo.Scans;

/// <summary>From curves to a report: normalised, classed, tested.</summary>
internal static class ScanAssembly
{
    private const double EnoughCoverage = 0.2;
    private const long EnoughSamples = 200;

    public static ScanReport Report(
        ControlGrid grid, ScanObserver observer, SplitCurves curves, IReadOnlyList<ScanPoint> points, ScanOptions options, double changePValue)
    {
        ScanSplit[] splits = [.. Enumerable.Range(0, curves.Count).Select(s => Split(grid, curves, s))];
        IReadOnlyList<Estimate> tested = IsEven(grid, curves) ? curves.Linear : [.. splits.Select(split => split.Fisher)];
        bool isExact = tested.All(value => value.StandardError == 0);
        ScanTransition[] transitions = [.. PeakTest.Find(tested, curves.Freedom, options).Select(peak => Transition(grid, curves, splits, tested, peak))];
        Status status = PeakTest.Edge(tested, curves.Freedom, options) != 0 ? Status.AtEdge : Status.Defined;
        if (curves.Unseen?.Any(share => share > EnoughCoverage) == true)
            status |= Status.LowCoverage;
        if (observer == ScanObserver.Likelihood && points.Any(point => point.Samples < EnoughSamples))
            status |= Status.SmallSample;
        return new ScanReport
        {
            Grid = grid,
            Observer = observer,
            Window = curves.Window,
            Points = points,
            Splits = splits,
            CriticalValue = isExact ? 0 : PeakTest.CriticalValue(curves.Count, curves.Freedom, options.FalseAlarms),
            ChangePValue = changePValue,
            Length = Length(curves),
            Transitions = transitions,
            Pairs = curves.Pairs?.Rows ?? [],
            Status = status,
        };
    }

    private static ScanSplit Split(ControlGrid grid, SplitCurves curves, int s)
    {
        int left = curves.LeftOf(s);
        double delta = grid.Distance(left, curves.Window), scale = 4 / (delta * delta);
        Estimate linear = curves.Linear[s];
        double abruptness = double.IsNaN(curves.Doubled[s])
            ? double.NaN
            : Math.Log(curves.Doubled[s] / linear.Value) / Math.Log(grid.Distance(left, 2 * curves.Window) / delta);
        return new ScanSplit(left, grid.Split(left))
        {
            Linear = linear,
            TotalVariation = curves.TotalVariation[s],
            JensenShannon = curves.JensenShannon[s],
            Hellinger = curves.Hellinger[s],
            Fisher = new(linear.Value * scale, linear.StandardError * scale),
            Abruptness = double.IsFinite(abruptness) ? abruptness : double.NaN,
            UnseenShare = curves.Unseen?[s] ?? double.NaN,
            Drivers = curves.Drivers[s],
        };
    }

    /// <summary>Whether all splits compare windows equally far apart. Where they do not, wider gaps alone would make peaks of D, and F̂ is tested.</summary>
    private static bool IsEven(ControlGrid grid, SplitCurves curves)
    {
        double first = grid.Distance(curves.LeftOf(0), curves.Window);
        return Enumerable.Range(1, curves.Count - 1).All(s => Math.Abs(grid.Distance(curves.LeftOf(s), curves.Window) - first) < 1e-6 * first);
    }

    private static ScanTransition Transition(ControlGrid grid, SplitCurves curves, ScanSplit[] splits, IReadOnlyList<Estimate> tested, Peak peak)
    {
        double Place(int s) => grid.SplitCoordinate(curves.LeftOf(s));
        double[] curve = [.. tested.Select(value => value.Value)];
        double Scale(int s) => ReferenceEquals(tested, curves.Linear) ? 1 : 4 / Math.Pow(grid.Distance(curves.LeftOf(s), curves.Window), 2);
        double at = Vertex(curve, peak.Summit, Place), error = (Place(peak.Summit + 1) - Place(peak.Summit - 1)) / 4;
        if (curves.LeftOut is { } leftOut)
            error = PlaceError(peak, part => leftOut(part, peak.From, peak.To), Scale, Place);
        double abruptness = splits[peak.Summit].Abruptness;
        ChangeKind kind = abruptness >= 1.5 ? ChangeKind.Smooth : abruptness <= 0.5 ? ChangeKind.Jump : ChangeKind.Unresolved;
        return new ScanTransition(
            peak.Summit,
            new(grid.Value(at), error * grid.Slope(at)),
            splits[peak.From].At,
            splits[peak.To].At,
            curves.Linear[peak.Summit],
            peak.PValue,
            abruptness,
            kind);
    }

    /// <summary>Delete-a-group jackknife of the place; the summit is looked for anew between both flanks.</summary>
    private static double PlaceError(Peak peak, Func<int, double[]> leftOut, Func<int, double> scale, Func<int, double> place)
    {
        double[] places = new double[SplitCurves.Parts];
        for (int part = 0; part < places.Length; part++)
        {
            double[] curve = leftOut(part);
            for (int i = 0; i < curve.Length; i++)
                curve[i] *= scale(peak.From + i);
            int summit = 1;
            for (int i = 2; i < curve.Length - 1; i++)
            {
                if (curve[i] > curve[summit])
                    summit = i;
            }

            places[part] = Vertex(curve, summit, i => place(peak.From + i));
        }

        return Jackknife.Error(places);
    }

    /// <summary>The vertex of the parabola through a summit and its neighbours, between them.</summary>
    private static double Vertex(double[] curve, int s, Func<int, double> place)
    {
        double x0 = place(s - 1), x1 = place(s), x2 = place(s + 1);
        double first = (curve[s] - curve[s - 1]) / (x1 - x0), second = (curve[s + 1] - curve[s]) / (x2 - x1), bend = (second - first) / (x2 - x0);
        double vertex = (x0 + x1 - (first / bend)) / 2;
        return bend < 0 ? Math.Clamp(vertex, x0, x2) : x1;
    }

    /// <summary>Λ = Σ 2 arccos(1 − H²) over neighbouring values; the error by leaving out tenths of the samples, which neighbouring distances share.</summary>
    private static Estimate Length(SplitCurves curves)
    {
        double value = Length(curves.Neighbours.Select(overlap => overlap.Value));
        return new(value, curves.NeighboursLeftOut is not { } leftOut
            ? curves.Neighbours.All(overlap => overlap.StandardError == 0) ? 0 : double.NaN
            : Jackknife.Error([.. Enumerable.Range(0, SplitCurves.Parts).Select(part => Length(leftOut(part)))]));
    }

    private static double Length(IEnumerable<double> overlaps) => overlaps.Sum(overlap => 2 * Math.Acos(Math.Clamp(1 - overlap, -1, 1)));
}
