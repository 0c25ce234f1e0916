using System.Numerics.Tensors;
using ML.Thermo.Cli.Loops;
using ML.Thermo.Cli.Output;
using ML.Thermo.Initialization;
using ML.Thermo.Loops;
using ML.Thermo.Loops.Diversity;
using ML.Thermo.Loops.Guard;
using ML.Thermo.Loops.Simulation;

namespace ML.Thermo.Benchmarks;

/// <summary>Closed loops against the arithmetic and the reading that they cannot do without.</summary>
internal static class LoopBenchmarks
{
    public static IEnumerable<Comparison> Comparisons()
    {
        double[] q = LoopSimulationOptions.Zipf(50_000, 1), next = new double[q.Length];
        var loop = new CategoricalLoop(q, 0.8, 0.1);
        yield return new Comparison(
            "100 generations of the map, K = 50,000",
            "100 vectorised passes of log and exp",
            () => Repeat(100, () => loop.Next(q, next)),
            () => Repeat(100, () =>
            {
                TensorPrimitives.Log<double>(q, next);
                TensorPrimitives.Exp<double>(next, next);
            }),
            1.5)
        { Rounds = 15, CountsCpu = true };
        yield return new Comparison(
            "1,000 shares λ_s of 1,000 to 1,999 categories",
            "50 µs each",
            () => Repeat(1000, i => LoopThresholds.Coexistence(1000 + i, 0.8)),
            () => { },
            1)
        { Rounds = 15, CountsCpu = true, Limit = TimeSpan.FromMilliseconds(50) };
        string folder = Directory.CreateTempSubdirectory("thermo-loops-").FullName;
        try
        {
            GenerationRequest request = Texts(folder);
            yield return new Comparison(
                "guard on 1,000,000 rows of text, 5 generations",
                "reading them and counting their words",
                () => LoopGuard.Judge(Count(request)),
                () => Count(request),
                2)
            { Rounds = 3 };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static CategoryTable Count(GenerationRequest request) => new GenerationReader(request, new Meter(), CancellationToken.None).Categories();

    /// <summary>Five files of 200,000 lines with eight words each, of a vocabulary of 20,000 that cools a little every generation.</summary>
    private static GenerationRequest Texts(string folder)
    {
        double[] law = LoopSimulationOptions.Zipf(20_000, 1);
        string[] files = [.. Enumerable.Range(0, 5).Select(t => Path.Combine(folder, $"{t}.txt"))];
        for (int t = 0; t < files.Length; t++)
        {
            var random = new RandomStream(1, (ulong)t);
            double[] sums = new double[law.Length];
            double sum = 0;
            for (int i = 0; i < law.Length; i++)
                sums[i] = sum += law[i];
            using var writer = new StreamWriter(files[t]);
            for (int line = 0; line < 200_000; line++)
            {
                for (int word = 0; word < 8; word++)
                {
                    int place = Array.BinarySearch(sums, random.NextDouble() * sum);
                    writer.Write($"word{(place < 0 ? ~place : place)} ");
                }

                writer.WriteLine();
            }

            law = CategoricalLoop.Power(law, 1 / 0.98);
        }

        return new GenerationRequest { Files = files, Column = "line", Tokens = Tokens.Words };
    }

    private static void Repeat(int times, Action work) => Repeat(times, _ => work());

    private static void Repeat(int times, Action<int> work)
    {
        for (int i = 0; i < times; i++)
            work(i);
    }
}
