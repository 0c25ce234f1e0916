using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.LanguageModels;
using ML.Thermo.Scans;
using ML.Thermo.Scans.Sequences;

namespace ML.Thermo.Benchmarks.Scans;

/// <summary>Scans against the least work that they could do, clusters against the same program in C++.</summary>
internal static class ScanBenchmarks
{
    private const int Outcomes = 20_000, Values = 41;

    public static IEnumerable<Comparison> Comparisons()
    {
        var random = new RandomStream(1, 0);
        double[][] laws = [.. Enumerable.Range(0, Values).Select(_ => Law(random))];
        yield return new($"D at {Values - 1} splits, {Outcomes:N0} outcomes", "one pass of Σ a/b over the table", () => Linear(laws), () => Ratios(laws), 3);
        yield return new("the same with four distances", "one pass of Σ a/b over the table", () => All(laws), () => Ratios(laws), 12);
        double[][] wild = [.. Enumerable.Range(0, Values).Select(_ => Law(random, power: 3))];
        yield return new("the same, neighbours of any ratio", "one pass of Σ a/b over the table", () => All(wild), () => Ratios(wild), 12);

        string networks = Path.Combine(AppContext.BaseDirectory, "networks"), characters = Path.Combine(networks, "kjv-char.txt");
        if (File.Exists(characters))
        {
            using CausalModel model = CausalModel.Open(Path.Combine(networks, "kjv-char.onnx"));
            int[] prompt = TokenText.Characters(characters).Encode("and the lord ");
            var grid = ControlGrid.Parse("temperature", ".1..10:21log");
            var sequences = new SequenceOptions { Samples = 64 };
            yield return new(
                "language model, V = 36, 21 temperatures, pooled",
                "its forward passes alone",
                () => SequenceScan.Temperatures(model, prompt, grid, sequences),
                () => Forward(model, prompt, grid.Count, sequences),
                1.15);
        }

        if (ClusterProgram.Compile() is { } program)
            yield return new("Wolff, L = 32, T_c, 20,000 clusters", "the same in C++ -O2", ClusterProgram.Ours, program, 2);
    }

    /// <summary>A language model of 180 MB, which is written first: a minute.</summary>
    public static IEnumerable<Comparison> Large()
    {
        string folder = Directory.CreateTempSubdirectory("thermo-lm-").FullName;
        try
        {
            using CausalModel model = CausalModel.Open(LargeLanguageModel.Write(folder));
            int[] prompt = [.. Enumerable.Range(0, 8)];
            var grid = ControlGrid.Parse("temperature", ".1..10:21log");
            var sequences = new SequenceOptions { Samples = 4, Batch = 4, Tokens = 2 };
            yield return new(
                "language model, V = 50,000, 21 temperatures, pooled",
                "its forward passes alone",
                () => SequenceScan.Temperatures(model, prompt, grid, sequences),
                () => Forward(model, prompt, grid.Count, sequences),
                1.3)
            { Rounds = 3 };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Shares of one size, or of many orders of magnitude.</summary>
    private static double[] Law(RandomStream random, int power = 0)
    {
        double[] law = [.. Enumerable.Range(0, Outcomes).Select(_ => power == 0 ? 0.5 + random.NextDouble() : Math.Pow(random.NextDouble(), power))];
        double sum = law.Sum();
        return [.. law.Select(share => share / sum)];
    }

    private static void Linear(double[][] laws)
    {
        for (int k = 0; k + 1 < laws.Length; k++)
            LawKernel.Linear(laws[k], laws[k + 1]);
    }

    private static void All(double[][] laws)
    {
        for (int k = 0; k + 1 < laws.Length; k++)
            LawKernel.All(laws[k], laws[k + 1]);
    }

    /// <summary>The baseline, with the same loads and one division.</summary>
    private static double Ratios(double[][] laws)
    {
        double sum = 0;
        for (int k = 0; k + 1 < laws.Length; k++)
        {
            ref double a = ref MemoryMarshal.GetArrayDataReference(laws[k]), b = ref MemoryMarshal.GetArrayDataReference(laws[k + 1]);
            Vector512<double> all = default;
            for (int i = 0; i <= Outcomes - Vector512<double>.Count; i += Vector512<double>.Count)
                all += Vector512.LoadUnsafe(ref a, (nuint)i) / Vector512.LoadUnsafe(ref b, (nuint)i);
            sum += Vector512.Sum(all);
        }

        return sum;
    }

    /// <summary>The same passes side by side, as the scan makes them: a batch a thread.</summary>
    private static void Forward(CausalModel model, int[] prompt, int temperatures, SequenceOptions sequences) =>
        Parallel.For(0, temperatures * sequences.Samples / sequences.Batch, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, _ =>
        {
            float[] logits = new float[sequences.Batch * model.Vocabulary];
            for (int step = 0; step < sequences.Tokens; step++)
                model.Score([.. Enumerable.Range(0, sequences.Batch).Select(_ => (int[])[.. prompt, .. new int[step]])], 1, logits);
        });
}
