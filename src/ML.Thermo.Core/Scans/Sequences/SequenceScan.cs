namespace ML.Thermo.Scans.Sequences;

/// <summary>Scans of a causal model of sequences, such as a language model: over its sampling temperature, over models, over prompts.</summary>
/// <remarks>
/// <para>Outputs are drawn from exactly the law that is evaluated: softmax(z/T) of every token, over the k likeliest where that is asked for. One pass of the
/// model a token gives ln P at all temperatures of the grid, so every sample serves every split (<see cref="LikelihoodSums"/>).</para>
/// <para>E(y) = −ln P₁(y). Energy, entropy and Fisher information are means of conditional values at visited contexts (tower rule), not of the sampled ln P:
/// F_T = T⁻⁴ E Σ Var(e), because the score is a sum of martingale differences. Tempering token by token is no Boltzmann law of E: T²F, Var E/T² and d⟨E⟩/dT
/// differ for more than one token.</para>
/// </remarks>
[Maturity(Maturity.Theorem, "the identities")]
[Maturity(Maturity.Estimator, "from samples")]
public static class SequenceScan
{
    /// <summary>Scans the sampling temperature.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">Tokens before the output, at least one.</param>
    /// <param name="grid">Temperatures &gt; 0.</param>
    /// <param name="sequences">Which outputs.</param>
    /// <param name="options">How to look.</param>
    /// <param name="seen">Receives samples in their order, one at a time, from any thread: number of the temperature and tokens; null for nobody.</param>
    /// <param name="progress">Receives the share that is done.</param>
    /// <param name="cancellation">Stops between passes of the model.</param>
    /// <exception cref="UnusableDataException">A temperature is not positive, or the model's logits are not finite.</exception>
    public static ScanReport Temperatures(
        INextTokenModel model,
        IReadOnlyList<int> prompt,
        ControlGrid grid,
        SequenceOptions? sequences = null,
        ScanOptions? options = null,
        Action<int, int[]>? seen = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(grid);
        (sequences, options) = (sequences ?? new SequenceOptions(), options ?? new ScanOptions());
        sequences.Check(model.Vocabulary);
        options.Check(grid);
        if (grid.Values[0] <= 0)
            throw new UnusableDataException($"{grid.Name} = {grid.Values[0]} is no sampling temperature: expected > 0 (greedy has no "
                + "distribution; use a small T).");
        bool exact = Math.Pow(Math.Min(sequences.TopK ?? model.Vocabulary, model.Vocabulary), sequences.Tokens) <= sequences.MostEnumerated;
        ScanReport report = exact
            ? new SequenceTree(model, prompt, grid, sequences, cancellation).Scan(options)
            : Drawn(grid, [new(model, prompt)], grid.Values, (sequences, options), seen, progress, cancellation);
        return sequences.TopK < model.Vocabulary ? report with { Status = report.Status | Status.Truncated } : report;
    }

    /// <summary>Scans several laws, such as checkpoints of a training or numbered prompts: each draws outputs, which all judge.</summary>
    /// <param name="grid">The numbers of the laws.</param>
    /// <param name="laws">A law for each value, with one vocabulary.</param>
    /// <param name="temperature">T &gt; 0 of all of them.</param>
    /// <param name="sequences">Which outputs.</param>
    /// <param name="options">How to look.</param>
    /// <param name="seen">Receives samples in their order, one at a time, from any thread: number of the law and tokens; null for nobody.</param>
    /// <param name="progress">Receives the share that is done.</param>
    /// <param name="cancellation">Stops between passes of a model.</param>
    /// <exception cref="UnusableDataException">Vocabularies differ, or logits are not finite.</exception>
    public static ScanReport Laws(
        ControlGrid grid,
        IReadOnlyList<SequenceLaw> laws,
        double temperature = 1,
        SequenceOptions? sequences = null,
        ScanOptions? options = null,
        Action<int, int[]>? seen = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(laws);
        (sequences, options) = (sequences ?? new SequenceOptions(), options ?? new ScanOptions());
        options.Check(grid);
        sequences.Check(laws[0].Model.Vocabulary);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        int other = laws.ToList().FindIndex(law => law.Model.Vocabulary != laws[0].Model.Vocabulary);
        if (other >= 0)
            throw new UnusableDataException($"The model at {grid.Name} = {grid.Values[other]} has {laws[other].Model.Vocabulary} tokens: expected "
                + $"{laws[0].Model.Vocabulary}, as the first.");
        ScanReport report = Drawn(grid, laws, [temperature], (sequences, options), seen, progress, cancellation);
        return sequences.TopK < laws[0].Model.Vocabulary ? report with { Status = report.Status | Status.Truncated } : report;
    }

    /// <summary>Draws outputs at every value of the grid, piece by piece, and adds them up in the order of their numbers.</summary>
    private static ScanReport Drawn(
        ControlGrid grid, IReadOnlyList<SequenceLaw> laws, IReadOnlyList<double> temperatures, (SequenceOptions Sequences, ScanOptions Options) asked,
        Action<int, int[]>? seen, IProgress<double>? progress, CancellationToken cancellation)
    {
        var pieces = new SequencePieces(laws, temperatures, asked.Sequences, asked.Options.Seed, asked.Options.Threads);
        var sums = new LikelihoodSums(grid, asked.Options, [.. grid.Values.Select(_ => (long)asked.Sequences.Samples)]);
        SequenceSums[] points = [.. grid.Values.Select(_ => new SequenceSums())];
        pieces.InOrder(asked.Options.Workers, pieces.Count, (number, drawn) =>
        {
            int k = (int)(number / pieces.Batches);
            foreach (DrawnSequence output in drawn)
            {
                sums.Add(k, output.Logs.AsSpan(0, grid.Count));
                points[k].Add(output.Energy, output.Entropy, output.Variance, temperatures[k % temperatures.Count], -output.Logs[^1]);
                seen?.Invoke(k, output.Tokens);
            }

            progress?.Report((number + 1) / (double)pieces.Count);
        }, cancellation);
        return sums.Report([.. points.Select((point, k) => laws.Count == 1 ? point.ToPoint(grid, k) : WithoutTemperature(point.ToPoint(grid, k)))]);
    }

    /// <summary>Only energy and entropy mean anything where x is no temperature.</summary>
    private static ScanPoint WithoutTemperature(ScanPoint point) => new(point.X, point.Samples) { Energy = point.Energy, Entropy = point.Entropy };
}

/// <summary>A law of outputs: a model behind a prompt.</summary>
/// <param name="Model">The model.</param>
/// <param name="Prompt">Tokens before the output, at least one.</param>
public sealed record SequenceLaw(INextTokenModel Model, IReadOnlyList<int> Prompt);
