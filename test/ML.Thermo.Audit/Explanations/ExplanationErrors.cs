using ML.Thermo.Explanations;
using ML.Thermo.Initialization;

namespace ML.Thermo.Audit.Explanations;

/// <summary>The error of an effect, stated from few replicates, beside how far the effect is from that of very many.</summary>
internal static class ExplanationErrors
{
    private const int Features = 20, Hidden = 12, Many = 256;

    private const double Quantile = 1.959963984540054;

    private static readonly int[] s_replicates = [4, 8];

    public static IEnumerable<Finding> Run(bool isQuick)
    {
        foreach ((string name, Func<ulong, Func<double[], double>> law) in new (string, Func<ulong, Func<double[], double>>)[]
        {
            ("tanh network", Network), ("boxes", Boxes), ("products of three", Products),
        })
        {
            foreach (Finding finding in Coverage(name, law, isQuick ? 12 : 120))
                yield return finding;
        }

        yield return Additive(isQuick ? 20 : 200);
    }

    /// <summary>Shares of effects in b ± 1.96 errors. An effect of many replicates stands for the truth: other blocks, of another seed.</summary>
    private static IEnumerable<Finding> Coverage(string name, Func<ulong, Func<double[], double>> law, int functions)
    {
        double[][] shares = [.. s_replicates.Select(_ => new double[functions])];
        for (int f = 0; f < functions; f++)
        {
            Func<double[], double> model = law((ulong)f + 1);
            Dictionary<int, double> truth = Explain(model, Many, (ulong)f + 100_001).Terms.ToDictionary(term => term.Index, term => term.Effect.Value);
            for (int i = 0; i < s_replicates.Length; i++)
            {
                shares[i][f] = Explain(model, s_replicates[i], (ulong)f + 1).Terms.Average(term =>
                    Math.Abs(term.Effect.Value - truth[term.Index]) <= (Quantile * term.Effect.StandardError) + 1e-12 ? 1.0 : 0);
            }
        }

        for (int i = 0; i < s_replicates.Length; i++)
        {
            double mean = shares[i].Average(), error = Math.Sqrt(shares[i].Sum(share => (share - mean) * (share - mean)) / (functions - 1) / functions);
            string size = $"R = {s_replicates[i]} ({functions} functions of {Features} features)";
            yield return new("effect ± 1.96 errors holds the effect of many replicates", $"{name}, {size}", "0.92 … 1", mean, error, 0.92 - (3 * error), 1);
        }
    }

    /// <summary>Additive functions: the stated error is 0, and the effect does not depend on the blocks.</summary>
    private static Finding Additive(int functions)
    {
        double worst = 0;
        for (int f = 0; f < functions; f++)
        {
            var random = new RandomStream((ulong)f + 1, 9);
            double[] weights = [.. Enumerable.Range(0, Features).Select(_ => random.NextNormal())];
            double Model(double[] x) => x.Select((value, j) => weights[j] * (value + Math.Sin(3 * value))).Sum();
            Explanation few = Explain(Model, 4, 1), other = Explain(Model, 4, 77);
            foreach (Term term in few.Terms)
                worst = Math.Max(worst, Math.Abs(term.Effect.Value - other.Terms.Single(t => t.Index == term.Index).Effect.Value) + term.Effect.StandardError);
        }

        return new("an additive function has errors of 0 and one effect", $"sums of curves ({functions})", "0", worst, 0, 0, 1e-12);
    }

    private static Explanation Explain(Func<double[], double> model, int replicates, ulong seed)
    {
        var neighbourhood = new OrthogonalNeighbourhood(
            [.. Enumerable.Range(0, Features).Select(j => ExplainedFeature.Numeric($"x{j}", 0, 1))], new() { Replicates = replicates, Seed = seed });
        double[] outputs = new double[neighbourhood.Rows], x = new double[Features];
        var moves = new Move[neighbourhood.MostMoves];
        for (int row = 0; row < outputs.Length; row++)
        {
            Array.Clear(x);
            foreach (Move move in moves.AsSpan(0, neighbourhood.Moves(row, moves)))
                x[move.Feature] = move.Shift;
            outputs[row] = model(x);
        }

        return neighbourhood.Explain(outputs);
    }

    private static Func<double[], double> Network(ulong seed)
    {
        var random = new RandomStream(seed, 0);
        double[] first = new double[Hidden * Features], second = new double[Hidden], bias = new double[Hidden];
        random.FillNormal(first);
        random.FillNormal(second);
        random.FillNormal(bias);
        return x =>
        {
            double sum = 0;
            for (int h = 0; h < Hidden; h++)
            {
                double z = bias[h];
                for (int j = 0; j < Features; j++)
                    z += first[(h * Features) + j] * x[j] / 2;
                sum += second[h] * Math.Tanh(z);
            }

            return sum;
        };
    }

    /// <summary>Steps on boxes of three features, as a forest makes.</summary>
    private static Func<double[], double> Boxes(ulong seed)
    {
        var random = new RandomStream(seed, 1);
        (int A, int B, int C, double CutA, double CutB, double CutC, double Value)[] leaves =
        [
            .. Enumerable.Range(0, 60).Select(_ => (Feature(random), Feature(random), Feature(random),
                random.NextNormal() / 2, random.NextNormal() / 2, random.NextNormal() / 2, random.NextNormal())),
        ];
        return x => leaves.Sum(leaf => x[leaf.A] > leaf.CutA && x[leaf.B] > leaf.CutB && x[leaf.C] > leaf.CutC ? leaf.Value : 0);
    }

    private static Func<double[], double> Products(ulong seed)
    {
        var random = new RandomStream(seed, 2);
        double[] weights = new double[Features];
        random.FillNormal(weights);
        (int A, int B, int C, double Value)[] products =
        [
            .. Enumerable.Range(0, 40).Select(_ => (Feature(random), Feature(random), Feature(random), random.NextNormal())),
        ];
        return x => x.Select((value, j) => value * weights[j]).Sum() + products.Sum(p => p.Value * x[p.A] * x[p.B] * x[p.C]);
    }

    private static int Feature(RandomStream random) => (int)random.NextInteger(Features);
}
