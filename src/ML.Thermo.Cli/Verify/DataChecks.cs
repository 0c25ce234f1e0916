using System.Globalization;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Linear;
using ML.Thermo.Linear.Squared;
using ML.Thermo.Transitions;

namespace ML.Thermo.Cli.Verify;

/// <summary>Certified regressions, and states of trained systems whose data drift.</summary>
internal static class DataChecks
{
    public static IEnumerable<CheckGroup> Groups =>
    [
        new("Ground-state energies: residual sums of squares", "NIST Statistical Reference Datasets, linear regression, certified values",
            [.. Certified()], IsPublished: true),
        new("Trained systems under drift: Gaussian residuals, and D2 with (1.5 X, y + ½)", "closed forms and arithmetic independent of this library",
            [.. Drift()]),
    ];

    private static IEnumerable<Check> Certified()
    {
        (string Name, bool Intercept, double Sum)[] rows =
        [
            ("longley", true, 836424.055505915), ("norris", true, 26.6173985294224),
            ("pontius", true, 0.155761768796992e-5), ("noint1", false, 127.272727272727),
        ];
        foreach ((string name, bool intercept, double sum) in rows)
        {
            yield return new($"{name}", sum, 1e-12 * sum, () =>
            {
                LabelledData data = Embedded($"nist-{name}.csv");
                return data.Rows * LeastSquares.Solve(intercept ? data.WithIntercept() : data).Energy;
            });
        }
    }

    private static IEnumerable<Check> Drift()
    {
        yield return new("T of variance 0.04 → 0.16 (log-mean)", 0.0865617025, 1e-10,
            () => new Transition(TypeIIState.GaussianResiduals(0.16, 6), TypeIIState.GaussianResiduals(0.04, 6)).Temperature.Value);
        var drifted = new Lazy<(Transition Transition, double Retrained)>(() =>
        {
            double[] features = [.. SmallSystems.D2.Features.ToArray().Select(x => 1.5 * x)],
                targets = [.. SmallSystems.D2.Targets.ToArray().Select(y => y + 0.5)];
            var shifted = new LabelledData(features, targets);
            LinearSystem before = SmallSystems.Model("D2", "mse", "normal:0,1");
            return (new Transition(before.TypeII(shifted), before.TypeII()), new LinearSystem(shifted, Energy.MeanSquared, before.Law).GroundState.Energy);
        });
        yield return new("D2 shifted: E′", 0.7596153846, 1e-10, () => drifted.Value.Transition.From.Energy.Value);
        yield return new("D2 shifted: Var E′", 0.0872757541, 1e-10, () => drifted.Value.Transition.From.Variance.Value);
        yield return new("D2 shifted: ΔS", 3.0183919377, 1e-9, () => drifted.Value.Transition.DeltaEntropy.Value);
        yield return new("D2 shifted: T", 0.2385659268, 1e-10, () => drifted.Value.Transition.Temperature.Value);
        yield return new("D2 shifted: retrained E₀", 0.2574786325, 1e-10, () => drifted.Value.Retrained);
    }

    /// <summary>A csv file inside the program: numbers, the label last.</summary>
    private static LabelledData Embedded(string name)
    {
        using Stream stream = typeof(DataChecks).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        string[] lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        double[][] rows = [.. lines.Skip(1).Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];
        return new LabelledData(rows.SelectMany(row => row.SkipLast(1)).ToArray(), rows.Select(row => row[^1]).ToArray());
    }
}
