using ML.Thermo.Initialization;
using ML.Thermo.Refresh;

namespace ML.Thermo.Audit.Refresh;

/// <summary>The window rule without labels: the share of flagged windows where nothing drifts.</summary>
internal static class InputLevels
{
    private static readonly (int Reference, int Window)[] s_sizes = [(60, 20), (60, 60), (200, 50), (1000, 20), (300, 300)];

    private static readonly (string Name, DriftInput[] Inputs, Action<RandomStream, double[]> Draw)[] s_tables =
    [
        ("five columns of four texts", Inputs(5, category: true), (random, row) => Fill(row, () => random.NextInteger(4))),
        ("eight columns of 2 to 40 skewed texts", Inputs(8, category: true), (random, row) =>
        {
            for (int j = 0; j < row.Length; j++)
                row[j] = Math.Min(Math.Floor(-Math.Log(random.NextDouble()) * (1 << j) / 3), 40);
        }),
        ("five normal columns", Inputs(5, category: false), (random, row) => Fill(row, random.NextNormal)),
        ("twenty columns with a common part", Inputs(20, category: false), (random, row) =>
        {
            double common = random.NextNormal();
            Fill(row, () => common + random.NextNormal());
        }),
        ("five columns of small counts", Inputs(5, category: false), (random, row) => Fill(row, () => Math.Floor(-Math.Log(random.NextDouble()) * 2))),
    ];

    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int trials = isQuick ? 200 : 1000;
        foreach ((string name, DriftInput[] inputs, Action<RandomStream, double[]> draw) in s_tables)
        {
            foreach ((int reference, int window) in s_sizes)
            {
                int flagged = 0;
                Parallel.For(0, trials, i =>
                {
                    var random = new RandomStream(107, (ulong)i);
                    double[] row = new double[inputs.Length];
                    var builder = new DriftReferenceBuilder(inputs, new() { LeastEffect = 0, Seed = (ulong)i, Draws = 999 });
                    double[][] rows = [.. Enumerable.Range(0, reference + window).Select(_ =>
                    {
                        draw(random, row);
                        return row.ToArray();
                    })];
                    HashSet<double>[] known = [.. inputs.Select((_, j) => rows[..reference].Select(r => r[j]).ToHashSet())];
                    for (int j = 0; j < inputs.Length; j++)
                    {
                        if (!inputs[j].IsCategory)
                            continue;
                        Dictionary<double, int> codes = known[j].Order().Select((value, code) => (value, code)).ToDictionary(pair => pair.value, pair => pair.code);
                        foreach (double[] r in rows)
                            r[j] = codes.TryGetValue(r[j], out int code) ? code : -1;
                    }

                    foreach (double[] r in rows[..reference])
                        builder.Observe(double.NaN, double.NaN, r);
                    DriftReference state = builder.Build();
                    DriftWindow current = state.NewWindow();
                    foreach (double[] r in rows[reference..])
                        current.Observe(double.NaN, double.NaN, r);
                    if (state.Measure(current).Refresh)
                        Interlocked.Increment(ref flagged);
                });
                yield return Finding.Rate("flagged windows, no labels", $"{name}, {reference} against {window}", flagged, trials, 0.05, exact: false);
            }
        }
    }

    private static DriftInput[] Inputs(int count, bool category) => [.. Enumerable.Range(0, count).Select(j => new DriftInput($"x{j}", category))];

    private static void Fill(double[] row, Func<double> next)
    {
        for (int j = 0; j < row.Length; j++)
            row[j] = next();
    }
}
