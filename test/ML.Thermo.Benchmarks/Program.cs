using ML.Thermo.Benchmarks;
using ML.Thermo.Benchmarks.Compression;
using ML.Thermo.Benchmarks.Drift;
using ML.Thermo.Benchmarks.Dynamics;
using ML.Thermo.Benchmarks.Guards;
using ML.Thermo.Benchmarks.Pages;
using ML.Thermo.Benchmarks.Scans;
using ML.Thermo.Benchmarks.Tempering;

// Every group is a class with a static list of comparisons; `./build.sh bench FILTER` runs those whose name contains FILTER.
IReadOnlyList<(string Group, Func<IEnumerable<Comparison>> Comparisons)> groups =
[
    ("squared", SquaredBenchmarks.Comparisons),
    ("entropy", EntropyBenchmarks.Comparisons),
    ("ensemble", EnsembleBenchmarks.Comparisons),
    ("reading", ReadingBenchmarks.Comparisons),
    ("transition", TransitionBenchmarks.Comparisons),
    ("weights", WeightBenchmarks.Comparisons),
    ("signals", SignalBenchmarks.Comparisons),
    ("sentences", SentenceBenchmark.Comparisons),
    ("network", NetworkEnsembleBenchmarks.Comparisons),
    ("drift", DriftBenchmarks.Comparisons),
    ("dynamics", DynamicsBenchmarks.Comparisons),
    ("loops", LoopBenchmarks.Comparisons),
    ("joules", JouleBenchmarks.Comparisons),
    ("scans", ScanBenchmarks.Comparisons),
    ("scans-large", ScanBenchmarks.Large),
    ("explanations", ExplanationBenchmarks.Comparisons),
    ("pages", PageBenchmarks.Comparisons),
];

string filter = args.Length > 0 ? args[0] : "";

// An experiment of half a minute, not a comparison of times: it runs only when it is asked for by name.
if (string.Equals(filter, "complexity", StringComparison.OrdinalIgnoreCase))
{
    ComplexityExperiment.Run(Console.Out);
    return 0;
}

// A minute: roll-outs of four models of a lattice, against the truth.
if (string.Equals(filter, "dynamics-experiment", StringComparison.OrdinalIgnoreCase))
    return DynamicsExperiment.Run(Console.Out);

// Minutes: widths of weights by self-energy against what others go by; further arguments are networks that run on noise, or packages PICTURES.npz.
if (string.Equals(filter, "compression-experiment", StringComparison.OrdinalIgnoreCase))
    return CompressionExperiment.Run(Console.Out, args[1..]);

// A minute: ways to round weights, one by one.
if (string.Equals(filter, "compression-roundings", StringComparison.OrdinalIgnoreCase))
    return RoundingStudy.Run(Console.Out);

// A minute or two: guards of the digits networks against detectors of others; the second argument is digits.csv.
if (string.Equals(filter, "guard-experiment", StringComparison.OrdinalIgnoreCase))
    return GuardExperiment.Run(Console.Out, args.Length > 1 ? args[1] : Path.Combine("test", "data", "digits.csv"));

// A minute: tempered refresh against other policies; the second argument is the folder data of the npm package vega-datasets, without which only generated breaks run.
if (string.Equals(filter, "tempered-experiment", StringComparison.OrdinalIgnoreCase))
    return TemperedExperiment.Run(Console.Out, args.Length > 1 ? args[1] : null);

// Minutes: power and delay of drift tests; a second argument gives the number of divisions of each set.
if (string.Equals(filter, "drift-experiment", StringComparison.OrdinalIgnoreCase))
{
    DriftExperiment.Run(Console.Out, args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : DriftExperiment.DefaultSeeds);
    return 0;
}

// Minutes: delay of alarms at one hazard, beside a CUSUM; likewise.
if (string.Equals(filter, "drift-alarms", StringComparison.OrdinalIgnoreCase))
{
    AlarmDelays.Run(Console.Out, args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : AlarmDelays.DefaultSeeds);
    return 0;
}

// Half a minute: windows of series whose rows depend on each other; the second argument is the folder data of vega-datasets.
if (string.Equals(filter, "dependent-series", StringComparison.OrdinalIgnoreCase))
    return DependentSeries.Run(Console.Out, args.Length > 1 ? args[1] : null);

if (args is ["memory", var network, var variant])
{
    SignalMemory.Measure(network, variant, Console.Out);
    return 0;
}

if (args is ["process", .. var work])
{
    ProcessWork.Run(work);
    return 0;
}

// Processes of the command, minutes: asked for by name.
if (filter == "layers")
    return LayerProcesses.Run(Console.Out) == 0 ? 0 : 1;
if (filter == "scan-processes")
    return ScanProcesses.Run(Console.Out) == 0 ? 0 : 1;

int missed = filter is "memory" or "" ? SignalMemory.Run(Console.Out) : 0;
if (filter == "memory")
    return missed == 0 ? 0 : 1;
Console.WriteLine($"{"work",-58} {"baseline",-44} {"ours",10} {"baseline",10} {"ratio",8} {"bar",6}");
foreach ((string group, Func<IEnumerable<Comparison>> comparisons) in groups.Where(g => g.Group.Contains(filter, StringComparison.OrdinalIgnoreCase)))
{
    foreach (Comparison comparison in comparisons())
    {
        (TimeSpan subject, TimeSpan baseline) = comparison.Measure();
        double ratio = subject / baseline;
        missed += ratio > comparison.Bar ? 1 : 0;
        Console.WriteLine(
            $"{comparison.Name,-58} {comparison.Baseline,-44} {subject.TotalMilliseconds,8:F1}ms {baseline.TotalMilliseconds,8:F1}ms {ratio,8:G3} {comparison.Bar,6:G3}{(ratio > comparison.Bar ? "  MISSED" : "")}");
    }
}

return missed == 0 ? 0 : 1;
