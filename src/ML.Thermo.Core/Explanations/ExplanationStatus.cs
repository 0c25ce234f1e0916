namespace ML.Thermo.Explanations;

/// <summary>What must be known before an explanation is trusted.</summary>
[Flags]
public enum ExplanationStatus
{
    /// <summary>Nothing stands against the numbers.</summary>
    Defined = 0,

    /// <summary>No row of the neighbourhood has another output than the explained one: there is nothing to explain. Widen the radius.</summary>
    ConstantOutput = 1 << 0,

    /// <summary>More than half of the output's variance is even under a change of sign (curvature, pairs of features): effects tell the smaller part.</summary>
    Nonlinear = 1 << 1,

    /// <summary>No number of features is as faithful as was asked for: all of them are taken.</summary>
    Unreached = 1 << 2,

    /// <summary>Some features are linear functions of others on the given rows, and were passed over.</summary>
    RankDeficient = 1 << 3,
}
