namespace ML.Thermo.Scans;

/// <summary>Which columns a scan of rows looks at. Exactly one of outcome, probability and observed columns is given.</summary>
public sealed record DataScanOptions
{
    /// <summary>The control parameter: a number.</summary>
    public required string ControlColumnName { get; init; }

    /// <summary>Discrete outcomes: text, a key, a Boolean or a whole number, a sample a row.</summary>
    public string? OutcomeColumnName { get; init; }

    /// <summary>Probabilities of classes: a vector, or one number for two classes.</summary>
    public string? ProbabilityColumnName { get; init; }

    /// <summary>Tells the inputs of probabilities apart: the same at every value of the control parameter. Null: the n-th rows belong together.</summary>
    public string? InputColumnName { get; init; }

    /// <summary>Numbers or vectors of numbers: one number is counted in bins, more are told apart by a classifier.</summary>
    public IReadOnlyList<string> ObservedColumnNames { get; init; } = [];

    /// <summary>The variable of the grid; null chooses by name and values.</summary>
    public GridScale? Scale { get; init; }

    /// <summary>Window, rate of false alarms and the like.</summary>
    public ScanOptions Scan { get; init; } = new();
}
