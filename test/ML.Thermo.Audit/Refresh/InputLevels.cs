using ML.Thermo.Initialization;
using ML.Thermo.Refresh;

namespace ML.Thermo.Audit.Refresh;

/// <summary>
/// What a window says of its inputs where nothing drifts: the shares of windows that ask for a refresh, that show drift, that call an input
/// broken, and in which any input's adjusted p-value is below the rate; without labels, and with losses that do not drift either.
/// </summary>
internal static class InputLevels
{
    private const double Rate = 0.05, BrokenShare = 0.15; // of the rate, as WindowDrift.Drift says

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
        ("six columns, one cell in ten empty", Inputs(6, category: false), (random, row) => Fill(row, () => random.NextDouble() < 0.1 ? double.NaN : random.NextNormal())),
        ("a column of 200 shops beside two numbers", [new("shop", IsCategory: true), new("a"), new("b")], (random, row) =>
        {
            row[0] = random.NextInteger(200);
            row[1] = random.NextNormal();
            row[2] = random.NextDouble();
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
                foreach (bool isLabelled in new[] { false, true })
                {
                    int refresh = 0, drift = 0, broken = 0, adjusted = 0;
                    Parallel.For(0, trials, i =>
                    {
                        WindowDrift found = Measure(inputs, draw, reference, window, isLabelled, (ulong)i);
                        Count(ref refresh, found.Refresh);
                        Count(ref drift, found.Drift);
                        Count(ref broken, found.Cause == DriftCause.BrokenInput);
                        Count(ref adjusted, found.Inputs.Any(input => input.AdjustedPValue <= Rate));
                    });
                    string at = $"{name}, {reference} against {window}{(isLabelled ? ", with losses" : "")}";
                    yield return Finding.Rate("windows that ask for a refresh", at, refresh, trials, Rate, exact: false);
                    yield return Finding.Rate("windows that show drift", at, drift, trials, Rate, exact: false);
                    yield return Finding.Rate("windows with a broken input", at, broken, trials, BrokenShare * Rate, exact: false);
                    if (!isLabelled)
                        yield return Finding.Rate("windows with an adjusted p ≤ 0.05", at, adjusted, trials, Rate, exact: false);
                }
            }
        }
    }

    private static WindowDrift Measure(DriftInput[] inputs, Action<RandomStream, double[]> draw, int reference, int window, bool isLabelled, ulong trial)
    {
        var random = new RandomStream(107, trial);
        double[] row = new double[inputs.Length];
        double[][] rows = [.. Enumerable.Range(0, reference + window).Select(_ =>
        {
            draw(random, row);
            return row.ToArray();
        })];
        for (int j = 0; j < inputs.Length; j++)
        {
            if (!inputs[j].IsCategory)
                continue;
            Dictionary<double, int> codes = rows[..reference].Select(r => r[j]).Distinct().Order().Select((value, code) => (value, code)).ToDictionary(pair => pair.value, pair => pair.code);
            foreach (double[] r in rows)
                r[j] = codes.TryGetValue(r[j], out int code) ? code : -1;
        }

        double Loss() => isLabelled ? random.NextDouble() : double.NaN;
        var builder = new DriftReferenceBuilder(inputs, new() { LeastEffect = 0, Seed = trial, Draws = 999 });
        foreach (double[] r in rows[..reference])
            builder.Observe(Loss(), double.NaN, r);
        DriftReference state = builder.Build();
        DriftWindow current = state.NewWindow();
        foreach (double[] r in rows[reference..])
            current.Observe(Loss(), double.NaN, r);
        return state.Measure(current);
    }

    private static void Count(ref int counter, bool hit)
    {
        if (hit)
            Interlocked.Increment(ref counter);
    }

    private static DriftInput[] Inputs(int count, bool category) => [.. Enumerable.Range(0, count).Select(j => new DriftInput($"x{j}", category))];

    private static void Fill(double[] row, Func<double> next)
    {
        for (int j = 0; j < row.Length; j++)
            row[j] = next();
    }
}
