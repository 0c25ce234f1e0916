using ML.Thermo.Energies;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Binning;
using ML.Thermo.Transitions;

namespace ML.Thermo.Report.Refresh;

/// <summary>How far one window of data has drifted from the reference.</summary>
/// <param name="Label">The window, such as <c>rows 1–500</c> or a date.</param>
/// <remarks>Maturity: paper (ΔE, ΔS, T of a shifted state); tests and distances name their own.</remarks>
public sealed record DriftPoint(string Label)
{
    /// <summary>Number of rows in it.</summary>
    public required long Rows { get; init; }

    /// <summary>The transition that would undo the drift, from the shifted state to the reference: ΔE = E′ − E, ΔS = S′ − S, T. Null where
    /// there are too few losses for it.</summary>
    public Transition? Transition { get; init; }

    /// <summary>p-value of the rule that decides; NaN where there are too few rows.</summary>
    public double PValue { get; init; } = double.NaN;

    /// <summary>The shift that the rule saw, in standard deviations of one row; NaN where there was none.</summary>
    public double Effect { get; init; } = double.NaN;

    /// <summary>The rule says that it is time to refresh.</summary>
    public bool Refresh { get; init; }

    /// <summary>What each feature adds to ΔE, loss units; a null name stands for the target. Empty where it was not asked for.</summary>
    public IReadOnlyList<(string? Name, Estimate DeltaEnergy)> Shares { get; init; } = [];

    /// <summary>Distances of this window from the reference, as others measure drift; NaN where one does not apply.</summary>
    public IReadOnlyList<DriftDistances> Distances { get; init; } = [];

    /// <summary>A window as a <see cref="DriftReference"/> reports on it.</summary>
    /// <param name="label">The window, such as <c>rows 1–500</c> or a date.</param>
    /// <param name="report">What was found.</param>
    /// <param name="shares">What each feature adds to ΔE; empty where it was not asked for.</param>
    public static DriftPoint Of(string label, WindowDrift report, IReadOnlyList<Attribution> shares)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(shares);
        EnergyDrift? energy = report.Rule == DriftRule.LabelFree ? report.SelfEnergy : report.Energy;
        IEnumerable<(string Name, BinDistances Distances)> columns = report.Inputs.Select(input => (input.Input.Name, input.Distances));
        return new DriftPoint(label)
        {
            Rows = report.Rows,
            Transition = energy?.Transition,
            PValue = report.PValue,
            Effect = report.Effect,
            Refresh = report.Refresh,
            Shares = [.. shares.Select(share => (share.Name, share.DeltaEnergy))],
            Distances = [.. (energy is null ? columns : columns.Prepend((Name: "loss", energy.Distances)))
                .Select(column => new DriftDistances(column.Name, column.Distances.PopulationStability, column.Distances.JensenShannon, column.Distances.KolmogorovSmirnov))],
        };
    }
}

/// <summary>Distances of one column between a window and the reference.</summary>
/// <param name="Name">The column, or <c>loss</c>.</param>
/// <param name="PopulationStability">PSI, nats.</param>
/// <param name="JensenShannon">Jensen–Shannon divergence, nats; 0 … ln 2.</param>
/// <param name="KolmogorovSmirnov">Largest difference of the distribution functions, 0 … 1.</param>
/// <remarks>Maturity: theorem (definitions).</remarks>
public readonly record struct DriftDistances(string Name, double PopulationStability, double JensenShannon, double KolmogorovSmirnov);

/// <summary>What was found of a stream of data against its reference.</summary>
/// <remarks>Maturity: paper (refresh as a transition); the rule is whatever made the points.</remarks>
public sealed record DriftFindings
{
    /// <summary>What was compared with what, for the page's title.</summary>
    public required string Subject { get; init; }

    /// <summary>The rule that decides, in words, such as <c>losses against labels, one window at a time</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>The p-value at or below which the rule asks for a refresh: its rate of false alarms, a window.</summary>
    public required double FalseAlarmRate { get; init; }

    /// <summary>The least shift that counts, in standard deviations of one row.</summary>
    public double LeastEffect { get; init; }

    /// <summary>No label was seen: energies are self-energies, expected by the model itself.</summary>
    public bool IsLabelFree { get; init; }

    /// <summary>The windows, in order of time.</summary>
    public required IReadOnlyList<DriftPoint> Windows { get; init; }

    /// <summary>The findings in plain sentences, none of which claims more than the tests and errors allow.</summary>
    public IReadOnlyList<string> Summary => [.. DriftSummary.Of(this)];
}
