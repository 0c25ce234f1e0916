using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Tests;

namespace ML.Thermo.Benchmarks;

/// <summary>All layers of a real transformer while it reads sentences of this project's documentation: one id a word, lengths as they come.</summary>
internal static class SentenceBenchmark
{
    private const int Rows = 64, Longest = 48, Vocabulary = 30_000, Batch = 2;
    private const double Bar = 1.3;

    public static IEnumerable<Comparison> Comparisons()
    {
        if (PackagedNetworks.Path(PackagedNetworks.Sentences) is not { } path || Sentences() is not { Count: Rows } sentences)
            yield break;
        using OnnxModel model = OnnxModel.Open(path);
        LayerGraph graph = LayerGraph.Of(model);
        using SignalSession plain = new(model, [], new OperatorBackend(), ExecutionDevice.Cpu);
        using SignalAnalysis moments = new(graph, new() { Streams = 1, EntropySample = 0 }), whole = new(graph, new() { Streams = 1 });
        yield return new($"MiniLM, {Rows} sentences: variances of {graph.Layers.Count} layers", "plain inference", () => moments.Run(Batches(sentences)), Plain, Bar);
        yield return new($"MiniLM, {Rows} sentences: the same with entropies and tails", "plain inference", () => whole.Run(Batches(sentences)), Plain, Bar);

        void Plain()
        {
            foreach (NetworkBatch batch in Batches(sentences))
            {
                using (batch)
                    plain.Run(batch.Inputs).Dispose();
            }
        }
    }

    private static IEnumerable<NetworkBatch> Batches(IReadOnlyList<long[]> sentences)
    {
        int places = sentences.Max(ids => ids.Length);
        foreach (long[][] rows in sentences.Chunk(Batch))
        {
            long[] ids = new long[rows.Length * places], mask = new long[ids.Length];
            for (int row = 0; row < rows.Length; row++)
            {
                rows[row].CopyTo(ids, row * places);
                mask.AsSpan(row * places, rows[row].Length).Fill(1);
            }

            yield return new(
                new Dictionary<string, OrtValue>
                {
                    ["input_ids"] = Tensor(ids),
                    ["attention_mask"] = Tensor(mask),
                    ["token_type_ids"] = Tensor(new long[ids.Length]),
                },
                rows.Length);

            OrtValue Tensor(long[] values) => OrtValue.CreateTensorValueFromMemory(values, [rows.Length, places]);
        }
    }

    /// <summary>The longer sentences of the pages on drift; none where the checkout is not around.</summary>
    private static IReadOnlyList<long[]> Sentences()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string pages = Path.Combine(folder.FullName, "docs");
            if (!File.Exists(Path.Combine(pages, "refresh.md")))
                continue;
            return [.. Directory.GetFiles(pages, "refresh*.md").Order(StringComparer.Ordinal).SelectMany(page => File.ReadAllText(page).Split(". "))
                .Select(Words).Where(ids => ids.Length > 5).Take(Rows)];
        }

        return [];
    }

    private static long[] Words(string sentence) => [.. sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(Longest)
        .Select(word => (long)(word.Aggregate(17u, (hash, letter) => (hash * 31) + letter) % Vocabulary))];
}
