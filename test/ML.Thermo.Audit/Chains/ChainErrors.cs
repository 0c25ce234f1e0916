using ML.Thermo.Initialization;
using ML.Thermo.Langevin;
using ML.Thermo.Tests.Langevin;

namespace ML.Thermo.Audit.Chains;

/// <summary>What a Langevin chain states of its equilibrium, in wells whose law is known in closed form.</summary>
internal static class ChainErrors
{
    private const double T = 0.5, Step = 0.01;

    /// <summary>Errors of E, C, λ and the two temperatures where there are a hundred independent draws or more; T and p/2 are exact.</summary>
    public static IEnumerable<Finding> Numbers(bool isQuick)
    {
        int trials = isQuick ? 60 : 300;
        (string Name, double[] Strengths, double[] Powers, double Lambda)[] wells =
        [
            ("two equal wells", [1, 1], [2, 2], 1),
            ("five wells, stiffness 1 to 30", [1, 2, 5, 12, 30], [2, 2, 2, 2, 2], 2.5),
            ("three wells of fourth power", [1, 1, 1], [4, 4, 4], 0.75),
        ];
        foreach ((string name, double[] strengths, double[] powers, double lambda) in isQuick ? wells[..1] : wells)
        {
            var runs = new Equilibrium[trials];
            Parallel.For(0, trials, trial => runs[trial] = Run(
                new Wells([.. strengths.Select(a => a / 2)], powers), new double[powers.Length], 40_000, 0.1, trial));
            Equilibrium[] enough = [.. runs.Where(run => run.IndependentDraws >= 100)];
            string at = $"{name}, {enough.Length} of {trials} with 100 independent draws";
            yield return Spread.Ratio("error of E, chain", at, [.. enough.Select(run => run.Energy)], lambda * T);
            yield return Spread.Ratio("error of C", at, [.. enough.Select(run => run.HeatCapacity)], lambda);
            yield return Spread.Ratio("error of λ, chain", at, [.. enough.Select(run => run.LearningCoefficient.Value)], lambda);
            yield return Spread.Ratio("error of T by equipartition", at, [.. enough.Select(run => run.EquipartitionTemperature)], T);
            yield return Spread.Ratio("error of T by configuration", at, [.. enough.Select(run => run.ConfigurationalTemperature)], T);
        }
    }

    /// <summary>How often a chain in equilibrium is said to be none, though it spans few relaxation times of its slowest direction; and how often one
    /// that starts far away is found out.</summary>
    public static IEnumerable<Finding> Gate(bool isQuick)
    {
        int trials = isQuick ? 100 : 400;
        (string Name, double[] Strengths)[] wells =
        [
            ("one direction", [1]),
            ("five equal directions", [1, 1, 1, 1, 1]),
            ("five directions, stiffness 1 to 100", [1, 3, 10, 30, 100]),
        ];
        foreach ((string name, double[] a) in isQuick ? wells[..2] : wells)
        {
            foreach (int span in isQuick ? [5] : new[] { 2, 5, 10, 100 })
            {
                int flagged = Count(trial => Boltzmann(a, trial), a, span, 0.5, trials);
                yield return Finding.Rate("NotInEquilibrium, in equilibrium", $"{name}, {span} relaxation times", flagged, trials, 0.05, exact: false);
            }

            foreach (double far in new[] { 30.0, 100 })
            {
                int found = Count(trial => Far(a, trial, far), a, 5, 0.01, trials);
                yield return Spread.Covered("NotInEquilibrium, far away", $"{name}, {far:0} spreads, 5 relaxation times", found, trials, 0.95);
            }
        }
    }

    private static int Count(Func<int, double[]> start, double[] a, int span, double warmUp, int trials)
    {
        int count = 0, epochs = (int)(span / (a.Min() * Step) / (1 - warmUp));
        Parallel.For(0, trials, trial =>
        {
            if (!Run(new Wells([.. a.Select(x => x / 2)], [.. a.Select(_ => 2.0)]), start(trial), epochs, warmUp, trial).IsReached)
                Interlocked.Increment(ref count);
        });
        return count;
    }

    private static Equilibrium Run(Wells wells, double[] start, int epochs, double warmUp, int trial) => LangevinSampler.Run(
        wells, start, new() { StepSize = Step, Bath = Bath.Constant(T), Epochs = epochs, WarmUp = warmUp, Seed = (ulong)trial + 1, GroundEnergy = 0 }).Equilibrium;

    private static double[] Boltzmann(double[] a, int trial)
    {
        var random = new RandomStream(61, (ulong)trial);
        return [.. a.Select(x => random.NextNormal() * Math.Sqrt(T / x))];
    }

    private static double[] Far(double[] a, int trial, double spreads)
    {
        double[] start = Boltzmann(a, trial);
        start[0] = spreads * Math.Sqrt(T / a[0]);
        return start;
    }
}
