namespace ML.Thermo.Explanations;

/// <summary>How a feature is moved.</summary>
public enum FeatureKind
{
    /// <summary>By parts of its standard deviation, up and down.</summary>
    Numeric,

    /// <summary>To the other of its two values.</summary>
    Switch,

    /// <summary>To another category, the most frequent first.</summary>
    Category,

    /// <summary>Removed: a part of a picture, a token, a word.</summary>
    Mask,
}
