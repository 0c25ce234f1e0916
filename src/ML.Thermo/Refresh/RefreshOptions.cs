using ML.Thermo.Energies;
using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Schemas;

namespace ML.Thermo.Refresh;

/// <summary>Choices of <see cref="RefreshEstimator"/>.</summary>
public sealed record RefreshOptions
{
    /// <summary>Name of the label column: a Single, a Boolean or a UInt32 key.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>Name of the model's score column: a Single or a known-size vector of Single.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>Name of the column with the probability of the positive class, a Single; it is read where it is there, and the score else.</summary>
    public string ProbabilityColumnName { get; init; } = "Probability";

    /// <summary>
    /// Names of the columns that are watched besides the prediction, 256 numbers at most: Single, known-size vectors of Single, Boolean, UInt32
    /// keys and Text (categories). What the reference did not have is counted as unseen.
    /// </summary>
    public IReadOnlyList<string> InputColumnNames { get; init; } = ["Features"];

    /// <summary>The loss of a regression; null takes the squared error. Classifiers have the cross-entropy.</summary>
    public Energy? Energy { get; init; }

    /// <summary>What the energy of a row is measured against. <see cref="RowTarget.Auto"/>: the label if the reference rows have one (one that was
    /// named must be there), and then rows to be scored need it too; with <see cref="RowTarget.Prediction"/> no label is read when rows are scored.</summary>
    public RowTarget RowTarget { get; init; } = RowTarget.Auto;

    /// <summary>How drift is told from chance.</summary>
    public DriftOptions Drift { get; init; } = new();

    /// <summary>Rows of a window, at least <see cref="DriftReference.LeastWindowRows"/>; it is judged when it is full. Default 200.</summary>
    public int WindowRows { get; init; } = 200;

    /// <summary>When <see cref="RefreshColumnName"/> is true.</summary>
    public RefreshRule Rule { get; init; }

    /// <summary>Name of the output column of the row's energy, Single, loss units.</summary>
    public string EnergyColumnName { get; init; } = "Energy";

    /// <summary>Name of the output column of ΔE of the last full window, Single, loss units.</summary>
    public string DeltaEnergyColumnName { get; init; } = "DeltaEnergy";

    /// <summary>Name of the output column of ΔS of the last full window, Single, nats.</summary>
    public string DeltaEntropyColumnName { get; init; } = "DeltaEntropy";

    /// <summary>Name of the output column of T = ΔE/ΔS of the last full window, Single, loss units per nat.</summary>
    public string TemperatureColumnName { get; init; } = "DriftTemperature";

    /// <summary>Name of the output column of the p-value of the last full window, Single.</summary>
    public string PValueColumnName { get; init; } = "PValue";

    /// <summary>Name of the output column that says when it is time to refresh, Boolean.</summary>
    public string RefreshColumnName { get; init; } = "Refresh";

    /// <summary>Stops the reading of the reference.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Whether rows without a label are refused: where that was asked for, or a label was named.</summary>
    internal bool DemandsLabel => RowTarget == RowTarget.Label || (RowTarget == RowTarget.Auto && LabelColumnName != "Label");

    internal string[] OutputColumns =>
        [EnergyColumnName, DeltaEnergyColumnName, DeltaEntropyColumnName, TemperatureColumnName, PValueColumnName, RefreshColumnName];

    internal MonitorOptions ToMonitorOptions() => new() { WindowRows = WindowRows, Rule = Rule };

    internal RefreshOptions Checked()
    {
        foreach (string name in (string[])[LabelColumnName, ScoreColumnName, ProbabilityColumnName, .. InputColumnNames, .. OutputColumns])
            ArgumentException.ThrowIfNullOrEmpty(name, nameof(RefreshOptions));
        if (OutputColumns.Distinct(StringComparer.Ordinal).Count() < OutputColumns.Length)
            throw new ArgumentException($"The columns {string.Join(", ", OutputColumns)} need different names.", nameof(RefreshOptions));
        if (InputColumnNames.Distinct(StringComparer.Ordinal).Count() < InputColumnNames.Count)
            throw new ArgumentException($"The inputs {string.Join(", ", InputColumnNames)} name a column twice.", nameof(RefreshOptions));
        _ = ToMonitorOptions();
        return this;
    }
}
