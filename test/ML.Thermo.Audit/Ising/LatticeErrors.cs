using System.Globalization;
using ML.Thermo.Initialization;
using ML.Thermo.Ising;

namespace ML.Thermo.Audit.Ising;

/// <summary>What a chain of samples states of a lattice whose every state can be counted.</summary>
internal static class LatticeErrors
{
    private const int Size = 4, Samples = 2000;

    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int trials = isQuick ? 60 : 300;
        EnumeratedLattice exact = EnumeratedLattice.Of(Size);
        foreach (double t in isQuick ? [2.3] : new[] { 1.8, 2.3, 3.5 })
        {
            var runs = new LatticeMeasurement[trials];
            Parallel.For(0, trials, trial => runs[trial] = LatticeMeasurement.Run(Size, t, Samples, new RandomStream(113, (ulong)trial)));
            double spins = exact.Spins;
            (string Name, Func<LatticeMeasurement, Estimate> Of, double Truth)[] numbers =
            [
                ("energy", run => run.Energy, exact.Mean(t, level => level.Energy) / spins),
                ("heat capacity", run => run.HeatCapacity, exact.EnergyVariance(t) / spins / (t * t)),
                ("magnetisation", run => run.Magnetisation, exact.Mean(t, level => Math.Abs(level.Magnetisation)) / spins),
                ("squared magnetisation", run => run.SquaredMagnetisation, exact.Mean(t, level => Math.Pow(level.Magnetisation / spins, 2))),
                ("Binder's cumulant", run => run.Binder, exact.Binder(t)),
                ("susceptibility", run => run.Susceptibility, exact.Susceptibility(t)),
            ];
            string at = string.Create(CultureInfo.InvariantCulture, $"4 × 4 lattice, T = {t}, {Samples} samples");
            foreach ((string name, Func<LatticeMeasurement, Estimate> of, double truth) in numbers)
                yield return Spread.Ratio($"lattice: error of the {name}", at, [.. runs.Select(of)], truth);
        }
    }
}
