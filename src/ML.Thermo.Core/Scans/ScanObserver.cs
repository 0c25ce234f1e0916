namespace ML.Thermo.Scans;

/// <summary>What a scan knows of the laws that it compares, the strongest first.</summary>
public enum ScanObserver
{
    /// <summary>The laws themselves, or class probabilities of fixed inputs.</summary>
    Exact,

    /// <summary>Samples with ln P under every law of the scan.</summary>
    Pooled,

    /// <summary>Samples with ln P under the laws of their window.</summary>
    Likelihood,

    /// <summary>Counts of discrete outcomes, or of bins.</summary>
    Outcomes,

    /// <summary>Vectors, told apart by a classifier that is trained for each split: a lower bound.</summary>
    Classifier,
}
