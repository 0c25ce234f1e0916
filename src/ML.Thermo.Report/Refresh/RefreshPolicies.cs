namespace ML.Thermo.Report.Refresh;

/// <summary>Mean losses a row of three policies on the same labelled rows, from the second window on; each window is judged before it is learnt from.</summary>
[Maturity(Maturity.Estimator, "what was lost on these rows; a rival is a linear model of the numeric columns")]
public sealed record RefreshPolicies
{
    /// <summary>Rows that were compared on.</summary>
    public required long Rows { get; init; }

    /// <summary>The model in service, as it is.</summary>
    public required double Deployed { get; init; }

    /// <summary>A tempered linear model that began with the reference.</summary>
    public required double Tempered { get; init; }

    /// <summary>Rows that it effectively remembers at the end.</summary>
    public required double EffectiveRows { get; init; }

    /// <summary>The model in service until a window asks for a refresh, then a linear model trained on the last window that did.</summary>
    public required double RetrainAtAlarms { get; init; }

    /// <summary>How often that was trained.</summary>
    public required int Retrainings { get; init; }
}
