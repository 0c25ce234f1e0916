using System.Globalization;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;

namespace ML.Thermo.Benchmarks;

/// <summary>One linear problem of the complexity experiment.</summary>
internal sealed record ComplexitySet(string Origin, string Name, Energy Energy, LabelledData Data);

/// <summary>
/// The sets of the complexity experiment: the shipped data as measured and standardised, and generated data whose curvature is known.
/// Regression targets have mean zero and variance one, so that temperatures share a unit; no classification is separable.
/// </summary>
internal static class ComplexitySets
{
    public const string Measured = "as measured", Standard = "standardised", Generated = "generated";

    public static IEnumerable<ComplexitySet> All() => [.. Regressions(), .. Classifications()];

    private static IEnumerable<ComplexitySet> Regressions()
    {
        foreach (string name in new[] { "diabetes", "wine", "iris", "breast-cancer", "digits", "nist-longley", "nist-norris" })
        {
            LabelledData raw = WithUnitTargets(Read(name));
            yield return new ComplexitySet(Standard, name, Energy.MeanSquared, Standardized(raw));
            if (!name.StartsWith("nist", StringComparison.Ordinal))
                yield return new ComplexitySet(Measured, $"{name} + intercept", Energy.MeanSquared, raw.WithIntercept());
        }

        yield return new ComplexitySet(Standard, "breast-cancer, 10 means", Energy.MeanSquared, Standardized(WithUnitTargets(Columns(Read("breast-cancer"), j => j < 10))));
        yield return new ComplexitySet(Measured, "nist-norris + intercept", Energy.MeanSquared, WithUnitTargets(Read("nist-norris")).WithIntercept());
        foreach ((int n, int d, double decay) in new[] { (400, 10, 0.0), (60, 10, 0.0), (400, 10, 0.5), (400, 10, 1.0), (400, 10, 2.0), (1000, 40, 0.0), (1000, 40, 1.0), (1000, 40, 2.0), (60, 40, 0.0) })
            yield return new ComplexitySet(Generated, $"power law j^-{decay}, n {n}, d {d}", Energy.MeanSquared, WithUnitTargets(Regression(n, Enumerable.Range(1, d).Select(j => Math.Pow(j, -decay)), 0)));
        foreach ((int d, double correlation) in new[] { (10, 0.5), (10, 0.9), (30, 0.9), (10, 0.99) })
            yield return new ComplexitySet(Generated, $"equal correlation {correlation}, n 500, d {d}", Energy.MeanSquared, WithUnitTargets(Regression(500, Enumerable.Repeat(1.0, d), correlation)));
    }

    private static IEnumerable<ComplexitySet> Classifications()
    {
        LabelledData cancer = Read("breast-cancer"), iris = Read("iris"), wine = Read("wine"), digits = Read("digits"), diabetes = Read("diabetes");
        yield return Classes(Standard, "breast-cancer, 10 means", Standardized(Columns(cancer, j => j < 10)), y => y);
        yield return Classes(Standard, "breast-cancer, 5 means", Standardized(Columns(cancer, j => j is 1 or 4 or 5 or 8 or 9)), y => y);
        LabelledData pair = Rows(iris, y => y > 0);
        yield return Classes(Standard, "iris versicolor/virginica", Standardized(pair), y => y - 1);
        yield return Classes(Measured, "iris versicolor/virginica + intercept", pair.WithIntercept(), y => y - 1);
        yield return Classes(Standard, "iris versicolor/others", Standardized(iris), y => y == 1 ? 1 : 0);
        yield return Classes(Standard, "wine cultivar 1/others, 3 features", Standardized(Columns(wine, j => j is 1 or 2 or 4)), y => y == 1 ? 1 : 0);
        yield return Classes(Standard, "digits odd/even", Standardized(digits), y => y % 2);
        yield return Classes(Standard, "diabetes above 140", Standardized(diabetes), y => y > 140 ? 1 : 0);
        yield return Classes(Standard, "diabetes above 140 + intercept", Standardized(diabetes).WithIntercept(), y => y > 140 ? 1 : 0);
        foreach ((int n, int d, double decay) in new[] { (400, 10, 0.0), (400, 10, 0.5), (400, 10, 1.0), (400, 10, 2.0), (1000, 30, 0.0), (1000, 30, 1.0) })
            yield return new ComplexitySet(Generated, $"power law j^-{decay}, n {n}, d {d}", Energy.CrossEntropy, Classification(n, Enumerable.Range(1, d).Select(j => Math.Pow(j, -decay)), 0));
        foreach (double correlation in new[] { 0.5, 0.9, 0.99 })
            yield return new ComplexitySet(Generated, $"equal correlation {correlation}, n 500, d 10", Energy.CrossEntropy, Classification(500, Enumerable.Repeat(1.0, 10), correlation));
    }

    private static ComplexitySet Classes(string origin, string name, LabelledData data, Func<double, double> label) =>
        new(origin, name, Energy.CrossEntropy, WithTargets(data, label));

    /// <summary>y = w·x + noise of the same size, x normal with the given variances and one common correlation.</summary>
    private static LabelledData Regression(int n, IEnumerable<double> variances, double correlation) =>
        Generate(n, variances, correlation, (output, spread, random) => output + (spread * random.NextNormal()));

    /// <summary>Labels drawn from the logistic law of an output with standard deviation 1.5, so that no plane separates them.</summary>
    private static LabelledData Classification(int n, IEnumerable<double> variances, double correlation) =>
        Generate(n, variances, correlation, (output, spread, random) => random.NextDouble() < 1 / (1 + Math.Exp(-1.5 * output / spread)) ? 1 : 0);

    private static LabelledData Generate(int n, IEnumerable<double> variances, double correlation, Func<double, double, RandomStream, double> label)
    {
        double[] scales = [.. variances.Select(Math.Sqrt)];
        int d = scales.Length;
        var random = new RandomStream(2404, (ulong)((n * 1000) + d));
        double[] weights = [.. scales.Select(_ => random.NextNormal())], features = new double[n * d], outputs = new double[n];
        for (int i = 0; i < n; i++)
        {
            double common = random.NextNormal();
            for (int j = 0; j < d; j++)
            {
                double x = scales[j] * ((Math.Sqrt(correlation) * common) + (Math.Sqrt(1 - correlation) * random.NextNormal()));
                features[(i * d) + j] = x;
                outputs[i] += weights[j] * x;
            }
        }

        double spread = Math.Sqrt(outputs.Average(z => z * z));
        return new LabelledData(features, outputs.Select(z => label(z, spread, random)).ToArray());
    }

    private static LabelledData Standardized(LabelledData data)
    {
        double[] deviations = data.FeatureScales().StandardDeviations;
        LabelledData varying = Columns(data, j => deviations[j] > 0);
        (double[] means, double[] scales) = varying.FeatureScales();
        return varying.Standardize(means, scales);
    }

    private static LabelledData WithUnitTargets(LabelledData data)
    {
        double[] y = data.Targets.ToArray();
        double mean = y.Average(), spread = Math.Sqrt(y.Average(t => (t - mean) * (t - mean)));
        return WithTargets(data, t => (t - mean) / spread);
    }

    private static LabelledData WithTargets(LabelledData data, Func<double, double> map) =>
        new(data.Features, data.Targets.ToArray().Select(map).ToArray(), data.FeatureNames);

    private static LabelledData Columns(LabelledData data, Func<int, bool> wanted)
    {
        int[] kept = [.. Enumerable.Range(0, data.Columns).Where(wanted)];
        double[] features = [.. Enumerable.Range(0, data.Rows).SelectMany(i => kept.Select(j => data.Row(i)[j]))];
        return new LabelledData(features, data.Targets, [.. kept.Select(j => data.FeatureNames[j])]);
    }

    private static LabelledData Rows(LabelledData data, Func<double, bool> wanted)
    {
        int[] kept = [.. Enumerable.Range(0, data.Rows).Where(i => wanted(data.Targets.Span[i]))];
        return new LabelledData(
            kept.SelectMany(i => data.Row(i).ToArray()).ToArray(), kept.Select(i => data.Targets.Span[i]).ToArray(), data.FeatureNames);
    }

    /// <summary>A shipped table: numbers only, a header, the target last.</summary>
    private static LabelledData Read(string name)
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "ML.Thermo.sln")))
            root = root.Parent;
        if (root is null)
            throw new DirectoryNotFoundException("The experiment reads test/data of the checkout and must run inside it.");
        double[][] table = [.. File.ReadLines(Path.Combine(root.FullName, "test", "data", name + ".csv")).Skip(1)
            .Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];
        return new LabelledData(table.SelectMany(row => row[..^1]).ToArray(), table.Select(row => row[^1]).ToArray());
    }
}
