namespace ML.Thermo.Onnx.Ensembles;

/// <summary>What the numbers of a network's output stand for, which decides its energy.</summary>
public enum OutputMeaning
{
    /// <summary>By the last operation: softmax gives <see cref="Logits"/> (taken before it), and so does the choice of the largest class (ArgMax,
    /// Hardmax); sigmoid, and a mean over places of it, gives <see cref="BinaryLogits"/> (taken before it); a head over the vocabulary of the ids, or an
    /// output called logits, gives <see cref="AnyLogits"/>, and so do class labels; else <see cref="Values"/>.</summary>
    Auto,

    /// <summary>Real numbers: squared error.</summary>
    Values,

    /// <summary>Logarithms of unnormalised probabilities of classes: cross-entropy after a softmax, worked out in double precision.</summary>
    Logits,

    /// <summary>Log-odds of independent events, one an output: binary cross-entropy, averaged over outputs.</summary>
    BinaryLogits,

    /// <summary><see cref="Logits"/> where a row has several outputs, <see cref="BinaryLogits"/> where it has one; a closing softmax or sigmoid is
    /// seen as by <see cref="Auto"/>.</summary>
    AnyLogits,

    /// <summary>Probabilities of classes as they are: cross-entropy; a probability rounded to zero makes it infinite.</summary>
    Probabilities,
}

/// <summary>What a network is asked to reproduce, and how its output is read.</summary>
/// <remarks>Without labels and targets the energy is the self-energy: the trained network's own outputs are the targets.</remarks>
[Maturity(Maturity.Paper, "the loss is the potential energy; the self-energy is this project's reconstruction")]
public sealed record EnergyOptions
{
    /// <summary>What the output means.</summary>
    public OutputMeaning Meaning { get; init; } = OutputMeaning.Auto;

    /// <summary>The output to use; null for the first whose last operation says that it is a distribution, else the first of real numbers.</summary>
    public string? Output { get; init; }

    /// <summary>Classes from 0, one a row (or one a row and position), in the order of the batches; null for none.</summary>
    public IReadOnlyList<long>? Labels { get; init; }

    /// <summary>Real targets, as many as the network has outputs, in the order of the batches; null for none.</summary>
    public IReadOnlyList<double>? Targets { get; init; }
}
