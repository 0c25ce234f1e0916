using ML.Thermo.Dynamics.Audit;
using ML.Thermo.Dynamics.Metriplectic;
using ML.Thermo.Dynamics.Pairs;
using ML.Thermo.Dynamics.Reference;

namespace ML.Thermo.Cli.Verify;

/// <summary>Trajectories that keep both laws, and the law of the drawdown.</summary>
internal static class DynamicsChecks
{
    private static readonly string[] s_coordinates = ["position", "momentum", "internal energy"];

    public static IEnumerable<CheckGroup> Groups =>
    [
        new("A damped oscillator with a finite bath, t = 10, by steps that keep energy", "closed form", [.. Oscillator()]),
        new("Two gases and a wall at t = 8; a thermoelastic pendulum and a viscoelastic triangle at t = 5",
            "independent integrators that agree to 1e-8 or better", [.. Trajectories()]),
        new("The drawdown of n independent normal numbers", "the exact recursion in an independent program; n = 2 is Φ(3/√2)", [.. Drawdowns()]),
    ];

    private static IEnumerable<Check> Oscillator()
    {
        double[] expected = [-0.336851680590, 0.185345706985, 1.426088957093];
        var z = new Lazy<double[]>(() => March(new DampedOscillator(), DampedOscillator.Start, 10, 500));
        for (int i = 0; i < 3; i++)
        {
            int at = i;
            yield return new(s_coordinates[i], expected[i], 1e-7, () => z.Value[at]);
        }

        yield return new("energy after 500 steps", 1.5, 1e-13, () =>
            new DampedOscillator().Energy(Steps(new DampedOscillator(), DampedOscillator.Start, 10, 500)));
    }

    private static IEnumerable<Check> Trajectories()
    {
        yield return new("gases: wall", 1.1850488440, 1e-7, () => March(new GasContainers(), GasContainers.Start, 8, 800)[0]);
        yield return new("gases: energy", 4.924100203077, 1e-11, () => new GasContainers().Energy(Steps(new GasContainers(), GasContainers.Start, 8, 800)));
        yield return new("pendulum: entropy", 0.32124541481, 1e-6, () =>
            new ThermoelasticPendulum().Entropy(March(new ThermoelasticPendulum(), ThermoelasticPendulum.Start, 5, 1000)));
        yield return new("pendulum: energy", 3.66499830015, 1e-10, () =>
            new ThermoelasticPendulum().Energy(Steps(new ThermoelasticPendulum(), ThermoelasticPendulum.Start, 5, 500)));
        var triangle = new PairSystem(ViscoelasticLattice.TriangleGraph, ViscoelasticLattice.Laws, ViscoelasticLattice.Options);
        yield return new("triangle: energy, 250 steps", 6.367610703019, 1e-11, () =>
            RollOut.Of(triangle, ViscoelasticLattice.TriangleStart, 0.02, 250).Balances[^1].Energy);
        yield return new("triangle: entropy, one step", 3.600312120330, 1e-11, () =>
            RollOut.Of(triangle, ViscoelasticLattice.TriangleStart, 0.02, 1).Balances[^1].Entropy);
    }

    private static IEnumerable<Check> Drawdowns()
    {
        foreach ((int n, double x, double p) in new[] { (2, 3, 0.983052573238), (10, 3, 0.6433923416), (10, 4, 0.9257307072), (100, 4, 0.0743672246),
            (100, 5, 0.6530988135) })
            yield return new($"n = {n}, P(drawdown ≤ {x})", p, 1e-8, () => DrawdownLaw.Distribution(n, x));
        yield return new("isotonic rms of six numbers", Math.Sqrt((1.74 - (2.2 * 2.2 / 3) + 0.005) / 6), 1e-12, () =>
        {
            var fit = new IsotonicRegression();
            foreach (double value in new[] { 0, 1, 0.5, 0.7, 2, 1.9 })
                fit.Add(value);
            return fit.Rms;
        });
    }

    private static double[] Steps(MetriplecticSystem system, double[] start, double time, int steps)
    {
        var integrator = new MetriplecticIntegrator(system);
        for (int k = 0; k < steps; k++)
            integrator.Step(start, time / steps);
        return start;
    }

    /// <summary>Two step sizes: the error of the scheme goes with the square of the step.</summary>
    private static double[] March(MetriplecticSystem system, double[] start, double time, int steps) =>
        [.. Steps(system, [.. start], time, 2 * steps).Zip(Steps(system, [.. start], time, steps), (fine, coarse) => fine + ((fine - coarse) / 3))];
}
