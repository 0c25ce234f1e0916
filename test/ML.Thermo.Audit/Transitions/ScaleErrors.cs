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
            var law = new ParameterLaw([.. Enumerable.Range(0, 3).Select(_ => InitializationLaw.Uniform(-1, 2))]);
            var random = new RandomStream(47, 0);
            double[] features = [.. Enumerable.Range(0, 180).Select(_ => random.NextNormal())];
            double[] targets = [.. Enumerable.Range(0, 60).Select(row => features[3 * row] + random.NextNormal())];
            var system = new LinearSystem(new LabelledData(features, targets), energy, law);
            TransitionOptions Seeded(int seed) => new() { Entropy = new KozachenkoLeonenko(), Draws = 4096, Seed = (ulong)seed };
            string at = $"{energy}, 3 uniform parameters, 4096 draws";
            yield return Spread.Ratio("error of T_diff", at, Runs(seed => system.DifferentialTemperature(Seeded(seed))));
            if (energy == Energy.MeanAbsolute)
                yield return Spread.Ratio("error of the equipartition ratio, mae", at, Runs(seed => system.EquipartitionRatio(Seeded(seed))));
        }

        Estimate[] Runs(Func<int, Estimate> number) =>
            [.. Enumerable.Range(1, trials).Select(number).Where(run => run.IsDefined && run.StandardError > 0)];
    }
}
