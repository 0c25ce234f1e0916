using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;
using ML.Thermo.Transitions;

namespace ML.Thermo.Audit.Transitions;

/// <summary>ΔE of a linear model on held-out rows: its paired error is the spread over row samples of one law, with the parameters kept.</summary>
internal static class HeldOutRows
{
    private const int Columns = 4;

    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int trials = isQuick ? 150 : 600;
        foreach (Energy energy in Energy.All)
        {
            var law = new ParameterLaw([.. Enumerable.Range(0, Columns).Select(_ => InitializationLaw.Normal(0, 1))]);
            var system = new LinearSystem(Rows(new RandomStream(41, 0), 200, energy), energy, law);
            Transition[] runs = [.. Enumerable.Range(1, trials).Select(trial =>
            {
                LabelledData fresh = Rows(new RandomStream(41, (ulong)trial), 150, energy);
                return system.Train(fresh, new() { Draws = 256, Seed = (ulong)trial });
            })];
            double truth = system.Train(Rows(new RandomStream(41, 1UL << 40), 50_000, energy), new() { Draws = 256 }).Temperature.Value;
            string at = $"{energy}, 150 rows";
            yield return Spread.Ratio("error of ΔE, held-out rows", at, [.. runs.Select(run => run.DeltaEnergy)]);
            yield return Spread.Ratio("error of E, held-out rows", at, [.. runs.Select(run => run.To.Energy)]);
            yield return Spread.Ratio("error of S, held-out rows", at, [.. runs.Select(run => new Estimate(run.To.Entropy.Value, run.To.Entropy.StandardError))]);
            yield return Spread.Ratio("error of Var E, held-out rows", at, [.. runs.Select(run => run.To.Variance)]);
            Estimate[] Far(Func<Transition, Estimate> number) =>
                [.. runs.Where(run => (run.Status & (Status.Undefined | Status.NearPole)) == Status.Defined).Select(number)];
            yield return Spread.Ratio("error of T, held-out rows", at, Far(run => run.Temperature));
            Transition[] bounded = [.. runs.Where(run => run.TemperatureConfidence is not null)];
            yield return Spread.Covered("95 % interval of T, held-out rows", at, bounded.Count(run => run.TemperatureConfidence!.Value.Contains(truth)), bounded.Length, 0.9);
            yield return Spread.Ratio("error of ΔS, held-out rows", at, Far(run => run.DeltaEntropy));
            yield return Spread.Ratio("error of β, held-out rows", at, Far(run => run.Beta));
            yield return Spread.Ratio("error of T_G, held-out rows", at, Far(run => run.GaussianTemperature));
            yield return Spread.Ratio("error of T_res, held-out rows", at, Far(run => run.ResolvedTemperature));
        }
    }

    private static LabelledData Rows(RandomStream random, int count, Energy energy)
    {
        double[] features = [.. Enumerable.Range(0, count * Columns).Select(_ => random.NextNormal())];
        double[] targets = [.. Enumerable.Range(0, count).Select(row =>
        {
            double output = features[row * Columns] - (0.5 * features[(row * Columns) + 1]);
            return !energy.IsOfLabels ? output + random.NextNormal() : random.NextDouble() < 1 / (1 + Math.Exp(-output)) ? 1 : 0;
        })];
        return new LabelledData(features, targets);
    }
}
