using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Schemas;

namespace ML.Thermo.Measurement;

/// <summary>
/// The columns that one model delivers. ML.NET's scorers mark theirs by annotations: one number a scorer (<c>ScoreColumnSetId</c>), and the task
/// (<c>ScoreColumnKind</c>). A column with a name alone may be another model's, or the data's own.
/// </summary>
/// <param name="Schema">Where the columns are.</param>
/// <param name="Score">The score, or the scores.</param>
internal sealed record ModelColumns(DataViewSchema Schema, DataViewSchema.Column Score)
{
    private const string SetId = "ScoreColumnSetId", Kind = "ScoreColumnKind";

    private readonly uint? _set = Read<uint>(Score, SetId);

    /// <summary>The task as ML.NET names it: <c>Regression</c>, <c>BinaryClassification</c>, …; null where the score does not say.</summary>
    public string? Task { get; } = Read<ReadOnlyMemory<char>>(Score, Kind)?.ToString();

    /// <summary>Finds a score and refuses those of tasks without a loss of one row.</summary>
    /// <param name="schema">Where to look.</param>
    /// <param name="scoreColumnName">The score's name.</param>
    /// <param name="isAnomalyDetector">What the columns do not say: ML.NET calls an anomaly detector's those of a binary classifier.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or has the wrong type.</exception>
    /// <exception cref="InvalidOperationException">The task has no such energy.</exception>
    public static ModelColumns Of(DataViewSchema schema, string scoreColumnName, bool isAnomalyDetector = false)
    {
        var columns = new ModelColumns(schema, schema.Demand("score", scoreColumnName, Columns.Score, Columns.IsScore));
        string? task = isAnomalyDetector ? "AnomalyDetection" : columns.Task, reason = task switch
        {
            "Ranking" => "a rank is right or wrong among the rows of its group only",
            "Clustering" => "a cluster is no label, and distances are no logits",
            "AnomalyDetection" => "a reconstruction error is compared with no label",
            "QuantileRegression" or "SequenceClassification" or "FeatureContribution" => "its numbers are not predictions of one label",
            _ => null,
        };
        return reason is null ? columns : throw new InvalidOperationException(
            $"The score column '{scoreColumnName}' is of the task {task}, which has no loss of a single row: {reason}. "
            + "Expected a regression, a binary or a multiclass classification.");
    }

    /// <summary>A column of a name that the same scorer delivered, or a step behind it, as a calibrator; null where there is none.</summary>
    public DataViewSchema.Column? Own(string name)
    {
        foreach (DataViewSchema.Column column in Schema.Reverse())
        {
            if (column.Name == name && IsOwn(column))
                return column;
        }

        return null;
    }

    /// <summary>The label of a name: the last column of that name that the model did not deliver itself.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none, or it has the wrong type.</exception>
    public DataViewSchema.Column Label(string name)
    {
        foreach (DataViewSchema.Column column in Schema.Reverse())
        {
            if (column.Name == name && !Delivers(column))
            {
                return Columns.IsLabel(column.Type) ? column : throw Columns.Wrong("label", name, Columns.Label, column.Type.ToString()!);
            }
        }

        throw Columns.Missing("label", name, Columns.Label, Schema.Where(column => !column.IsHidden).Select(column => column.Name));
    }

    /// <summary>Whether a step behind the model can read the label by its name.</summary>
    public bool HidesLabel(string name) => Schema.GetColumnOrNull(name) is not { } visible || visible.Index != Label(name).Index;

    /// <summary>Whether a column is one that this model's scorer delivered.</summary>
    public bool Delivers(DataViewSchema.Column column) =>
        column.Index == Score.Index || (_set is not null && Read<uint>(column, SetId) == _set);

    /// <summary>Whether a scorer of ML.NET made a column.</summary>
    public static bool IsMarked(DataViewSchema.Column column) => Read<uint>(column, SetId) is not null;

    private bool IsOwn(DataViewSchema.Column column) => Read<uint>(column, SetId) is { } set ? set == _set : _set is null || column.Index > Score.Index;

    private static T? Read<T>(DataViewSchema.Column column, string annotation)
        where T : struct
    {
        if (column.Annotations.Schema.GetColumnOrNull(annotation) is not { } found || found.Type.RawType != typeof(T))
            return null;
        T value = default;
        column.Annotations.GetValue(annotation, ref value);
        return value;
    }
}
