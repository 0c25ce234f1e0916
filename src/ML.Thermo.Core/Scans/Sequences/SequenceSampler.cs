using ML.Thermo.Initialization;

namespace ML.Thermo.Scans.Sequences;

/// <summary>An output with what was learnt on the way.</summary>
/// <param name="Tokens">The output.</param>
/// <param name="Logs">ln P at all temperatures, the last at T = 1.</param>
/// <param name="Energy">Σ conditional mean energies at its contexts.</param>
/// <param name="Entropy">Σ conditional entropies.</param>
/// <param name="Variance">Σ conditional variances of the energy.</param>
internal sealed record DrawnSequence(int[] Tokens, double[] Logs, double Energy, double Entropy, double Variance);

/// <summary>Draws outputs token by token and keeps ln P at all temperatures.</summary>
internal sealed class SequenceSampler
{
    private readonly INextTokenModel _model;
    private readonly int[] _prompt;
    private readonly SequenceOptions _sequences;
    private readonly TokenLaws _laws;
    private readonly int _temperatures;
    private float[] _logits = [];

    public SequenceSampler(INextTokenModel model, IReadOnlyList<int> prompt, IReadOnlyList<double> temperatures, SequenceOptions sequences)
    {
        if (prompt.Count == 0)
            throw new UnusableDataException("The prompt is empty: expected at least one token, from which the model goes on.");
        (_model, _prompt, _sequences) = (model, [.. prompt], sequences);
        _temperatures = temperatures.Count + 1;
        _laws = new TokenLaws([.. temperatures, 1], model.Vocabulary, sequences.TopK);
    }

    /// <summary>Draws a batch of outputs at one temperature.</summary>
    /// <param name="own">Which temperature.</param>
    /// <param name="count">How many outputs.</param>
    /// <param name="stream">The random numbers of each output.</param>
    /// <param name="cancellation">Checked before each pass of the model.</param>
    public IReadOnlyList<DrawnSequence> Draw(int own, int count, Func<int, RandomStream> stream, CancellationToken cancellation)
    {
        var drafts = new Draft[count];
        for (int i = 0; i < count; i++)
            drafts[i] = new Draft(stream(i), new double[_temperatures]);
        int vocabulary = _model.Vocabulary;
        for (int step = 0; step < _sequences.Tokens; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            Draft[] open = [.. drafts.Where(draft => !draft.HasEnded)];
            if (open.Length == 0)
                break;
            if (_logits.Length < open.Length * vocabulary)
                _logits = new float[open.Length * vocabulary];
            _model.Score([.. open.Select(draft => (int[])[.. _prompt, .. draft.Tokens])], 1, _logits.AsSpan(0, open.Length * vocabulary));
            for (int i = 0; i < open.Length; i++)
            {
                int token = step;
                _laws.Take(_logits.AsSpan(i * vocabulary, vocabulary), () => $"for the token {token} of an output");
                open[i].Extend(_laws, own, _sequences.EndToken);
            }
        }

        return [.. drafts.Select(draft => draft.ToSequence())];
    }

    /// <summary>An output that is being drawn.</summary>
    private sealed class Draft(RandomStream random, double[] logs)
    {
        private double _energy, _entropy, _variance;

        public List<int> Tokens { get; } = [];

        public bool HasEnded { get; private set; }

        public void Extend(TokenLaws laws, int own, int? end)
        {
            (double energy, double entropy, double variance) = laws.Moments(own);
            (_energy, _entropy, _variance) = (_energy + energy, _entropy + entropy, _variance + variance);
            int token = laws.Draw(random.NextDouble());
            for (int m = 0; m < logs.Length; m++)
                logs[m] += laws.Log(token, m);
            Tokens.Add(token);
            HasEnded = token == end;
        }

        public DrawnSequence ToSequence() => new([.. Tokens], logs, _energy, _entropy, _variance);
    }
}
