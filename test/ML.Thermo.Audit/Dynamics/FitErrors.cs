using ML.Thermo.Dynamics.Learning;
using ML.Thermo.Dynamics.Pairs;
using ML.Thermo.Dynamics.Reference;
using ML.Thermo.Initialization;

namespace ML.Thermo.Audit.Dynamics;

/// <summary>Standard errors of learned pair laws over data sets with noise of their own. The bias of sampling in time is not in them, so the spread
/// is about the mean.</summary>
internal static class FitErrors
{
    private const double Noise = 1e-2;

    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int sets = isQuick ? 20 : 60;
        PairGraph graph = ViscoelasticLattice.Strip(4, 2);
        FittedKind[] fits = new FittedKind[sets];
        Parallel.For(0, sets, set =>
        {
            List<PairRecord> records = [.. Enumerable.Range(0, 8).Select(run => new PairRecord(graph, ViscoelasticLattice.Options, Noisy(
                ViscoelasticLattice.Truth(graph, ViscoelasticLattice.Start(4, 2, 200 + (ulong)set, (ulong)run), 0.02, 100, 2),
                new RandomStream(200 + (ulong)set, 1000 + (ulong)run))))];
            fits[set] = PairFit.Of(records, new FitOptions { Window = 20 }).Laws.Kinds[0];
        });
        foreach ((string name, Func<FittedKind, FittedFunction> of, double place) in new (string, Func<FittedKind, FittedFunction>, double)[]
        {
            ("φ' at 0.95", kind => kind.Tension, 0.95), ("φ' at 1.05", kind => kind.Tension, 1.05), ("γ at 1", kind => kind.Friction, 1),
        })
            yield return Spread.Ratio($"dynamics fit: error of {name}", "8 trajectories of 8 nodes, noise 0.01", [.. fits.Select(kind => of(kind).At(place))]);
    }

    private static PairTrajectory Noisy(PairTrajectory exact, RandomStream random)
    {
        double[] Shake(double[] values) => [.. values.Select(value => value + (Noise * random.NextNormal()))];
        return new PairTrajectory(
            0, exact.Step, [.. exact.States.Select(state => new PairState(2, Shake(state.Positions), Shake(state.Momenta), Shake(state.InternalEnergies)))]);
    }
}
