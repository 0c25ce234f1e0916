namespace ML.Thermo.Energies;

/// <summary>How the numbers of a prediction are to be read.</summary>
public enum PredictionKind
{
    /// <summary>One number: the prediction of a regression.</summary>
    Value,

    /// <summary>One number: the logit of the positive class.</summary>
    Logit,

    /// <summary>One number: the probability of the positive class.</summary>
    Probability,

    /// <summary>K logits, one a class.</summary>
    Logits,

    /// <summary>K probabilities, one a class.</summary>
    Probabilities,
}
