using ML.Thermo.Initialization;

namespace ML.Thermo.Tests.Tempering;

/// <summary>Rows whose law is known.</summary>
internal static class TemperedData
{
    public static (double[][] Features, double[] Targets) Rows(ulong seed, int rows, double[] weights, double bias, double noise)
    {
        RandomStream random = new(seed, 0);
        double[][] x = [.. Enumerable.Range(0, rows).Select(_ => weights.Select(_ => random.NextNormal()).ToArray())];
        return (x, [.. x.Select(row => row.Zip(weights, (a, b) => a * b).Sum() + bias + (noise * random.NextNormal()))]);
    }

    public static (double[][] Features, double[] Targets) Labels(RandomStream random, int rows, double[] weights, double bias)
    {
        double[][] x = [.. Enumerable.Range(0, rows).Select(_ => weights.Select(_ => random.NextNormal()).ToArray())];
        return (x, [.. x.Select(row => random.NextDouble() < 1 / (1 + Math.Exp(-row.Zip(weights, (a, b) => a * b).Sum() - bias)) ? 1.0 : 0)]);
    }

    public static (double[][] Features, double[] Labels) Classes(RandomStream random, int rows, double[][] weights)
    {
        double[][] x = [.. Enumerable.Range(0, rows).Select(_ => weights[0].Select(_ => random.NextNormal()).ToArray())];
        return (x, [.. x.Select(row =>
        {
            double[] shares = [.. weights.Select(own => Math.Exp(row.Zip(own, (a, b) => a * b).Sum()))];
            double place = random.NextDouble() * shares.Sum();
            int label = 0;
            while (label < shares.Length - 1 && (place -= shares[label]) > 0)
                label++;
            return (double)label;
        })]);
    }
}
