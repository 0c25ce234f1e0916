using MathNet.Numerics.Distributions;
using ML.Thermo.Energies;
using ML.Thermo.Tempering;

namespace ML.Thermo.Benchmarks.Tempering;

/// <summary>Policies on one stream: each window is scored by models that have learnt from windows whose labels had come, and the losses are compared.</summary>
/// <param name="stream">The rows.</param>
/// <param name="rows">Rows of a window.</param>
/// <param name="delay">Windows by which labels come later.</param>
internal sealed class Policies(LabelledStream stream, int rows, int delay)
{
    private const int ReferenceWindows = 3, MostWindows = 90;
    private const double AlarmLevel = 0.02;

    private readonly Dictionary<string, double> _losses = new(StringComparer.Ordinal);

    /// <summary>Windows that the stream fills, the reference apart.</summary>
    public int Windows => Math.Min((stream.Targets.Length / rows) - ReferenceWindows, MostWindows);

    /// <summary>Sum over windows of the mean loss a row, by policy.</summary>
    public IReadOnlyDictionary<string, double> Run()
    {
        TemperedLadder reference = Learn(Rows(0, ReferenceWindows), new());
        (string Name, TemperedLadder Ladder)[] ladders =
        [
            ("tempered", Learn(Rows(0, ReferenceWindows), new())),
            ("  θ × .3", Learn(Rows(0, ReferenceWindows), new() { TemperatureShare = 0.03 })),
            ("  θ × 3", Learn(Rows(0, ReferenceWindows), new() { TemperatureShare = 0.3 })),
            ("  discount .8", Learn(Rows(0, ReferenceWindows), new() { Discount = 0.8 })),
            ("  discount 1", Learn(Rows(0, ReferenceWindows), new() { Discount = 1 })),
            ("  five memories", Learn(Rows(0, ReferenceWindows), new() { Memories = [0, 0.5, 0.8, 0.95, 1] })),
        ];
        double[] kept = [.. reference.Parameters];
        double[] usual = Losses(kept, Rows(0, ReferenceWindows));
        Model refit = new(kept), restart = new(kept);
        double[] recent = kept;
        int since = 0;
        for (int window = 0; window < Windows; window++)
        {
            (double[][], double[]) now = Rows(ReferenceWindows + window, 1);
            Add("keep", kept, now);
            foreach ((string name, TemperedLadder ladder) in ladders)
                Add(name, [.. ladder.Parameters], now);
            TemperedState state = ladders[0].Ladder.State;
            foreach (TemperedCopy copy in state.Copies)
                Add($"memory {copy.Memory}", state.Scale.FoldBack(copy.Parameters), now);
            Add("alarm, refit on the window", refit.Parameters, now);
            Add("alarm, restart and pool", restart.Parameters, now);
            Add("last three windows", recent, now);
            int labelled = window - delay;
            if (labelled >= 0)
            {
                (double[][] x, double[] y) = Rows(ReferenceWindows + labelled, 1);
                if (Model.Alarms(Losses(refit.Parameters, (x, y)), usual))
                    refit = new(Fit(ReferenceWindows + labelled, 1));
                if (Model.Alarms(Losses(restart.Parameters, (x, y)), usual))
                    since = labelled;
                if (restart.HasAlarmed || since > 0)
                    restart = new(Fit(ReferenceWindows + since, labelled - since + 1)) { HasAlarmed = true };
                recent = Fit(ReferenceWindows + labelled - 2, 3);
                foreach ((_, TemperedLadder ladder) in ladders)
                    ladder.Update(x, y);
            }
        }

        return _losses;
    }

    private void Add(string policy, double[] parameters, (double[][], double[]) rowsOf) =>
        _losses[policy] = _losses.GetValueOrDefault(policy) + Losses(parameters, rowsOf).Average();

    private (double[][] Features, double[] Targets) Rows(int window, int count) =>
        (stream.Features[(window * rows)..((window + count) * rows)], stream.Targets[(window * rows)..((window + count) * rows)]);

    private TemperedLadder Learn((double[][] X, double[] Y) known, TemperedOptions options) => stream.Classes > 0
        ? TemperedLadder.LearnClasses(known.X, known.Y, stream.Classes, options) : TemperedLadder.Learn(known.X, known.Y, stream.Energy, options);

    /// <summary>A fit on some windows; of windows with one class the last model's own constant.</summary>
    private double[] Fit(int window, int count)
    {
        (double[][] x, double[] y) = Rows(window, count);
        if (!stream.Energy.IsOfLabels || y.Distinct().Count() > 1)
            return [.. Learn((x, y), new()).Parameters];
        int width = x[0].Length + 1;
        double[] constant = new double[Math.Max(stream.Classes, 1) * width];
        if (stream.Classes > 0)
            constant[(((int)y[0] + 1) * width) - 1] = 3;
        else
            constant[width - 1] = y[0] > 0 ? 3 : -3;
        return constant;
    }

    private double[] Losses(double[] parameters, (double[][] X, double[] Y) rowsOf)
    {
        TemperedLoss loss = stream.Classes > 0 ? TemperedLoss.OfClasses(stream.Classes) : TemperedLoss.Of(stream.Energy);
        double[][] outputs = [.. parameters.Chunk(parameters.Length / loss.Outputs)];
        return [.. rowsOf.X.Select((x, i) =>
            loss.Loss([.. outputs.Select(own => x.Zip(own, (a, b) => a * b).Sum() + own[^1])], rowsOf.Y[i]))];
    }

    private sealed class Model(double[] parameters)
    {
        public double[] Parameters => parameters;

        public bool HasAlarmed { get; init; }

        /// <summary>Welch's test that a window's losses are larger than usual.</summary>
        public static bool Alarms(double[] losses, double[] usual)
        {
            (double mean, double variance) = Moments(losses);
            (double other, double otherVariance) = Moments(usual);
            double error = (variance / losses.Length) + (otherVariance / usual.Length);
            return error > 0 && 1 - Normal.CDF(0, 1, (mean - other) / Math.Sqrt(error)) < AlarmLevel;
        }

        private static (double, double) Moments(double[] values)
        {
            double mean = values.Average();
            return (mean, values.Sum(x => (x - mean) * (x - mean)) / (values.Length - 1));
        }
    }
}
