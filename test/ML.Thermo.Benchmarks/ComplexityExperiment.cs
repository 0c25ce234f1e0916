using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using ML.Thermo.Curvature;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;

namespace ML.Thermo.Benchmarks;

/// <summary>
/// Does the equipartition ratio d·tr H²/(tr H)² foretell how many steps training takes, next to the condition number, which needs
/// eigenvalues, and to the temperature of the whole transition? An experiment, not a comparison of times: it has no bar.
/// </summary>
internal static class ComplexityExperiment
{
    private static readonly double[] Fractions = [0.01, 0.0001];
    private const int Starts = 5;

    /// <summary>Runs everything and writes the report as markdown.</summary>
    public static void Run(TextWriter output)
    {
        List<Row> rows = [];
        output.WriteLine("| set | origin | energy | n | d | ratio | ratio at w = 0 | condition | T | GD 1 % | GD 0.01 % | SGD 1 % |");
        output.WriteLine("|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (ComplexitySet set in ComplexitySets.All())
        {
            Row row = Measure(set);
            rows.Add(row);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {set.Name} | {set.Origin} | {set.Energy} | {set.Data.Rows} | {set.Data.Columns} | {row.Ratio:G4} | {row.RatioAtZero:G4} | {row.Condition:G4} | {row.Temperature:G4} | {Steps(row.One)} | {Steps(row.Hundredth)} | {Steps(row.Stochastic)}{(row.NoiseLimited ? "*" : "")} |"));
        }

        output.WriteLine();
        output.WriteLine("| sets | steps of | count | equipartition ratio | ratio at w = 0 | condition number | T |");
        output.WriteLine("|---|---|--:|---|---|---|---|");
        (string Name, Func<Row, bool> Wanted)[] groups =
            [("all", _ => true), ("mse", row => row.Set.Energy == Energy.MeanSquared), ("ce", row => row.Set.Energy == Energy.CrossEntropy),
            .. new[] { ComplexitySets.Generated, ComplexitySets.Standard, ComplexitySets.Measured }.Select(origin => (origin, (Func<Row, bool>)(row => row.Set.Origin == origin)))];
        (string Name, Func<Row, double> Of)[] counts =
            [("GD to 1 %", row => Order(row.One)), ("GD to 0.01 %", row => Order(row.Hundredth)), ("SGD to 1 %", row => Order(row.Stochastic))];
        foreach ((string name, Func<Row, bool> wanted) in groups)
        {
            Row[] group = [.. rows.Where(wanted)];
            foreach ((string steps, Func<Row, double> of) in counts)
            {
                output.WriteLine(
                    $"| {name} | {steps} | {group.Length} | {Correlate(group, r => r.Ratio, of)} | {Correlate(group, r => r.RatioAtZero, of)} | {Correlate(group, r => r.Condition, of)} | {Correlate(group, r => r.Temperature, of)} |");
            }
        }
    }

    private static Row Measure(ComplexitySet set)
    {
        int d = set.Data.Columns;
        ParameterLaw law = ParameterLaw.Same(InitializationLaw.Normal(0, 1), d);
        var system = new LinearSystem(set.Data, set.Energy, law);
        HessianTraces traces = HessianTraces.OfLinearModel(set.Data, set.Energy, system.GroundState.Parameters);
        var descent = new ComplexityDescent(set, system.GroundState);
        double[][] starts = [.. Enumerable.Range(0, Starts).Select(k => Draw(law, (ulong)k))];
        long[][] gradient = [.. starts.Select(start => descent.GradientSteps(start, Fractions))];
        (long Steps, bool NoiseLimited)[] stochastic =
            [.. starts.Select((start, k) => descent.StochasticSteps(start, Fractions[0], traces.Trace.Value, (ulong)k))];
        return new Row(
            set,
            traces.EquipartitionRatio.Value,
            HessianTraces.OfLinearModel(set.Data, set.Energy, new double[d]).EquipartitionRatio.Value,
            Condition(set, system.GroundState),
            system.Train().Temperature.Value,
            Median(gradient.Select(steps => steps[0])),
            Median(gradient.Select(steps => steps[1])),
            Median(stochastic.Select(run => run.Steps)),
            stochastic.Count(run => run.NoiseLimited) > Starts / 2);
    }

    /// <summary>λ_max/λ_min of the Hessian at the ground state, directions without curvature left out.</summary>
    private static double Condition(ComplexitySet set, GroundState ground)
    {
        double[] outputs = set.Data.Outputs(ground.Parameters);
        double[] weighted = set.Data.Features.ToArray();
        for (int i = 0; i < weighted.Length; i++)
        {
            int row = i / set.Data.Columns;
            weighted[i] *= Math.Sqrt(set.Energy.Curvature(outputs[row], set.Data.Targets.Span[row]));
        }

        Vector<double> spectrum = ComplexityDescent.Spectrum(ComplexityDescent.MomentMatrix(new LabelledData(weighted, set.Data.Targets))).Values;
        double top = spectrum.Maximum();
        return top / spectrum.Where(value => value > 1e-13 * top).Min();
    }

    private static double[] Draw(ParameterLaw law, ulong index)
    {
        double[] start = new double[law.Count];
        law.Draw(new RandomStream(1, index), start);
        return start;
    }

    private static string Correlate(Row[] rows, Func<Row, double> predictor, Func<Row, double> steps)
    {
        Row[] known = [.. rows.Where(row => double.IsFinite(predictor(row)))];
        double[] a = [.. known.Select(predictor)], b = [.. known.Select(steps)];
        (double low, double high) = RankCorrelation.Interval(a, b);
        string left = known.Length < rows.Length ? $", {known.Length} sets" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{RankCorrelation.Of(a, b):F3} ({low:F2} … {high:F2}{left})");
    }

    /// <summary>A censored run is longer than any that ended.</summary>
    private static double Order(long steps) => steps < 0 ? double.MaxValue : steps;

    private static long Median(IEnumerable<long> steps) => steps.OrderBy(Order).ElementAt(Starts / 2);

    private static string Steps(long steps) => steps < 0 ? "censored" : steps.ToString(CultureInfo.InvariantCulture);

    private sealed record Row(
        ComplexitySet Set, double Ratio, double RatioAtZero, double Condition, double Temperature, long One, long Hundredth, long Stochastic, bool NoiseLimited);
}
