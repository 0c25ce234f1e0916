namespace ML.Thermo.Onnx.Explanations;

/// <summary>Which number of a network is explained.</summary>
public sealed record OutputRequest
{
    /// <summary>The output's name; null for the first that holds real numbers.</summary>
    public string? Output { get; init; }

    /// <summary>Which of a row's numbers; null for the largest one of a class output at the explained row.</summary>
    public int? Class { get; init; }

    /// <summary>Log-odds of the class instead of its probability or score.</summary>
    public bool LogOdds { get; init; }
}
