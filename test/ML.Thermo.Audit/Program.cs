using ML.Thermo.Audit;
using ML.Thermo.Audit.Compression;
using ML.Thermo.Audit.Dynamics;
using ML.Thermo.Audit.Entropies;
using ML.Thermo.Audit.Explanations;
using ML.Thermo.Audit.Forecasts;
using ML.Thermo.Audit.Joules;
using ML.Thermo.Audit.Loops;
using ML.Thermo.Audit.Networks;
using ML.Thermo.Audit.Pipelines;
using ML.Thermo.Audit.Refresh;
using ML.Thermo.Audit.Scans;
using ML.Thermo.Audit.Transitions;

// Every error and rate that the product states, beside what seeded experiments measure: audit [--quick] [FILTER]
bool isQuick = args.Contains("--quick");
string filter = args.FirstOrDefault(argument => argument != "--quick") ?? "";
(string Name, Func<bool, IEnumerable<Finding>> Run)[] experiments =
[
    ("drift-level", DriftLevels.Run),
    ("drift-evidence", DriftEvidence.Run),
    ("drift-inputs", InputLevels.Run),
    ("drift-alarms", AlarmRates.Run),
    ("drift-dependence", DependenceTests.Run),
    ("entropies", EntropyErrors.Run),
    ("explanations", ExplanationErrors.Run),
    ("network-errors", NetworkErrors.Run),
    ("signal-errors", SignalErrors.Run),
    ("scan-peaks", ScanPeaks.Run),
    ("intervals", TrainedLosses.Intervals),
    ("heavy-tails", TrainedLosses.HeavyTails),
    ("held-out-rows", HeldOutRows.Run),
    ("more-data", MoreDataErrors.Run),
    ("compression", CompressionForecasts.Run),
    ("label-marginal", MarginalStates.Run),
    ("loops-guard", GuardRates.Run),
    ("loops-numbers", NumberRates.Run),
    ("dynamics-laws", LawRates.Run),
    ("dynamics-fit", FitErrors.Run),
    ("joules", JouleErrors.Run),
];
int false_ = 0, all = 0;
Console.WriteLine("| statement | case | stated | measured | error | holds |\n|---|---|--:|--:|--:|---|");
foreach ((string name, Func<bool, IEnumerable<Finding>> run) in Experiments.All.Where(experiment => experiment.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)))
{
    foreach (Finding finding in run(isQuick))
    {
        all++;
        false_ += finding.Holds ? 0 : 1;
        Console.WriteLine(finding);
    }
}

Console.WriteLine($"{all} statements, {false_} false");
return all == 0 ? 2 : false_ == 0 ? 0 : 1;
