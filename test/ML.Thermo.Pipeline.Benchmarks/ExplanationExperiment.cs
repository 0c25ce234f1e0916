using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Explanations;
using ML.Thermo.Explanations.Weighted;
using ML.Thermo.Initialization;

namespace ML.Thermo.Benchmarks;

/// <summary>
/// Explanations with other neighbourhoods on the shipped data: how near their effects are to the smoothed gradient, how unfaithful their five best features are
/// to fresh movement (U = 1 − |correlation|), how much they agree with themselves under another seed, and what they cost.
/// </summary>
internal static class ExplanationExperiment
{
    private const int Seeds = 5, Top = 5, TruthRows = 20_000, FreshRows = 2_000, ExplainedRows = 6;
    private static readonly double s_spread = Math.Sqrt(0.625); // of the orthogonal neighbourhood, and so of the gradient that all are compared with

    private static readonly Method[] s_methods =
    [
        new("orthogonal, 4 replicates", (f, seed) => new OrthogonalNeighbourhood(f, new() { Seed = seed })),
        new("orthogonal, 1 replicate", (f, seed) => new OrthogonalNeighbourhood(f, new() { Seed = seed, Replicates = 1 })),
        new("TERP-like, 5,000", (f, seed) => WeightedNeighbourhood.Gaussian(f, 5000, seed, new() { Choice = FeatureChoice.Features(256) })),
        new("TERP-like, 500", (f, seed) => WeightedNeighbourhood.Gaussian(f, 500, seed, new() { Choice = FeatureChoice.Features(256) })),
        new("LIME-like, 5,000", (f, seed) => WeightedNeighbourhood.Lime(f, 5000, seed, s_lime)),
        new("LIME-like, 500", (f, seed) => WeightedNeighbourhood.Lime(f, 500, seed, s_lime)),
    ];

    private static readonly WeightedOptions s_lime = new() { Weights = SimilarityWeights.Euclidean, Choice = FeatureChoice.Features(256) };

    /// <summary>Prints a line a model and neighbourhood.</summary>
    /// <param name="output">Takes the table.</param>
    /// <param name="filter">Models whose name contains it.</param>
    public static void Run(TextWriter output, string filter)
    {
        output.WriteLine("| model | neighbourhood | calls | cosine | top 5 | U | agreement | seed sd |\n|---|---|--:|--:|--:|--:|--:|--:|");
        foreach ((string name, Func<Scored> train) in Models().Where(pair => pair.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)))
        {
            Scored model = train();
            int[] rows = [.. Enumerable.Range(0, ExplainedRows).Select(i => i * model.Rows.Length / ExplainedRows)];
            Local[] locals = [.. rows.Select(row => new Local(model, row))];
            foreach (Method method in s_methods)
                output.WriteLine(Line(name, method.Name, [.. locals.Select(local => local.Judge(seed => method.Effects(local, seed)))]));
            output.WriteLine(Line(name, "SHAP-like, 2d + 2,048", [.. locals.Select(local => local.Judge(local.Shapley))]));
        }
    }

    private static string Line(string model, string method, Verdict[] verdicts)
    {
        double Mean(Func<Verdict, double> of) => verdicts.Average(of);
        return string.Create(CultureInfo.InvariantCulture,
            $"| {model} | {method} | {Mean(v => v.Calls):F0} | {Mean(v => v.Cosine):F3} | {Mean(v => v.Recall):F2} | {Mean(v => v.Unfaithfulness):F3} | {Mean(v => v.Agreement):F2} | {Mean(v => v.Spread):F3} |");
    }

    private static IEnumerable<(string Name, Func<Scored> Train)> Models()
    {
        var context = new MLContext(1);
        var tumours = Table.Read("breast-cancer.csv");
        IEstimator<ITransformer> flag = context.Transforms.Conversion.ConvertType("Label", "Target", DataKind.Boolean);
        Scored Classifier(IEstimator<ITransformer> trainer) =>
            new(context, tumours, flag.Append(trainer).Fit(tumours.View(context, target => target > 0 ? 1 : 0)), "Probability");
        yield return ("breast-cancer, FastTree", () => Classifier(context.BinaryClassification.Trainers.FastTree()));
        yield return ("breast-cancer, logistic", () => Classifier(context.BinaryClassification.Trainers.LbfgsLogisticRegression()));
        var patients = Table.Read("diabetes.csv");
        IEstimator<ITransformer> number = context.Transforms.CopyColumns("Label", "Target");
        Scored Regression(IEstimator<ITransformer> trainer) =>
            new(context, patients, number.Append(trainer).Fit(patients.View(context, target => target)), "Score");
        yield return ("diabetes, FastForest", () => Regression(context.Regression.Trainers.FastForest()));
        yield return ("diabetes, GAM", () => Regression(context.Regression.Trainers.Gam()));
    }

    private sealed record Method(string Name, Func<IReadOnlyList<ExplainedFeature>, ulong, Neighbourhood> Layout)
    {
        public (double[] Slopes, int Calls) Effects(Local local, ulong seed)
        {
            Neighbourhood neighbourhood = Layout(local.Features, seed);
            double[][] z = new double[neighbourhood.Rows][];
            var moves = new Move[neighbourhood.MostMoves];
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = new double[local.Features.Count];
                foreach (Move move in moves.AsSpan(0, neighbourhood.Moves(i, moves)))
                    z[i][move.Feature] = move.Shift;
            }

            double[] slopes = new double[local.Features.Count];
            foreach (Term term in neighbourhood.Explain(local.Score(z)).Terms)
                slopes[term.Index] = term.Effect.Value;
            return (slopes, z.Length);
        }
    }

    private sealed record Verdict(double Calls, double Cosine, double Recall, double Unfaithfulness, double Agreement, double Spread);

    /// <summary>The surroundings of one row, with what is true of them.</summary>
    private sealed class Local
    {
        private readonly Scored _model;
        private readonly double[] _row, _truth, _fresh;
        private readonly double[][] _freshRows;

        public Local(Scored model, int row)
        {
            (_model, _row) = (model, model.Rows[row]);
            Features = [.. model.Names.Select((name, j) => ExplainedFeature.Numeric(name, _row[j], model.Deviations[j]))];
            double[][] far = Gaussian(TruthRows, 999);
            double[] outputs = Score([.. far, .. far.Select(z => z.Select(v => -v).ToArray())]);
            _truth = [.. Features.Select((_, j) => Enumerable.Range(0, far.Length).Sum(i => far[i][j] * (outputs[i] - outputs[far.Length + i])) / 2 / far.Length / (s_spread * s_spread))];
            _freshRows = Gaussian(FreshRows, 555);
            _fresh = Score(_freshRows);
        }

        public IReadOnlyList<ExplainedFeature> Features { get; }

        public double[] Score(double[][] z) =>
            _model.Score([.. z.Select(move => move.Select((v, j) => (float)(_row[j] + (v * _model.Deviations[j]))).ToArray())]);

        public Verdict Judge(Func<ulong, (double[] Slopes, int Calls)> explain)
        {
            (double[] Slopes, int Calls)[] runs = [.. Enumerable.Range(1, Seeds).Select(seed => explain((ulong)seed))];
            int[] best = Best(_truth);
            double[] mean = [.. _truth.Select((_, j) => runs.Average(run => run.Slopes[j]))];
            double variance = _truth.Select((_, j) => runs.Sum(run => Math.Pow(run.Slopes[j] - mean[j], 2)) / (Seeds - 1)).Sum(), norm = mean.Sum(m => m * m);
            double agreement = 0;
            for (int a = 0; a < Seeds; a++)
            {
                for (int b = a + 1; b < Seeds; b++)
                {
                    int common = Best(runs[a].Slopes).Intersect(Best(runs[b].Slopes)).Count();
                    agreement += common / (double)((2 * Top) - common) / (Seeds * (Seeds - 1) / 2);
                }
            }

            return new(
                runs.Average(run => (double)run.Calls), runs.Average(run => Cosine(run.Slopes, _truth)),
                runs.Average(run => Best(run.Slopes).Intersect(best).Count() / (double)Top), runs.Average(run => Unfaithfulness(run.Slopes)), agreement,
                norm > 0 ? Math.Sqrt(variance / norm) : 0);
        }

        /// <summary>Kernel SHAP with one background row a coalition, as slopes: what a feature adds over the mean, by how far it is from it.</summary>
        public (double[] Slopes, int Calls) Shapley(ulong seed)
        {
            int d = Features.Count, count = (2 * d) + 2048;
            double[] sizes = [.. Enumerable.Range(1, d - 1).Select(s => (d - 1.0) / (s * (d - s)))];
            double total = sizes.Sum();
            double[] design = new double[count * d], outputs;
            double[][] z = new double[count][];
            for (int i = 0; i < count; i++)
            {
                var chance = new RandomStream(seed, (ulong)i);
                double at = chance.NextDouble() * total;
                int size = 0;
                while (size < d - 2 && (at -= sizes[size]) > 0)
                    size++;
                int[] order = [.. Enumerable.Range(0, d)];
                for (int j = d - 1; j > 0; j--)
                {
                    int other = (int)chance.NextInteger(j + 1);
                    (order[j], order[other]) = (order[other], order[j]);
                }

                double[] absent = _model.Rows[(int)chance.NextInteger(_model.Rows.Length)];
                z[i] = [.. Enumerable.Range(0, d).Select(j => (absent[j] - _row[j]) / _model.Deviations[j])];
                foreach (int j in order.Take(size + 1))
                    (z[i][j], design[(i * d) + j]) = (0, 1);
            }

            outputs = Score(z);
            double[] padded = [.. new double[d], .. design];
            var fit = new WeightedNeighbourhood(
                [.. Features.Select(feature => ExplainedFeature.Mask(feature.Name, ""))], padded,
                new() { Weights = SimilarityWeights.Uniform, Choice = FeatureChoice.Features(256) });
            double[] slopes = new double[d];
            foreach (Term term in fit.Explain([outputs.Average(), .. outputs]).Terms)
            {
                double way = (_row[term.Index] - _model.Means[term.Index]) / _model.Deviations[term.Index];
                slopes[term.Index] = Math.Abs(way) < 0.1 ? 0 : term.Effect.Value / way;
            }

            return (slopes, count);
        }

        /// <summary>One less the correlation of fresh movement and what the five best features make of it.</summary>
        private double Unfaithfulness(double[] slopes)
        {
            int[] best = Best(slopes);
            double[] told = [.. _freshRows.Select(z => best.Sum(j => slopes[j] * z[j]))];
            double a = told.Average(), b = _fresh.Average(), ab = 0, aa = 0, bb = 0;
            for (int i = 0; i < told.Length; i++)
                (ab, aa, bb) = (ab + ((told[i] - a) * (_fresh[i] - b)), aa + Math.Pow(told[i] - a, 2), bb + Math.Pow(_fresh[i] - b, 2));
            return aa > 0 && bb > 0 ? 1 - Math.Abs(ab / Math.Sqrt(aa * bb)) : 1;
        }

        private double[][] Gaussian(int rows, ulong seed) => [.. Enumerable.Range(0, rows).Select(i =>
        {
            double[] z = new double[Features.Count];
            new RandomStream(seed, (ulong)i).FillNormal(z);
            return z.Select(v => v * s_spread).ToArray();
        })];

        private static int[] Best(double[] slopes) => [.. Enumerable.Range(0, slopes.Length).OrderByDescending(j => Math.Abs(slopes[j])).ThenBy(j => j).Take(Top)];

        private static double Cosine(double[] a, double[] b)
        {
            double ab = a.Zip(b, (p, q) => p * q).Sum(), aa = a.Sum(p => p * p), bb = b.Sum(q => q * q);
            return aa > 0 && bb > 0 ? ab / Math.Sqrt(aa * bb) : 0;
        }
    }

    /// <summary>A model over a vector of numbers.</summary>
    private sealed class Scored(MLContext context, Table table, ITransformer model, string column)
    {
        public double[][] Rows => table.Rows;

        public string[] Names => table.Names;

        public double[] Means { get; } = [.. table.Names.Select((_, j) => table.Rows.Average(row => row[j]))];

        public double[] Deviations { get; } =
            [.. table.Names.Select((_, j) => table.Rows.Average(row => row[j]) is var mean ? Math.Sqrt(table.Rows.Average(row => Math.Pow(row[j] - mean, 2))) : 0)];

        public double[] Score(float[][] rows) => [.. model.Transform(table.View(context, rows)).GetColumn<float>(column).Select(value => (double)value)];
    }

    private sealed record Table(string[] Names, double[][] Rows, double[] Targets)
    {
        public static Table Read(string file)
        {
            string[] lines = File.ReadAllLines(Path.Combine("test", "data", file));
            double[][] cells = [.. lines.Skip(1).Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];
            return new(lines[0].Split(',')[..^1], [.. cells.Select(row => row[..^1])], [.. cells.Select(row => row[^1])]);
        }

        public IDataView View(MLContext context, Func<double, double> target) => View(context, Rows.Select((row, i) => new Row
        {
            Features = [.. row.Select(x => (float)x)],
            Target = (float)target(Targets[i]),
        }));

        public IDataView View(MLContext context, float[][] rows) => View(context, rows.Select(row => new Row { Features = row }));

        private IDataView View(MLContext context, IEnumerable<Row> rows)
        {
            var schema = SchemaDefinition.Create(typeof(Row));
            schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Names.Length);
            return context.Data.LoadFromEnumerable(rows.ToArray(), schema);
        }
    }

    internal sealed class Row
    {
        public float[] Features { get; set; } = [];

        public float Target { get; set; }
    }
}
