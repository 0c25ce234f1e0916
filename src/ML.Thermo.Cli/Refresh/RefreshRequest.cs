using ML.Thermo.Refresh;

namespace ML.Thermo.Cli.Refresh;

/// <summary>What <c>thermo refresh</c> was asked.</summary>
internal sealed record RefreshRequest
{
    /// <summary>File of the rows that the model was accepted on.</summary>
    public required string Reference { get; init; }

    /// <summary>File of the rows that came since.</summary>
    public required string Current { get; init; }

    /// <summary>Column of the label; null decides without labels.</summary>
    public string? Label { get; init; }

    /// <summary>File of labels that came later; null without one.</summary>
    public string? Labels { get; init; }

    /// <summary>Column of the id by which they find their row.</summary>
    public string? Id { get; init; }

    /// <summary>File in which the sequential test goes on from one run to the next; null for none.</summary>
    public string? State { get; init; }

    /// <summary>Columns of the model's output: one prediction or probability, or one probability a class; none fits a linear model.</summary>
    public required IReadOnlyList<string> Predictions { get; init; }

    /// <summary>Loss: mse, mae or ce.</summary>
    public required string Energy { get; init; }

    /// <summary>Columns that are watched as inputs; null takes every other column.</summary>
    public IReadOnlyList<string>? Features { get; init; }

    /// <summary>Columns that are not.</summary>
    public required IReadOnlyList<string> Without { get; init; }

    /// <summary>How the current rows are cut into windows.</summary>
    public required WindowClock Clock { get; init; }

    /// <summary>Words that stand for an empty cell.</summary>
    public IReadOnlyList<string> Missing { get; init; } = Tables.Cells.UsualMissing;

    /// <summary>How drift is told from chance.</summary>
    public required DriftOptions Options { get; init; }

    /// <summary>The model is a linear fit on the reference.</summary>
    public bool FitsLinearModel => Label is not null && Predictions.Count == 0;
}
