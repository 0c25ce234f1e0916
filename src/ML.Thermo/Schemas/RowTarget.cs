namespace ML.Thermo.Schemas;

/// <summary>What the loss of a row is measured against.</summary>
public enum RowTarget
{
    /// <summary>The trained prediction itself: no label is needed to score.</summary>
    Prediction,

    /// <summary>The label, whose column must be there when rows are scored; where a row's label is missing, the trained prediction.</summary>
    Label,
}
