using ML.Thermo.Ising;
using ML.Thermo.Scans;

namespace ML.Thermo.Cli.Verify;

/// <summary>Scans of exact laws, of samples and of counts.</summary>
internal static class ScanChecks
{
    public static IEnumerable<CheckGroup> Groups =>
        [new("Scans: distances, peaks, length, estimators", "an independent program over exact tables", [.. Lattice(), .. Estimators()])];

    private static IEnumerable<Check> Lattice()
    {
        yield return new("D, T = 2.1 | 2.2, L = 4", 0.0061866530, 1e-10, () => At(2.15).Linear.Value);
        yield return new("total variation", 0.0669857536, 1e-10, () => At(2.15).TotalVariation.Value);
        yield return new("Jensen–Shannon", 0.0031043693, 1e-10, () => At(2.15).JensenShannon.Value);
        yield return new("Hellinger²", 0.0031099596, 1e-10, () => At(2.15).Hellinger.Value);
        yield return new("D, T = 3 | 3.1", 0.0024765980, 1e-10, () => At(3.05).Linear.Value);
        yield return new("abruptness at the peak", 1.951306, 1e-6, () => At(2.15).Abruptness);
        yield return new("place of the peak", 2.144472, 1e-6, () => Scanned().Transitions[0].At.Value);
        yield return new("length, T = 1 to 5", 3.6414251997, 1e-9, () => Scanned().Length.Value);
    }

    private static IEnumerable<Check> Estimators()
    {
        double[][] laws = [[.5, .3, .2], [.4, .3, .3], [.2, .3, .5]];
        int[][] outcomes = [[0, 0, 1, 2], [0, 1, 2, 2], [2, 2, 1, 0]];
        double[][][] samples = [.. outcomes.Select(group => group.Select(y => laws.Select(law => Math.Log(law[y])).ToArray()).ToArray())];
        Estimate Likelihood(bool pooled) => Scan.Likelihoods(ControlGrid.Of("x", [1, 2, 3]), samples, pooled: pooled).Splits[1].Linear;
        Estimate Pairs() => Scan.Counts(ControlGrid.Of("x", [1, 2]), [[12, 7, 1, 0], [5, 9, 4, 2]], new ScanOptions { Permutations = 0 }).Splits[0].Linear;
        yield return new("D by windows of likelihoods", 0.059027777778, 1e-11, () => Likelihood(false).Value);
        yield return new("D by pooled likelihoods", 0.061553030303, 1e-11, () => Likelihood(true).Value);
        yield return new("its error", 0.012047499191, 1e-11, () => Likelihood(true).StandardError);
        yield return new("D by pairs of counts", 0.127375, 1e-11, () => Pairs().Value);
        yield return new("its error", 0.141800902044, 1e-11, () => Pairs().StandardError);
        yield return new("critical value, 11 splits, ν = 19", 3.2059064558, 1e-8, () => PeakTest.CriticalValue(11, 19, 0.05));
    }

    private static ScanSplit At(double place) => Scanned().Splits.MinBy(split => Math.Abs(split.At - place))!;

    private static ScanReport Scanned()
    {
        var grid = ControlGrid.Parse("T", "1..5:.1", GridScale.Linear);
        return Scan.Laws(grid, [.. grid.Values.Select(EnumeratedLattice.Of(4).EnergyLaw)]);
    }
}
