namespace ML.Thermo.Loops;

/// <summary>What is known of a loop that is to be kept alive.</summary>
public sealed record LoopPlanOptions
{
    /// <summary>n, rows of a generation, ≥ 2.</summary>
    public required long Rows { get; init; }

    /// <summary>T of the sampler, &gt; 0; null where rows are drawn as the model has learnt them (T = 1). Set it where top-k, a beam, a confidence
    /// threshold or a softmax temperature comes between the model and its rows.</summary>
    public double? Temperature { get; init; }

    /// <summary>K ≥ 2, where nothing but the number of categories is known; needs <see cref="Temperature"/> to matter.</summary>
    public int? Classes { get; init; }

    /// <summary>q, shares of the categories in real rows: better than <see cref="Classes"/>.</summary>
    public IReadOnlyList<double>? Reference { get; init; }

    /// <summary>R, the part of the diversity to keep for ever, above 0 and below 1.</summary>
    public double Retain { get; init; } = 0.95;

    /// <summary>Which rows a generation is trained on.</summary>
    public RefillPolicy Policy { get; init; } = RefillPolicy.Replace;

    /// <summary>Fresh rows that can be had for a generation, from 0 to <see cref="Rows"/>; null where that is open.</summary>
    public double? FreshAvailable { get; init; }
}
