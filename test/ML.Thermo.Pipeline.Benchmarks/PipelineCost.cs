using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;

namespace ML.Thermo.Benchmarks;

/// <summary>
/// What <c>PhaseTransition</c> with its defaults adds to a training: processor time and memory of processes that fit the same rows with and without it.
/// Each fits twice; ratios are of the second fits, but for the one that asks about the first.
/// </summary>
internal static class PipelineCost
{
    private const string Argument = "cost";
    private const double TwinFraction = 0.02; // 20,000 rows of a million

    /// <summary>Whether these are the arguments of the table, or of a process that it started.</summary>
    public static bool IsMeant(string[] args) => args.FirstOrDefault() == Argument;

    /// <summary>Prints the table, or as a process that it started, one line.</summary>
    /// <returns>Whether every target was met.</returns>
    public static bool Run(string[] args, TextWriter output)
    {
        if (args.Length == 3)
        {
            output.WriteLine(Fit(args[1], args[2]));
            return true;
        }

        output.WriteLine("| rows, defaults | measured | is | target |\n|---|---|--:|--:|");
        bool isMet = true;
        foreach ((string data, string what, double value, double target) in Lines())
        {
            isMet &= value <= target;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {data} | {what} | {value:F2} | {target:G3}{(value <= target ? "" : ", missed")} |"));
        }

        return isMet;
    }

    private static IEnumerable<(string Rows, string What, double Value, double Target)> Lines()
    {
        yield return ("3,000 × 1,000, L-BFGS", "time, to the bare trainer's", Pair.Of("features").Ratio, 3);
        Pair rows = Pair.Of("rows");
        yield return ("1,000,000 × 4, L-BFGS", "time, to the bare trainer's", rows.Ratio, 3);
        yield return ("", "memory above the bare trainer's, bytes a row", rows.ExtraMemory / 1e6, 4);
        yield return ("", "of that, memory above two bare trainings', bytes a row", (rows.Wrapped.Memory - Start("rows", "twice").Memory) / 1e6, 4);
        Spent cold = Start("third-kind", "wrapped");
        yield return ("20,000 × 3, softmax of 3 classes, after two other kinds", "first fit of the process, to the second", cold.First / cold.Second, 1.5);
        yield return (
            "3,000 × 3, naive Bayes, 50,000 classes", "what it adds, to what it adds to 5,000 classes",
            Pair.Of("classes-50000").ExtraTime / Pair.Of("classes-5000").ExtraTime, 10);
    }

    /// <param name="name">Of the rows.</param>
    /// <param name="how">bare; wrapped; or twice: what the wrapper trains, the model and its twin, and nothing measured.</param>
    private static Spent Fit(string name, string how)
    {
        var context = new MLContext(1);
        (IDataView data, Func<IEstimator<ITransformer>> trainer) = CostRows.Of(context, name);
        IDataView others = context.Data.TrainTestSplit(data, TwinFraction, seed: 1).TrainSet;
        if (name == "third-kind")
        {
            context.Thermo().PhaseTransition(context.Regression.Trainers.OnlineGradientDescent("Number"), "Number").Fit(data);
            context.Thermo().PhaseTransition(context.BinaryClassification.Trainers.LbfgsLogisticRegression("Flag"), "Flag").Fit(data);
        }

        double[] seconds = new double[2];
        for (int fit = 0; fit < seconds.Length; fit++)
        {
            double start = Environment.CpuUsage.TotalTime.TotalSeconds;
            (how == "wrapped" ? context.Thermo().PhaseTransition(trainer()) : trainer()).Fit(data);
            if (how == "twice")
                trainer().Fit(others);
            seconds[fit] = Environment.CpuUsage.TotalTime.TotalSeconds - start;
        }

        using var self = Process.GetCurrentProcess();
        return new Spent(seconds[0], seconds[1], self.PeakWorkingSet64);
    }

    private static Spent Start(string name, string how)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(PipelineCost).Assembly.Location, Argument, name, how])
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["DOTNET_TieredCompilation"] = "1", // as an application has it
                ["DOTNET_gcConcurrent"] = "0",
                ["DOTNET_GCgen0size"] = "400000", // hexadecimal: the peak shows what is held, not what is not collected yet
            },
        };
        using var process = Process.Start(start)!;
        string line = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? Spent.Parse(line) : throw new InvalidOperationException($"The process '{name} {how}' ended with {process.ExitCode}.");
    }

    /// <summary>Processor seconds of the first and the second fit, and the most memory of the process, bytes.</summary>
    private sealed record Spent(double First, double Second, double Memory)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First} {Second} {Memory}");

        public static Spent Parse(string line)
        {
            double[] numbers = [.. line.Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
            return new Spent(numbers[0], numbers[1], numbers[2]);
        }
    }

    private sealed record Pair(Spent Bare, Spent Wrapped)
    {
        public static Pair Of(string name) => new(Start(name, "bare"), Start(name, "wrapped"));

        public double Ratio => Wrapped.Second / Bare.Second;

        public double ExtraTime => Wrapped.Second - Bare.Second;

        public double ExtraMemory => Wrapped.Memory - Bare.Memory;
    }
}
