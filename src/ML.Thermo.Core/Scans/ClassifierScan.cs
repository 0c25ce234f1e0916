using ML.Thermo.Initialization;

namespace ML.Thermo.Scans;

/// <summary>The observer of vectors: a classifier is trained for each split on four fifths of the rows and scored on the rest.</summary>
/// <remarks>D ≥ mean(2σr̂ − r̂²), r̂ = 2q̂ − 1, σ = ±1 the true side: D less E(r − r̂)². Below zero means that nothing was found.</remarks>
internal static class ClassifierScan
{
    private const int Folds = 5;

    public static ScanReport Run(
        ControlGrid grid,
        IReadOnlyList<double[][]> rows,
        SideClassifier classifier,
        ScanOptions options,
        IProgress<double>? progress,
        CancellationToken cancellation)
    {
        var curves = new SplitCurves(grid, options.Window);
        Scores[] scores = new Scores[curves.Count];
        int done = 0;
        Scan.Each(curves.Count, options, cancellation, s =>
        {
            int left = curves.LeftOf(s), window = options.Window;
            (double[][] near, double[][] far) = (Side(rows, left - window + 1, window), Side(rows, left + 1, window));
            ulong stream = SplitCurves.PartsStream + (ulong)s;
            scores[s] = Score(near, far, classifier, new RandomStream(options.Seed, stream), cancellation);
            Fill(curves, s, scores[s]);
            if (curves.Fits(s, 2 * window, grid.Count))
            {
                double[][] a = Side(rows, left - (2 * window) + 1, 2 * window), b = Side(rows, left + 1, 2 * window);
                curves.Doubled[s] = Score(a, b, classifier, new RandomStream(options.Seed, stream + (1UL << 32)), cancellation).Linear(-1).Value;
            }

            progress?.Report(Interlocked.Increment(ref done) / (double)curves.Count);
        });
        curves.Freedom = scores.Min(score => Math.Min(score.LeftRows, score.Count - score.LeftRows)) - 1;
        curves.LeftOut = (part, from, to) => [.. Enumerable.Range(from, to - from + 1).Select(s => scores[s].Linear(part).Value)];
        ScanPoint[] points = [.. rows.Select((group, k) => new ScanPoint(grid.Values[k], group.Length))];
        return ScanAssembly.Report(grid, ScanObserver.Classifier, curves, points, options, double.NaN);
    }

    private static double[][] Side(IReadOnlyList<double[][]> rows, int start, int window) => [.. Enumerable.Range(start, window).SelectMany(k => rows[k])];

    private static Scores Score(double[][] left, double[][] right, SideClassifier classifier, RandomStream random, CancellationToken cancellation)
    {
        double[][] rows = [.. left, .. right];
        int[] folds = [.. Deal(left.Length, random), .. Deal(right.Length, random)];
        double[] probability = new double[rows.Length];
        for (int fold = 0; fold < Folds; fold++)
        {
            int[] training = [.. Enumerable.Range(0, rows.Length).Where(i => folds[i] != fold)];
            int[] held = [.. Enumerable.Range(0, rows.Length).Where(i => folds[i] == fold)];
            bool[] sides = [.. training.Select(i => i < left.Length)];
            if (held.Length == 0)
                continue;
            double[] judged = classifier([.. training.Select(i => rows[i])], sides, [.. held.Select(i => rows[i])], cancellation);
            for (int i = 0; i < held.Length; i++)
                probability[held[i]] = judged[i];
        }

        return new Scores(probability, left.Length, [.. rows.Select(_ => (int)random.NextInteger(SplitCurves.Parts))]);
    }

    /// <summary>Folds of equal size, dealt at random.</summary>
    private static int[] Deal(int count, RandomStream random)
    {
        int[] folds = [.. Enumerable.Range(0, count).Select(i => i % Folds)];
        random.Shuffle<int>(folds);
        return folds;
    }

    private static void Fill(SplitCurves curves, int s, Scores scores)
    {
        curves.Linear[s] = scores.Linear(-1);
        curves.TotalVariation[s] = scores.Mean((q, side) => side * Math.Sign(q - 0.5), -1);
        curves.JensenShannon[s] = scores.Mean((q, side) => Math.Log(2 * (side > 0 ? q : 1 - q)), -1);
    }

    /// <summary>Judgements of held-out rows.</summary>
    private sealed record Scores(double[] Probability, int LeftRows, int[] Parts)
    {
        public int Count => Probability.Length;

        public Estimate Linear(int withoutPart) => Mean((q, side) => (2 * side * ((2 * q) - 1)) - Math.Pow((2 * q) - 1, 2), withoutPart);

        /// <summary>Mean of a score over the rows, with equal weight to both sides.</summary>
        public Estimate Mean(Func<double, int, double> score, int withoutPart)
        {
            var left = new Moments();
            var right = new Moments();
            for (int i = 0; i < Count; i++)
            {
                if (Parts[i] != withoutPart)
                    (i < LeftRows ? left : right).Add(score(Probability[i], i < LeftRows ? 1 : -1));
            }

            return new((left.Mean.Value + right.Mean.Value) / 2, Math.Sqrt(left.VarianceOfMean + right.VarianceOfMean) / 2);
        }
    }
}
