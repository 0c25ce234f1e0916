namespace ML.Thermo.Explanations;

/// <summary>In which form an output is explained.</summary>
public enum OutputScale
{
    /// <summary>The number as the model gives it.</summary>
    Score,

    /// <summary>The probability of a class.</summary>
    Probability,

    /// <summary>ln p/(1 − p) of a class: additive for many models, and never saturated.</summary>
    LogOdds,
}
