namespace ML.Thermo.Schemas;

/// <summary>What the loss of a row is measured against.</summary>
public enum RowTarget
{
    /// <summary>
    /// The label where the data at hand have one that scored rows will surely have too, else the prediction: a monitor goes by the rows that it
    /// was fitted on, and a phase transition takes the prediction, because its training rows have labels always and a saved pipeline cannot
    /// look for a column that may be missing.
    /// </summary>
    Auto,

    /// <summary>The trained prediction itself: no label is needed to score.</summary>
    Prediction,

    /// <summary>The label, whose column must be there when rows are scored; where a row's label is missing, the trained prediction.</summary>
    Label,
}
