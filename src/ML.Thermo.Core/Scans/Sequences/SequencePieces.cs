using ML.Thermo.Initialization;
using ML.Thermo.Sharing;

namespace ML.Thermo.Scans.Sequences;

/// <summary>Outputs drawn from some laws at some temperatures, and judged by all of them. A piece is one batch of the outputs of one value of the
/// grid.</summary>
/// <remarks>The values are the laws, or, where there is one law, the temperatures. Every output has random numbers of its own, by value and number.</remarks>
internal sealed class SequencePieces : Pieces<DrawnSequence[]>
{
    /// <summary>Name and version of the form.</summary>
    public const string Kind = "sequences/1";

    /// <summary>Logits that are looked at together where other laws judge: 64 MB.</summary>
    private const int MostLogits = 1 << 24;

    private readonly IReadOnlyList<SequenceLaw> _laws;
    private readonly IReadOnlyList<double> _temperatures;
    private readonly SequenceOptions _sequences;
    private readonly ulong _seed;
    private readonly int _streams;

    /// <summary>Outputs of all laws at all temperatures.</summary>
    /// <param name="laws">With one vocabulary.</param>
    /// <param name="temperatures">T &gt; 0.</param>
    /// <param name="sequences">Which outputs.</param>
    /// <param name="seed">Chooses them.</param>
    /// <param name="streams">Pieces that this process works on at once, at most; a model may bear fewer.</param>
    public SequencePieces(IReadOnlyList<SequenceLaw> laws, IReadOnlyList<double> temperatures, SequenceOptions sequences, ulong seed, int streams)
    {
        (_laws, _temperatures, _sequences, _seed) = (laws, temperatures, sequences, seed);
        _streams = Math.Min(streams, laws.Min(law => law.Model is IShared shared ? shared.Streams : 1));
        Batches = (sequences.Samples + sequences.Batch - 1) / sequences.Batch;
    }

    /// <summary>Pieces of a value of the grid.</summary>
    public int Batches { get; }

    /// <summary>All pieces.</summary>
    public int Count => checked(_laws.Count * _temperatures.Count * Batches);

    /// <inheritdoc/>
    protected override int Streams => _streams;

    /// <inheritdoc/>
    public override DrawnSequence[] Do(long number, CancellationToken cancellation)
    {
        int value = (int)(number / Batches), first = (int)(number % Batches) * _sequences.Batch;
        int law = value / _temperatures.Count, count = Math.Min(_sequences.Batch, _sequences.Samples - first);
        ulong name = (ulong)value << 32;
        var sampler = new SequenceSampler(_laws[law].Model, _laws[law].Prompt, _temperatures, _sequences);
        IReadOnlyList<DrawnSequence> drawn = sampler.Draw(
            value % _temperatures.Count, count, i => new RandomStream(_seed, name + (ulong)(first + i)), cancellation);
        if (_laws.Count == 1)
            return [.. drawn];
        double[][] logs = [.. drawn.Select(_ => new double[(_laws.Count * _temperatures.Count) + 1])];
        for (int m = 0; m < _laws.Count; m++)
        {
            for (int i = 0; i < count && m == law; i++)
                drawn[i].Logs.AsSpan(0, _temperatures.Count).CopyTo(logs[i].AsSpan(m * _temperatures.Count));
            if (m != law)
                Judge(_laws[m], drawn, logs, m * _temperatures.Count, cancellation);
        }

        return [.. drawn.Select((output, i) =>
        {
            logs[i][^1] = output.Logs[^1];
            return output with { Logs = logs[i] };
        })];
    }

    /// <summary>Opens what <see cref="Describe"/> described.</summary>
    /// <param name="setup">Its setup.</param>
    /// <param name="models">The models of its files.</param>
    public static SequencePieces Open(byte[] setup, IReadOnlyList<INextTokenModel> models)
    {
        using BinaryReader from = Packed.Reader(setup);
        var laws = new SequenceLaw[from.ReadInt32()];
        for (int i = 0; i < laws.Length; i++)
            laws[i] = new(models[from.ReadInt32()], from.ReadAll<int>());
        double[] temperatures = from.ReadAll<double>();
        ulong seed = from.ReadUInt64();
        var sequences = new SequenceOptions
        {
            Tokens = from.ReadInt32(),
            Samples = from.ReadInt32(),
            Batch = from.ReadInt32(),
            TopK = from.ReadOptional(),
            EndToken = from.ReadOptional(),
        };
        return new(laws, temperatures, sequences, seed, 1);
    }

    /// <inheritdoc/>
    protected override SharedWork Describe()
    {
        List<INextTokenModel> models = [.. _laws.Select(law => law.Model).Distinct()];
        SharedFile[] files = [.. models.Select(model => model is IShared shared ? shared.File
            : throw new ThermoException($"A {model.GetType().Name} has no file that workers could open: leave out the workers, or scan an ONNX model."))];
        return new(Kind, files, Packed.Of(to =>
        {
            to.Write(_laws.Count);
            foreach (SequenceLaw law in _laws)
            {
                to.Write(models.IndexOf(law.Model));
                to.WriteAll<int>(law.Prompt.ToArray());
            }

            to.WriteAll<double>(_temperatures.ToArray());
            to.Write(_seed);
            to.Write(_sequences.Tokens);
            to.Write(_sequences.Samples);
            to.Write(_sequences.Batch);
            to.WriteOptional(_sequences.TopK);
            to.WriteOptional(_sequences.EndToken);
        }), []);
    }

    /// <inheritdoc/>
    protected override void Write(BinaryWriter to, DrawnSequence[] result)
    {
        to.Write(result.Length);
        foreach (DrawnSequence drawn in result)
        {
            to.WriteAll<int>(drawn.Tokens);
            to.WriteAll<double>(drawn.Logs);
            to.Write(drawn.Energy);
            to.Write(drawn.Entropy);
            to.Write(drawn.Variance);
        }
    }

    /// <inheritdoc/>
    protected override DrawnSequence[] Read(BinaryReader from)
    {
        var result = new DrawnSequence[from.ReadInt32()];
        for (int i = 0; i < result.Length; i++)
            result[i] = new(from.ReadAll<int>(), from.ReadAll<double>(), from.ReadDouble(), from.ReadDouble(), from.ReadDouble());
        return result;
    }

    /// <summary>ln P of drawn outputs under another law: one pass with the outputs behind its prompt, or several where they are many.</summary>
    private void Judge(SequenceLaw law, IReadOnlyList<DrawnSequence> drawn, double[][] logs, int at, CancellationToken cancellation)
    {
        int longest = drawn.Max(output => output.Tokens.Length), vocabulary = law.Model.Vocabulary;
        int most = (int)Math.Clamp(MostLogits / ((long)longest * vocabulary), 1, drawn.Count);
        var tokens = new TokenLaws([.. _temperatures, 1], vocabulary, _sequences.TopK);
        float[] logits = new float[most * longest * vocabulary];
        for (int first = 0; first < drawn.Count; first += most)
        {
            cancellation.ThrowIfCancellationRequested();
            int[][] contexts = [.. drawn.Skip(first).Take(most).Select(output => Context(law, output, longest))];
            law.Model.Score(contexts, longest, logits.AsSpan(0, contexts.Length * longest * vocabulary));
            for (int i = 0; i < contexts.Length; i++)
            {
                int[] output = drawn[first + i].Tokens;
                for (int t = 0; t < output.Length; t++)
                {
                    tokens.Take(logits.AsSpan(((i * longest) + t) * vocabulary, vocabulary), () => $"for the token {t} of an output");
                    for (int m = 0; m < _temperatures.Count; m++)
                        logs[first + i][at + m] += tokens.Log(output[t], m);
                }
            }
        }
    }

    /// <summary>The prompt and an output without its last token, filled up to a length.</summary>
    private static int[] Context(SequenceLaw law, DrawnSequence output, int longest)
    {
        int[] context = new int[law.Prompt.Count + longest - 1];
        for (int t = 0; t < law.Prompt.Count; t++)
            context[t] = law.Prompt[t];
        output.Tokens.AsSpan(0, Math.Min(output.Tokens.Length, longest - 1)).CopyTo(context.AsSpan(law.Prompt.Count));
        return context;
    }
}
