using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Binning;
using ML.Thermo.Refresh.Distances;

namespace ML.Thermo.Benchmarks.Drift;

/// <summary>Everything that says how far a window is from its reference, larger is farther: ours and the usual ones, on the same numbers.</summary>
internal sealed class DriftMethods
{
    public const string Ours = "thermo";

    /// <summary>Names with labels: all see the losses, and nothing else.</summary>
    public static readonly string[] Labelled = [Ours, "mean-loss z", "KS", "PSI", "MMD"];

    /// <summary>Names without labels: all see features and predictions.</summary>
    public static readonly string[] LabelFree = [Ours, "mean-score z", "KS", "PSI", "MMD"];

    private readonly DriftTrial _trial;
    private readonly double[] _losses;
    private readonly double[][] _columns;
    private readonly double[] _means, _spreads;
    private readonly (double[] Edges, long[] Counts) _lossEdges;
    private readonly (double[] Edges, long[] Counts)[] _columnEdges;
    private readonly DriftKernel _lossKernel, _rowKernel;

    public DriftMethods(DriftTrial trial, int draws)
    {
        _trial = trial;
        DriftRows rows = trial.Reference;
        int inputs = rows.Features[0].Length - 1;
        var builder = new DriftReferenceBuilder([.. Enumerable.Range(0, inputs + 1).Select(j => new DriftInput($"{j}", IsPrediction: j == inputs))], new DriftOptions { Draws = draws, LeastEffect = 0 });
        for (int i = 0; i < rows.Labels.Length; i++)
            builder.Observe(trial.Loss(rows.Features[i], rows.Labels[i]), trial.Self(rows.Features[i]), Inputs(rows.Features[i]));
        Reference = builder.Build();
        _losses = [.. Losses(rows).Order()]; // sorted once here: the distances sort again, which then is quick
        _columns = [.. Columns(rows).Select(column => column.Order().ToArray())];
        _lossEdges = Tenths(_losses);
        _columnEdges = [.. _columns.Select(Tenths)];
        _means = [.. _columns.Select(column => column.Average())];
        _spreads = [.. _columns.Select((column, j) => Math.Max(Math.Sqrt(column.Average(v => (v - _means[j]) * (v - _means[j]))), 1e-12))];
        (_lossKernel, _rowKernel) = (new DriftKernel(_losses, 1), new DriftKernel(Flat(rows), _columns.Length));
    }

    public DriftReference Reference { get; }

    public DriftWindow Window(DriftRows rows)
    {
        DriftWindow window = Reference.NewWindow();
        for (int i = 0; i < rows.Labels.Length; i++)
            window.Observe(_trial.Loss(rows.Features[i], rows.Labels[i]), _trial.Self(rows.Features[i]), Inputs(rows.Features[i]));
        return window;
    }

    /// <summary>Statistics in the order of <see cref="Labelled"/>, then of <see cref="LabelFree"/>.</summary>
    public double[] Statistics(DriftRows rows)
    {
        WindowDrift report = Reference.Measure(Window(rows));
        double[] usual = Usual(rows);
        return
        [
            -report.Energy!.PValue - Tie(report.Energy.Effect), Math.Abs(usual[0]), usual[1], usual[2], _lossKernel.Discrepancy(Losses(rows)),
            -report.LabelFreePValue - Tie(report.LabelFreeEffect), Math.Abs(usual[3]), usual[4], usual[5], _rowKernel.Discrepancy(Flat(rows)),
        ];
    }

    /// <summary>Mean-loss z (signed), KS and PSI of the losses; mean-score z (signed), largest KS and largest PSI of features and prediction.</summary>
    public double[] Usual(DriftRows rows)
    {
        double[] losses = Losses(rows);
        double[][] columns = Columns(rows);
        return
        [
            Welch(_losses, losses), SampleDistances.KolmogorovSmirnov(_losses, losses).Statistic, Psi(_lossEdges, losses),
            Welch(_columns[^1], columns[^1]),
            columns.Select((column, j) => SampleDistances.KolmogorovSmirnov(_columns[j], column).Statistic).Max(),
            columns.Select((column, j) => Psi(_columnEdges[j], column)).Max(),
        ];
    }

    /// <summary>Orders windows whose p-values are the least there is: never as much as one step of a p-value.</summary>
    private static double Tie(double effect) => 1e-6 / (1 + effect);

    private static double Welch(double[] a, double[] b) => (b.Average() - a.Average()) / Math.Sqrt((Variance(a) / a.Length) + (Variance(b) / b.Length));

    private static double Psi((double[] Edges, long[] Counts) reference, double[] current) =>
        BinDistances.Of(reference.Counts, Counts(current, reference.Edges)).PopulationStability;

    /// <summary>The ten equal bins of a reference, as is usual for PSI; the reference is sorted.</summary>
    private static (double[] Edges, long[] Counts) Tenths(double[] sorted)
    {
        double[] edges = [.. Enumerable.Range(1, 9).Select(k => sorted[(int)(k / 10.0 * (sorted.Length - 1))]).Distinct()];
        return (edges, Counts(sorted, edges));
    }

    private static long[] Counts(double[] values, double[] edges)
    {
        long[] counts = new long[edges.Length + 1];
        foreach (double value in values)
        {
            int at = Array.BinarySearch(edges, value);
            counts[at < 0 ? ~at : at]++;
        }

        return counts;
    }

    private static double Variance(double[] values)
    {
        double mean = values.Average();
        return values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1);
    }

    private double[] Inputs(double[] x) => [.. x[..^1], _trial.Prediction(x)];

    private double[] Losses(DriftRows rows) => [.. rows.Features.Zip(rows.Labels, _trial.Loss)];

    private double[][] Columns(DriftRows rows)
    {
        double[][] inputs = [.. rows.Features.Select(Inputs)];
        return [.. Enumerable.Range(0, inputs[0].Length).Select(j => inputs.Select(row => row[j]).ToArray())];
    }

    private double[] Flat(DriftRows rows) => [.. rows.Features.SelectMany(x => Inputs(x).Select((v, j) => (v - _means[j]) / _spreads[j]))];
}
