namespace ML.Thermo.Scans.Sequences;

/// <summary>A causal model of sequences: given tokens it has logits for the next one.</summary>
public interface INextTokenModel
{
    /// <summary>V, number of tokens.</summary>
    int Vocabulary { get; }

    /// <summary>The logits behind the last tokens of each sequence.</summary>
    /// <param name="sequences">At least one, all of the same length ≥ 1.</param>
    /// <param name="last">For how many positions, from the end; 1 for the next token alone.</param>
    /// <param name="logits">Receives sequences × last × V numbers.</param>
    void Score(IReadOnlyList<int[]> sequences, int last, Span<float> logits);
}
