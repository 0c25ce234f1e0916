using ML.Thermo.Benchmarks;

// The times of ML.NET pipelines with and without our components; `./build.sh bench FILTER` runs those whose name contains FILTER.
string filter = args.Length > 0 ? args[0] : "";

// Experiments of minutes, not comparisons of times: they run only when they are asked for by name.
if (filter == "metered")
    return MeteredExperiment.Run(Console.Out) ? 0 : 1;

// Minutes: explanations with other neighbourhoods on the shipped data; a second argument chooses models by their names.
if (filter == "explanations-experiment")
{
    ExplanationExperiment.Run(Console.Out, args.ElementAtOrDefault(1) ?? "");
    return 0;
}
if (filter == "accuracy")
    return LangevinAccuracy.Run(Console.Out, args.ElementAtOrDefault(1) ?? "") ? 0 : 1;
if (filter == "service")
    return ServiceExperiment.Run(Console.Out, args.Length > 1 ? int.Parse(args[1]) : 40) ? 0 : 1;
if (filter == ServiceExperiment.Measuring)
    return ServiceExperiment.RunHere(Console.Out, int.Parse(args[1])) ? 0 : 1;
if (PipelineCost.IsMeant(args))
    return PipelineCost.Run(args, Console.Out) ? 0 : 1;

int missed = 0;
Console.WriteLine($"{"work",-58} {"baseline",-44} {"ours",10} {"baseline",10} {"ratio",8} {"bar",6}");

// One is set up when its turn comes, and taken down before the next.
IEnumerable<Comparison> comparisons = PhaseTransitionBenchmarks.All().Concat(OnnxLayersBenchmarks.All()).Concat(LangevinBenchmarks.All()).Concat(RefreshBenchmarks.All())
    .Concat(ExplanationBenchmarks.All());
foreach (Comparison comparison in comparisons.Where(c => c.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)))
{
    (TimeSpan subject, TimeSpan baseline) = comparison.Measure();
    double ratio = subject / baseline;
    missed += ratio > comparison.Bar ? 1 : 0;
    Console.WriteLine(
        $"{comparison.Name,-58} {comparison.Baseline,-44} {subject.TotalMilliseconds,8:F1}ms {baseline.TotalMilliseconds,8:F1}ms {ratio,8:G3} {comparison.Bar,6:G3}{(ratio > comparison.Bar ? "  MISSED" : "")}");
}

if (filter.Length == 0 && !ServiceExperiment.Run(Console.Out, 40))
    missed++;
return missed == 0 ? 0 : 1;
