using MathNet.Numerics.LinearAlgebra;

namespace ML.Thermo.Benchmarks.Guards;

/// <summary>Detectors of others, written from their papers. Each gets the network's answers as classes, since no labels are there.</summary>
internal static class RivalDetectors
{
    private const int Neighbours = 10, Orders = 5;
    private const double Ridge = 1e-3;

    /// <summary>Scores of new rows, larger is stranger, by each detector.</summary>
    public static IReadOnlyDictionary<string, Func<NetworkReadings, double[]>> Learn(NetworkReadings known) => new Dictionary<string, Func<NetworkReadings, double[]>>
    {
        ["Mahalanobis, all layers"] = Mahalanobis(known, [.. Enumerable.Range(0, known.Layers)]),
        ["Mahalanobis, last"] = Mahalanobis(known, [known.Layers - 2]),
        ["kNN, last"] = Nearest(known, known.Layers - 2),
        ["MSP"] = fresh => [.. fresh.Logits.Select(row => 1 - (1 / row.Sum(z => Math.Exp(z - row.Max()))))],
        ["energy"] = fresh => [.. fresh.Logits.Select(row => -row.Max() - Math.Log(row.Sum(z => Math.Exp(z - row.Max()))))],
        ["GRAM"] = Gram(known),
    };

    /// <summary>Lee et al. 2018: least distance to the mean of a class with a covariance for all, summed over layers.</summary>
    private static Func<NetworkReadings, double[]> Mahalanobis(NetworkReadings known, int[] layers)
    {
        int[] classes = known.Classes;
        var laws = layers.Select(layer =>
        {
            Vector<double>[] rows = [.. classes.Select((_, row) => Vector<double>.Build.Dense(known.Pooled(layer, row)))];
            Vector<double>[] means = [.. classes.Distinct().Select(label => rows.Where((_, row) => classes[row] == label).Aggregate((a, b) => a + b)
                / classes.Count(other => other == label))];
            int[] order = [.. classes.Distinct()];
            Matrix<double> covariance = Matrix<double>.Build.Dense(rows[0].Count, rows[0].Count);
            for (int row = 0; row < rows.Length; row++)
            {
                Vector<double> d = rows[row] - means[Array.IndexOf(order, classes[row])];
                covariance += d.OuterProduct(d) / rows.Length;
            }

            covariance += Matrix<double>.Build.DenseIdentity(rows[0].Count) * ((Ridge * covariance.Trace() / rows[0].Count) + 1e-12);
            return (layer, means, inverse: covariance.Inverse());
        }).ToArray();
        return fresh => [.. Enumerable.Range(0, fresh.Logits.Length).Select(row => laws.Sum(law =>
        {
            var x = Vector<double>.Build.Dense(fresh.Pooled(law.layer, row));
            return law.means.Min(mean => (x - mean) * law.inverse * (x - mean));
        }))];
    }

    /// <summary>Sun et al. 2022: distance to the k-th neighbour among the reference's normalised features.</summary>
    private static Func<NetworkReadings, double[]> Nearest(NetworkReadings known, int layer)
    {
        double[][] rows = [.. Enumerable.Range(0, known.Logits.Length).Select(row => Normalised(known.Pooled(layer, row)))];
        return fresh => [.. Enumerable.Range(0, fresh.Logits.Length).Select(row =>
        {
            double[] x = Normalised(fresh.Pooled(layer, row));
            return rows.Select(other => MathNet.Numerics.Distance.Euclidean(x, other)).Order().ElementAt(Neighbours - 1);
        })];

        static double[] Normalised(double[] x)
        {
            double length = Math.Sqrt(x.Sum(v => v * v)) + 1e-12;
            return [.. x.Select(v => v / length)];
        }
    }

    /// <summary>Sastry and Oore 2020: how far the rows' Gram matrices of several orders lie outside the range of their class, in units of the usual distance of a layer.</summary>
    private static Func<NetworkReadings, double[]> Gram(NetworkReadings known)
    {
        int[] classes = known.Classes;
        var bounds = new Dictionary<int, (double[] Least, double[] Most)[]>();
        int held = known.Logits.Length / 5;
        for (int row = held; row < classes.Length; row++)
        {
            double[][] values = Values(known, row);
            if (!bounds.TryGetValue(classes[row], out var own))
                bounds[classes[row]] = own = [.. values.Select(v => ((double[])v.Clone(), (double[])v.Clone()))];
            for (int layer = 0; layer < values.Length; layer++)
            {
                for (int i = 0; i < values[layer].Length; i++)
                {
                    own[layer].Least[i] = Math.Min(own[layer].Least[i], values[layer][i]);
                    own[layer].Most[i] = Math.Max(own[layer].Most[i], values[layer][i]);
                }
            }
        }

        double[] usual = [.. Enumerable.Range(0, known.Layers).Select(layer => Enumerable.Range(0, held).Average(row => Deviations(known, row, classes[row])[layer]) + 1e-12)];
        return fresh =>
        {
            int[] predicted = fresh.Classes;
            return [.. predicted.Select((label, row) => Deviations(fresh, row, label).Zip(usual, (d, u) => d / u).Sum())];
        };

        double[] Deviations(NetworkReadings of, int row, int label)
        {
            if (!bounds.TryGetValue(label, out var own))
                own = bounds.Values.First();
            return [.. Values(of, row).Select((values, layer) => values.Select((v, i) => v < own[layer].Least[i] ? (own[layer].Least[i] - v) / (Math.Abs(own[layer].Least[i]) + 1e-6)
                : v > own[layer].Most[i] ? (v - own[layer].Most[i]) / (Math.Abs(own[layer].Most[i]) + 1e-6) : 0).Sum())];
        }

        static double[][] Values(NetworkReadings of, int row) => [.. Enumerable.Range(0, of.Layers).Select(layer => RowSums(of.Map(layer, row)))];
    }

    /// <summary>Of each order p the sums of the rows of (Fᵖ Fᵖᵀ)^(1/p).</summary>
    private static double[] RowSums(double[][] map)
    {
        double[] sums = new double[Orders * map.Length];
        for (int order = 1; order <= Orders; order++)
        {
            double[][] powers = [.. map.Select(channel => channel.Select(v => Math.Sign(v) * Math.Pow(Math.Abs(v), order)).ToArray())];
            for (int i = 0; i < map.Length; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    double inner = System.Numerics.Tensors.TensorPrimitives.Dot<double>(powers[i], powers[j]);
                    double root = Math.Sign(inner) * Math.Pow(Math.Abs(inner), 1.0 / order);
                    sums[((order - 1) * map.Length) + i] += root;
                    if (j < i)
                        sums[((order - 1) * map.Length) + j] += root;
                }
            }
        }

        return sums;
    }
}
