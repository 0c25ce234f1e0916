namespace ML.Thermo.Scans.Sequences;

/// <summary>Which outputs of a causal model are compared.</summary>
public sealed record SequenceOptions
{
    /// <summary>Most tokens of an output, ≥ 1.</summary>
    public int Tokens { get; init; } = 16;

    /// <summary>Outputs drawn at each value, ≥ 2.</summary>
    public int Samples { get; init; } = 128;

    /// <summary>The token behind which nothing follows, or null.</summary>
    public int? EndToken { get; init; }

    /// <summary>k: only the k likeliest tokens can follow, in sampling and in every probability alike; null for all.</summary>
    public int? TopK { get; init; }

    /// <summary>Sequences in one pass of the model, ≥ 1: what one thread, or a worker elsewhere, draws at once.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Up to so many possible outputs all of them are enumerated, and the scan is exact; 0 always samples.</summary>
    public int MostEnumerated { get; init; } = 5000;

    internal void Check(int vocabulary)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Tokens, nameof(Tokens));
        ArgumentOutOfRangeException.ThrowIfLessThan(Samples, 2, nameof(Samples));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Batch, nameof(Batch));
        if (TopK is < 1)
            throw new ArgumentException($"Top-k {TopK} leaves no token: expected at least 1.");
        if (EndToken is { } end && (end < 0 || end >= vocabulary))
            throw new ArgumentException($"The end token {end} is none of the {vocabulary} tokens.");
    }
}
