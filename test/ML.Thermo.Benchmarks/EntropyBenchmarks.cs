using ML.Thermo.Entropies;
using ML.Thermo.Initialization;

namespace ML.Thermo.Benchmarks;

/// <summary>Entropy estimation against the sort that it cannot do without.</summary>
internal static class EntropyBenchmarks
{
    public static IEnumerable<Comparison> Comparisons()
    {
        double[] energies = new double[1_000_000];
        new RandomStream(1, 0).FillNormal(energies);
        var estimator = new KozachenkoLeonenko();
        yield return new Comparison(
            "Kozachenko–Leonenko, 1-D, N = 1,000,000, k = 4",
            "Array.Sort of a copy of the same array",
            () => estimator.Estimate(default, energies),
            () => Array.Sort((double[])energies.Clone()),
            1.5);
    }
}
