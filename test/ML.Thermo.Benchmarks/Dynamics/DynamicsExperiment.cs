using System.Diagnostics;
using ML.Thermo.Dynamics.Audit;
using ML.Thermo.Dynamics.Learning;
using ML.Thermo.Dynamics.Networks;
using ML.Thermo.Dynamics.Pairs;
using ML.Thermo.Dynamics.Reference;

namespace ML.Thermo.Benchmarks.Dynamics;

/// <summary>
/// Models of a thermo-viscoelastic lattice, all learned from twelve trajectories of eight nodes: roll-outs of 500 steps on that size and on 32 nodes, against the truth. The
/// networks are the shipped files of eng/networks/dynamics.py.
/// </summary>
/// <remarks>
/// The comparison is unfair, and in which way matters: the first two models know the roles of q, p and u, that edges act in pairs, and (the first) that laws are smooth
/// functions of distance. The two message-passing networks know the graph and momentum = velocity only. One training each; read orders of magnitude.
/// </remarks>
internal static class DynamicsExperiment
{
    private const int Steps = 500;
    private const double Step = 0.02;

    public static int Run(TextWriter output)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "dynamics");
        PairGraph small = ViscoelasticLattice.Strip(4, 2), large = ViscoelasticLattice.Strip(8, 4);
        List<PairRecord> records = [.. Enumerable.Range(0, 12).Select(i => new PairRecord(
            small, ViscoelasticLattice.Options, ViscoelasticLattice.Truth(small, ViscoelasticLattice.Start(4, 2, 1, (ulong)i), Step, 100, 4)))];
        FittedLaws fitted = PairFit.Of(records).Laws;
        using var networks = new NetworkLaws(Path.Combine(folder, "phi.onnx"), Path.Combine(folder, "gamma.onnx"), Path.Combine(folder, "kappa.onnx"));
        (string Name, Func<PairGraph, PairState, PairTrajectory> Future)[] models =
        [
            ("linear in its parameters, weak form", (graph, start) => Exact(graph, start, fitted)),
            ("neural edges in the exact step", (graph, start) => Exact(graph, start, networks)),
            ("blocks with degeneracy penalty", (graph, start) => Explicit(graph, start, Path.Combine(folder, "penalty.onnx"))),
            ("uninformed message passing", (graph, start) => Explicit(graph, start, Path.Combine(folder, "uninformed.onnx"))),
        ];
        output.WriteLine($"{"model",-38}{"nodes",6}{"rmse q",11}{"rmse p",11}{"rmse u",11}{"drift of true E",17}{"drawdown of S",15}{"s",7}");
        var errors = new double[models.Length, 2];
        for (int m = 0; m < models.Length; m++)
        {
            foreach ((PairGraph graph, PairState start, int size) in new[] { (small, ViscoelasticLattice.Start(4, 2, 1, 900), 0), (large, ViscoelasticLattice.Start(8, 4, 1, 900), 1) })
            {
                PairTrajectory truth = ViscoelasticLattice.Truth(graph, start, Step, Steps, 4);
                long begin = Stopwatch.GetTimestamp();
                PairTrajectory future = models[m].Future(graph, start);
                double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
                errors[m, size] = Rmse(future, truth, state => state.Positions);
                (double drift, double drawdown) = Laws(graph, future);
                output.WriteLine(
                    $"{models[m].Name,-38}{graph.Nodes,6}{errors[m, size],11:G3}{Rmse(future, truth, s => s.Momenta),11:G3}{Rmse(future, truth, s => s.InternalEnergies),11:G3}{drift,17:G3}{drawdown,15:G3}{seconds,7:F1}{(future.States.Count <= Steps ? $"  left its domain after {future.States.Count - 1} steps" : "")}");
            }
        }

        double onSmall = Math.Min(errors[2, 0], errors[3, 0]) / errors[1, 0], onLarge = Math.Min(errors[2, 1], errors[3, 1]) / errors[1, 1];
        output.WriteLine($"neural edges against the better of the other two networks: {onSmall:F0} times less error in q on 8 nodes (bar 10), {onLarge:F0} times on 32 (bar 100)");
        output.WriteLine("Unfair: the first two know the roles of q, p and u and that edges act in pairs; the last two know the graph only. One training each.");
        return onSmall >= 10 && onLarge >= 100 ? 0 : 1;
    }

    private static PairTrajectory Exact(PairGraph graph, PairState start, IPairLaws laws) =>
        RollOut.Of(new PairSystem(graph, laws, ViscoelasticLattice.Options), start, Step, Steps).Trajectory;

    private static PairTrajectory Explicit(PairGraph graph, PairState start, string path)
    {
        var edges = new Dictionary<string, long[]> { ["i"] = [.. graph.From.ToArray().Select(i => (long)i)], ["j"] = [.. graph.To.ToArray().Select(j => (long)j)] };
        using NetworkIntegrator model = NetworkIntegrator.Open(path, IntegratorForm.Rates, edges);
        double[][] z = [[.. start.Positions], [.. start.Momenta], [.. start.InternalEnergies]];
        List<PairState> states = [start.Copy()];
        for (int k = 0; k < Steps; k++)
        {
            model.Advance(z, Step);
            if (!z.All(part => part.All(double.IsFinite)) || z[2].Any(u => u <= 0))
                break; // it left its domain; errors are over the steps until then
            states.Add(new PairState(2, [.. z[0]], [.. z[1]], [.. z[2]]));
        }

        return new PairTrajectory(0, Step, states);
    }

    private static double Rmse(PairTrajectory future, PairTrajectory truth, Func<PairState, double[]> part) =>
        Math.Sqrt(future.States.Zip(truth.States, (a, b) => part(a).Zip(part(b), (x, y) => (x - y) * (x - y)).Average()).Average());

    /// <summary>The true energy's drift and the true entropy's drawdown along a predicted trajectory.</summary>
    private static (double Drift, double Drawdown) Laws(PairGraph graph, PairTrajectory future)
    {
        var system = new PairSystem(graph, ViscoelasticLattice.Laws, ViscoelasticLattice.Options);
        var audit = new LawAudit(new AuditOptions { Noise = AuditNoise.None, FitsIsotonic = false });
        for (int k = 0; k < future.States.Count; k++)
        {
            PairBalance balance = system.Balance(future.States[k]);
            audit.Add(k * Step, [balance.Kinetic, balance.Potential, balance.Internal], balance.Entropy);
        }

        LawReport report = audit.Report();
        return (report.FirstLaw!.MaxResidual, report.SecondLaw.Drawdown);
    }
}
