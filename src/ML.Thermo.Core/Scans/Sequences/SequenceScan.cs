using ML.Thermo.Initialization;

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
    /// <param name="seen">Receives samples: number of the temperature and tokens; null for nobody.</param>
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
            : new TemperatureSamples(model, prompt, grid, sequences, options, seen, progress, cancellation).Scan();
        return sequences.TopK < model.Vocabulary ? report with { Status = report.Status | Status.Truncated } : report;
    }

    /// <summary>Scans several laws, such as checkpoints of a training or numbered prompts: each draws outputs, which all judge.</summary>
    /// <param name="grid">The numbers of the laws.</param>
    /// <param name="laws">A law for each value, with one vocabulary.</param>
    /// <param name="temperature">T &gt; 0 of all of them.</param>
    /// <param name="sequences">Which outputs.</param>
    /// <param name="options">How to look.</param>
    /// <param name="seen">Receives samples: number of the law and tokens; null for nobody.</param>
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
        var sums = new LikelihoodSums(grid, options, [.. laws.Select(_ => (long)sequences.Samples)]);
        var points = new SequenceSums[laws.Count];
        for (int k = 0; k < laws.Count; k++)
        {
            points[k] = new SequenceSums();
            var draws = new SequenceSampler(laws[k].Model, laws[k].Prompt, [temperature], sequences);
            for (int first = 0; first < sequences.Samples; first += sequences.Batch)
            {
                cancellation.ThrowIfCancellationRequested();
                int count = Math.Min(sequences.Batch, sequences.Samples - first), at = first;
                ulong name = (ulong)k << 32;
                IReadOnlyList<DrawnSequence> drawn = draws.Draw(0, count, i => new RandomStream(options.Seed, name + (ulong)(at + i)));
                double[][] logs = [.. drawn.Select(_ => new double[laws.Count])];
                for (int m = 0; m < laws.Count; m++)
                    Judge(laws[m], temperature, sequences, drawn, m == k, m, logs);
                for (int i = 0; i < count; i++)
                {
                    sums.Add(k, logs[i]);
                    points[k].Add(drawn[i].Energy, drawn[i].Entropy, drawn[i].Variance, temperature, -drawn[i].Logs[^1]);
                    seen?.Invoke(k, drawn[i].Tokens);
                }

                progress?.Report((k + ((first + count) / (double)sequences.Samples)) / laws.Count);
            }
        }

        ScanReport report = sums.Report([.. points.Select((point, k) => WithoutTemperature(point.ToPoint(grid, k)))]);
        return sequences.TopK < laws[0].Model.Vocabulary ? report with { Status = report.Status | Status.Truncated } : report;
    }

    /// <summary>Only energy and entropy mean anything where x is no temperature.</summary>
    private static ScanPoint WithoutTemperature(ScanPoint point) => new(point.X, point.Samples) { Energy = point.Energy, Entropy = point.Entropy };

    /// <summary>ln P of drawn outputs under another law: one pass with the outputs behind its prompt.</summary>
    private static void Judge(
        SequenceLaw law, double temperature, SequenceOptions sequences, IReadOnlyList<DrawnSequence> drawn, bool isOwn, int m, double[][] logs)
    {
        if (isOwn)
        {
            for (int i = 0; i < drawn.Count; i++)
                logs[i][m] = drawn[i].Logs[0];
            return;
        }

        int longest = drawn.Max(output => output.Tokens.Length), vocabulary = law.Model.Vocabulary;
        int[][] contexts = [.. drawn.Select(output =>
        {
            int[] context = new int[law.Prompt.Count + longest - 1];
            for (int t = 0; t < law.Prompt.Count; t++)
                context[t] = law.Prompt[t];
            output.Tokens.AsSpan(0, Math.Min(output.Tokens.Length, longest - 1)).CopyTo(context.AsSpan(law.Prompt.Count));
            return context;
        })];
        float[] logits = new float[(long)drawn.Count * longest * vocabulary];
        law.Model.Score(contexts, longest, logits);
        var tokens = new TokenLaws([temperature, 1], vocabulary, sequences.TopK);
        for (int i = 0; i < drawn.Count; i++)
        {
            for (int t = 0; t < drawn[i].Tokens.Length; t++)
            {
                int at = ((i * longest) + t) * vocabulary;
                tokens.Take(logits.AsSpan(at, vocabulary), () => $"for the token {t} of an output");
                logs[i][m] += tokens.Log(drawn[i].Tokens[t], 0);
            }
        }
    }
}

/// <summary>A law of outputs: a model behind a prompt.</summary>
/// <param name="Model">The model.</param>
/// <param name="Prompt">Tokens before the output, at least one.</param>
public sealed record SequenceLaw(INextTokenModel Model, IReadOnlyList<int> Prompt);
