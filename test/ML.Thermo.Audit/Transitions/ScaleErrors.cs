using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;
using ML.Thermo.Transitions;

namespace ML.Thermo.Audit.Transitions;

/// <summary>Temperatures that a linear system gets from draws: their errors are a jackknife over eight batches, against the spread over seeds.</summary>
internal static class ScaleErrors
{
    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int trials = isQuick ? 40 : 200;
        foreach (Energy energy in new[] { Energy.MeanSquared, Energy.MeanAbsolute })
        {
            LinearSystem system = System(energy, 60);
            TransitionOptions Seeded(int seed) => new() { Entropy = new KozachenkoLeonenko(), Draws = 4096, Seed = (ulong)seed };
            string at = $"{energy}, 3 uniform parameters, 4096 draws";
            yield return Spread.Ratio("error of T_diff", at, Runs(seed => system.DifferentialTemperature(Seeded(seed))));
            if (energy != Energy.MeanAbsolute)
                continue;
            LinearSystem many = System(energy, 5000); // of fewer rows the variance is a double sum, without error
            yield return Spread.Ratio("error of the equipartition ratio, mae", $"{at}, 5000 rows", [.. Enumerable.Range(1, isQuick ? 10 : 60)
                .Select(seed => many.EquipartitionRatio(Seeded(seed)))]);
        }

        LinearSystem System(Energy energy, int rows)
        {
            var random = new RandomStream(47, 0);
            double[] features = [.. Enumerable.Range(0, 3 * rows).Select(_ => random.NextNormal())];
            double[] targets = [.. Enumerable.Range(0, rows).Select(row => features[3 * row] + random.NextNormal())];
            return new(new LabelledData(features, targets), energy, new([.. Enumerable.Range(0, 3).Select(_ => InitializationLaw.Uniform(-1, 2))]));
        }

        Estimate[] Runs(Func<int, Estimate> number) =>
            [.. Enumerable.Range(1, trials).Select(number).Where(run => run.IsDefined && run.StandardError > 0)];
    }
}
