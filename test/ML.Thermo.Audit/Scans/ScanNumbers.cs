using System.Globalization;
using ML.Thermo.Initialization;
using ML.Thermo.Ising;
using ML.Thermo.Scans;
using ML.Thermo.Scans.Sequences;

namespace ML.Thermo.Audit.Scans;

/// <summary>Errors of what a scan states at its values and splits, by observer.</summary>
internal static class ScanNumbers
{
    private static readonly (string Name, Func<ScanSplit, Estimate> Of)[] s_distances =
    [
        ("D", split => split.Linear), ("total variation", split => split.TotalVariation), ("Jensen–Shannon", split => split.JensenShannon),
        ("Hellinger²", split => split.Hellinger), ("F̂", split => split.Fisher),
    ];

    private static readonly (string Name, Func<ScanPoint, Estimate> Of)[] s_points =
    [
        ("energy", point => point.Energy), ("entropy", point => point.Entropy), ("heat capacity", point => point.HeatCapacity),
        ("Fisher information", point => point.Fisher), ("energy's fluctuation", point => point.EnergyFluctuation),
    ];

    public static IEnumerable<Finding> Run(bool isQuick) =>
        [.. Likelihoods(isQuick ? 60 : 300), .. Inputs(isQuick ? 60 : 300), .. Sequences(isQuick ? 60 : 300), .. Counts(isQuick ? 60 : 300), .. Vectors(isQuick ? 30 : 150)];

    /// <summary>Samples with likelihoods of the energies of a 4 × 4 lattice, whose distances and entropies are known.</summary>
    private static IEnumerable<Finding> Likelihoods(int scans)
    {
        var grid = ControlGrid.Parse("T", "1.6..2.8:.3", GridScale.Linear);
        double[][] laws = [.. grid.Values.Select(EnumeratedLattice.Of(4).EnergyLaw)];
        ScanReport exact = Scan.Laws(grid, laws);
        foreach (bool pooled in new[] { true, false })
        {
            foreach (int samples in new[] { 30, 200 })
            {
                ScanReport[] runs = Many(scans, run => Scan.Likelihoods(grid, Draw(laws, samples, run), new() { Threads = 1, Seed = run }, pooled));
                string at = $"4 × 4 Ising, 5 temperatures, {samples} samples, {(pooled ? "pooled" : "by windows")}";
                foreach ((string name, Func<ScanSplit, Estimate> of) in s_distances)
                    yield return Spread.Ratio($"scan: error of {name}", at, [.. runs.Select(run => of(run.Splits[2]))], of(exact.Splits[2]).Value);
                if (pooled)
                    yield return Spread.Ratio("scan: error of the entropy", at, [.. runs.Select(run => run.Points[2].Entropy)], exact.Points[2].Entropy.Value);
            }
        }
    }

    /// <summary>Class probabilities of inputs that are themselves a sample.</summary>
    private static IEnumerable<Finding> Inputs(int scans)
    {
        var grid = ControlGrid.Of("scale", [0.25, 0.5, 1, 2, 4]);
        foreach (int inputs in new[] { 50, 500 })
        {
            ScanReport[] runs = Many(scans, run => Scan.Inputs(
                grid, [.. Enumerable.Range(0, inputs).Select(i => Laws(grid, new RandomStream(run, (ulong)i)))], new() { Threads = 1, Seed = run }));
            string at = $"softmax of three logits, 5 scales, {inputs} inputs";
            foreach ((string name, Func<ScanSplit, Estimate> of) in s_distances)
                yield return Spread.Ratio($"scan: error of {name}", at, [.. runs.Select(run => of(run.Splits[2]))]);
            yield return Spread.Ratio("scan: error of the entropy", at, [.. runs.Select(run => run.Points[2].Entropy)]);
            yield return Spread.Ratio("scan: error of the length", at, [.. runs.Select(run => run.Length)]);
        }
    }

    /// <summary>Outputs of a model of three tokens and an end, all of which can be listed.</summary>
    private static IEnumerable<Finding> Sequences(int scans)
    {
        var grid = ControlGrid.Of("T", [0.5, 0.7, 1, 1.4, 2]);
        var all = new SequenceOptions { Tokens = 6, EndToken = 3 };
        ScanReport exact = SequenceScan.Temperatures(new Chain(), [0], grid, all);
        ScanReport[] runs = Many(scans, run => SequenceScan.Temperatures(
            new Chain(), [0], grid, all with { MostEnumerated = 0, Samples = 128 }, new() { Threads = 1, Seed = run }));
        foreach ((string name, Func<ScanPoint, Estimate> of) in s_points)
        {
            foreach (int k in new[] { 0, 4 })
            {
                yield return Spread.Ratio($"scan: error of the {name}", string.Create(CultureInfo.InvariantCulture, $"tokens at T = {grid.Values[k]}, 128 outputs"),
                    [.. runs.Select(run => of(run.Points[k]))], of(exact.Points[k]).Value);
            }
        }
    }

    /// <summary>Entropy of the outcomes at a value from their counts.</summary>
    private static IEnumerable<Finding> Counts(int scans)
    {
        double[] law = [.3, .25, .2, .15, .1];
        var grid = ControlGrid.Of("x", [0, 1]);
        ScanReport[] runs = Many(scans, run => Scan.Counts(
            grid, [.. Enumerable.Range(0, 2).Select(k => Count(law, 100, new RandomStream(run, (ulong)k)))], new() { Permutations = 0, Threads = 1 }));
        yield return Spread.Ratio("scan: error of the entropy", "5 outcomes, 100 samples", [.. runs.Select(run => run.Points[0].Entropy)], -law.Sum(p => p * Math.Log(p)));
    }

    /// <summary>Two normal columns that move by half a deviation, told apart by the built-in classifier.</summary>
    private static IEnumerable<Finding> Vectors(int scans)
    {
        var grid = ControlGrid.Of("x", [0, 1]);
        ScanReport[] runs = Many(scans, run => Scan.Values(grid, [.. Enumerable.Range(0, 2).Select(k =>
        {
            var random = new RandomStream(run, (ulong)k);
            return Enumerable.Range(0, 200).Select(_ => new[] { k + random.NextNormal(), random.NextNormal() }).ToArray();
        })], new() { Permutations = 0, Threads = 1, Seed = run }));
        foreach ((string name, Func<ScanSplit, Estimate> of) in s_distances[..3])
            yield return Spread.Ratio($"scan: error of {name}", "two columns, one moves by 1, 200 rows, by a classifier", [.. runs.Select(run => of(run.Splits[0]))]);
    }

    private static ScanReport[] Many(int scans, Func<ulong, ScanReport> scan)
    {
        var runs = new ScanReport[scans];
        Parallel.For(0, scans, run => runs[run] = scan((ulong)run + 1));
        return runs;
    }

    private static double[][] Laws(ControlGrid grid, RandomStream random)
    {
        double[] logits = [random.NextNormal(), random.NextNormal(), 1 + random.NextNormal()];
        return [.. grid.Values.Select(scale =>
        {
            double[] shares = [.. logits.Select(logit => Math.Exp(scale * logit))];
            double sum = shares.Sum();
            return shares.Select(share => share / sum).ToArray();
        })];
    }

    private static double[][][] Draw(double[][] laws, int samples, ulong seed) => [.. laws.Select((law, k) =>
    {
        var random = new RandomStream(seed, (ulong)k);
        return Enumerable.Range(0, samples).Select(_ => Outcome(law, random)).Select(y => laws.Select(other => Math.Log(other[y])).ToArray()).ToArray();
    })];

    private static long[] Count(double[] law, int samples, RandomStream random)
    {
        long[] counts = new long[law.Length];
        for (int i = 0; i < samples; i++)
            counts[Outcome(law, random)]++;
        return counts;
    }

    private static int Outcome(double[] law, RandomStream random)
    {
        double u = random.NextDouble();
        int y = 0;
        while (y < law.Length - 1 && (u -= law[y]) > 0)
            y++;
        return y;
    }

    /// <summary>Logits that depend on the last token alone.</summary>
    private sealed class Chain : INextTokenModel
    {
        public int Vocabulary => 4;

        public void Score(IReadOnlyList<int[]> sequences, int last, Span<float> logits)
        {
            for (int s = 0; s < sequences.Count; s++)
            {
                for (int position = 0; position < last; position++)
                {
                    int token = sequences[s][sequences[s].Length - last + position];
                    for (int v = 0; v < Vocabulary; v++)
                        logits[(((s * last) + position) * Vocabulary) + v] = (float)(1.5 * Math.Sin(1.3 * (token + 1) * (v + 2)));
                }
            }
        }
    }
}
