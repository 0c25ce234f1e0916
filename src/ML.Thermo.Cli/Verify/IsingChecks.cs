using ML.Thermo.Ising;

namespace ML.Thermo.Cli.Verify;

/// <summary>The square Ising lattice: exact physics that any estimator must reproduce.</summary>
internal static class IsingChecks
{
    private static readonly double s_critical = InfiniteLattice.CriticalTemperature;
    private static readonly double[] s_grid = [.. Enumerable.Range(0, 31).Select(k => 1 + (k / 10.0))];

    public static IEnumerable<CheckGroup> Groups =>
    [
        new("Ising model: infinite and finite lattices", "Onsager 1944, Yang 1952, Kaufman 1949; an independent program", [.. Infinite(), .. Kaufman()]),
        new("Ising model: states counted", "an independent program", [.. Degeneracies(), .. Moments()]),
        new("Ising model: what learners find", "an independent program over the exact law", [.. Learners()]),
    ];

    private static IEnumerable<Check> Infinite()
    {
        yield return new("u, T = 2", -1.7455645753, 1e-9, () => InfiniteLattice.Energy(2));
        yield return new("m, T = 2", 0.9113193779, 1e-9, () => InfiniteLattice.Magnetisation(2));
        yield return new("c, T = 2", 0.72487145, 1e-7, () => InfiniteLattice.HeatCapacity(2));
        yield return new("u, T = 3", -0.8173095925, 1e-9, () => InfiniteLattice.Energy(3));
        yield return new("c, T = 3", 0.40137958, 1e-7, () => InfiniteLattice.HeatCapacity(3));
        yield return new("m, T = 2.2", 0.7847551314, 1e-9, () => InfiniteLattice.Magnetisation(2.2));
    }

    private static IEnumerable<Check> Kaufman()
    {
        (int Size, double T, double U, double C, double LogZ)[] rows =
        [
            (8, 2, -1.7456831703, 0.7141226029, 66.3445818792),
            (8, s_critical, -1.4915891074, 1.1455592399, 60.1417807891),
            (16, 2.5, -1.1313179844, 1.0649768829, 225.2288467559),
            (16, s_critical, -1.4530648528, 1.4987049594, 238.6422566351),
            (32, 2, -1.7455645270, 0.7248739782, 1051.1049876145),
            (32, s_critical, -1.4336584661, 1.8467675900, 952.6480795485),
            (64, s_critical, -1.4239383898, 2.1922113931, 3808.6722834198),
            (64, 2.5, -1.1060829925, 0.8618550832, 3601.8742693788),
        ];
        foreach ((int size, double t, double u, double c, double logZ) in rows)
        {
            string where = $"L = {size}, T = {(t == s_critical ? "T_c" : $"{t}")}";
            yield return new($"u, {where}", u, 1e-9, () => new ExactLattice(size).Energy(t));
            yield return new($"c, {where}", c, 1e-9, () => new ExactLattice(size).HeatCapacity(t));
            yield return new($"ln Z, {where}", logZ, 1e-8, () => new ExactLattice(size).LogPartition(t));
        }
    }

    private static IEnumerable<Check> Degeneracies()
    {
        (int Size, int Energy, long States)[] rows =
            [(4, -32, 2), (4, -24, 32), (4, -20, 64), (4, -8, 6688), (4, 0, 20524), (6, -72, 2), (6, -60, 144), (6, -40, 804078), (6, 0, 13172279424)];
        foreach ((int size, int energy, long states) in rows)
        {
            yield return new($"states of L = {size} at E = {energy}", states, 0, () =>
                EnumeratedLattice.Of(size).EnergyLevels().Single(level => level.Energy == energy).States);
        }
    }

    private static IEnumerable<Check> Moments()
    {
        (double T, double M, double Square, double Binder, double Susceptibility)[] rows =
        [
            (2, 0.9130939241, 0.8499052318, 0.6503165911, 0.2909649149),
            (s_critical, 0.8049765584, 0.6933165911, 0.6143562391, 0.7191373589),
            (2.5, 0.6774137638, 0.5286207511, 0.5540074165, 1.0041313506),
            (3, 0.4489254083, 0.2713742142, 0.3758917191, 0.8380823040),
        ];
        EnumeratedLattice Six() => EnumeratedLattice.Of(6);
        foreach ((double t, double m, double square, double binder, double susceptibility) in rows)
        {
            string where = $"L = 6, T = {(t == s_critical ? "T_c" : $"{t}")}";
            yield return new($"|m|, {where}", m, 1e-9, () => Six().Mean(t, level => Math.Abs(level.Magnetisation)) / 36);
            yield return new($"m², {where}", square, 1e-9, () => Six().Mean(t, level => Math.Pow(level.Magnetisation / 36.0, 2)));
            yield return new($"U₄, {where}", binder, 1e-9, () => Six().Binder(t));
            yield return new($"χ, {where}", susceptibility, 1e-8, () => Six().Susceptibility(t));
        }
    }

    private static IEnumerable<Check> Learners()
    {
        EnumeratedLattice Lattice(int size) => EnumeratedLattice.Of(size);
        yield return new("first component, L = 4", 0.6491282161, 1e-9, () => LatticeModes.Shares(s_grid)[0, 0]);
        yield return new("wave (1, 0), L = 4", 0.0375657656, 1e-9, () => LatticeModes.Shares(s_grid)[1, 0]);
        double Ratio(Func<LatticeLevel, double> observable) => LatticeModes.CorrelationRatio(Lattice(4), s_grid, observable);
        yield return new("η² of |m|, L = 4", 0.4659369464, 1e-9, () => Ratio(level => Math.Abs(level.Magnetisation)));
        yield return new("η² of the energy, L = 4", 0.5436755982, 1e-9, () => Ratio(level => level.Energy));
        (int Size, double Bias, double Weight, double Entropy, double Crossing)[] layers =
            [(4, -8.1426668092, 0.5753369310, 0.4230850853, 2.27050878), (6, -10.5633973204, 0.3503189634, 0.2802654342, 2.29545093)];
        foreach ((int size, double bias, double weight, double entropy, double crossing) in layers)
        {
            LatticeClassifier Layer() => LatticeClassifier.Fit(Lattice(size), s_grid, s_critical, level => Math.Abs(level.Magnetisation));
            yield return new($"layer's bias, L = {size}", bias, 1e-7, () => Layer().Bias);
            yield return new($"layer's weight, L = {size}", weight, 1e-8, () => Layer().Weight);
            yield return new($"layer's loss, L = {size}", entropy, 1e-9, () => Layer().CrossEntropy);
            yield return new($"layer's T_c, L = {size}", crossing, 1e-7, () => Layer().Crossing(Lattice(size)));
        }
    }
}
