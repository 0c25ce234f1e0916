using ML.Thermo.Audit.Chains;
using ML.Thermo.Audit.Compression;
using ML.Thermo.Audit.Curvature;
using ML.Thermo.Audit.Dynamics;
using ML.Thermo.Audit.Entropies;
using ML.Thermo.Audit.Explanations;
using ML.Thermo.Audit.Forecasts;
using ML.Thermo.Audit.Ising;
using ML.Thermo.Audit.Joules;
using ML.Thermo.Audit.Loops;
using ML.Thermo.Audit.Networks;
using ML.Thermo.Audit.Pipelines;
using ML.Thermo.Audit.Refresh;
using ML.Thermo.Audit.Scans;
using ML.Thermo.Audit.Transitions;
using ML.Thermo.Audit.Weights;

namespace ML.Thermo.Audit;

/// <summary>All experiments, in the order of the table.</summary>
internal static class Experiments
{
    /// <summary>Name and experiment; true asks for the quick form.</summary>
    public static readonly (string Name, Func<bool, IEnumerable<Finding>> Run)[] All =
    [
        ("drift-level", DriftLevels.Run),
        ("drift-evidence", DriftEvidence.Run),
        ("drift-inputs", InputLevels.Run),
        ("window-errors", DriftNumbers.Run),
        ("window-shares", DriftNumbers.Shares),
        ("entropies", EntropyErrors.Run),
        ("closures", EntropyErrors.Closures),
        ("heavy-means", EntropyErrors.HeavyMeans),
        ("network-errors", NetworkErrors.Run),
        ("network-shipped", NetworkErrors.Shipped),
        ("network-precision", NetworkErrors.Precision),
        ("network-rows", NetworkErrors.Rows),
        ("network-changes", NetworkChanges.Run),
        ("signal-errors", SignalErrors.Run),
        ("transmissions", SignalErrors.Measured),
        ("weights", WeightErrors.Run),
        ("spectra", WeightErrors.Sampled),
        ("curvature", ProbeErrors.Run),
        ("chain-errors", ChainErrors.Numbers),
        ("chain-gate", ChainErrors.Gate),
        ("loops-diversity", LoopErrors.Run),
        ("loops-guard", GuardRates.Run),
        ("loops-numbers", NumberRates.Run),
        ("dynamics-laws", LawRates.Run),
        ("dynamics-fit", FitErrors.Run),
        ("joules", JouleErrors.Run),
        ("intervals", TrainedLosses.Intervals),
        ("heavy-tails", TrainedLosses.HeavyTails),
        ("held-out-rows", HeldOutRows.Run),
        ("label-marginal", MarginalStates.Run),
        ("permuted-labels", MarginalStates.Permuted),
        ("nothing-to-learn", MarginalStates.NothingToLearn),
        ("pipeline-parameters", MarginalStates.Parameters),
        ("scales", ScaleErrors.Run),
        ("drift-alarms", AlarmRates.Run),
        ("drift-dependence", DependenceTests.Run),
        ("explanations", ExplanationErrors.Run),
        ("scan-peaks", ScanPeaks.Run),
        ("scan-numbers", ScanNumbers.Run),
        ("lattice", LatticeErrors.Run),
        ("accuracy", AccuracyEstimates.Run),
        ("more-data", MoreDataErrors.Run),
        ("compression", CompressionForecasts.Run),
        ("compression-measured", CompressionMeasurements.Run),
    ];
}
