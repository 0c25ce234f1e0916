using FsCheck;
using FsCheck.Fluent;
using ML.Thermo.Dynamics.Audit;
using ML.Thermo.Dynamics.Learning;
using ML.Thermo.Dynamics.Pairs;
using ML.Thermo.Dynamics.Reference;
using ML.Thermo.Initialization;

namespace ML.Thermo.Tests.Pairs;

/// <summary>The fast step, and the two ways to share the heat of friction.</summary>
public sealed class VerletTests
{
    private static readonly PairGraph Small = ViscoelasticLattice.Strip(4, 2);

    private static PairTrajectory Truth(PairSystem system, PairState start, double step, int steps, int parts)
    {
        PairState state = start.Copy();
        List<PairState> states = [start.Copy()];
        for (int k = 0; k < steps * parts; k++)
        {
            state = RungeKutta.Step(system, state, step / parts);
            if ((k + 1) % parts == 0)
                states.Add(state.Copy());
        }

        return new PairTrajectory(0, step, states);
    }

    private static double Apart(PairState a, PairState b) => new[] { (a.Positions, b.Positions), (a.Momenta, b.Momenta), (a.InternalEnergies, b.InternalEnergies) }
        .Max(pair => pair.Item1.Zip(pair.Item2, (x, y) => Math.Abs(x - y)).Max());

    private static double Spin(PairState state) => Enumerable.Range(0, state.Nodes).Sum(i =>
        (state.Positions[2 * i] * state.Momenta[(2 * i) + 1]) - (state.Positions[(2 * i) + 1] * state.Momenta[2 * i]));

    /// <summary>Halving the step divides the error of the state, and that of the energy, by four; entropy, momentum and angular momentum hold at either.</summary>
    [TestCase(FrictionHeat.Half)]
    [TestCase(FrictionHeat.ByInverseTemperature)]
    public void VerletIsOfSecondOrderAndLosesNoEntropy(FrictionHeat heat)
    {
        var system = new PairSystem(ViscoelasticLattice.TriangleGraph, ViscoelasticLattice.Laws, ViscoelasticLattice.Options with { FrictionHeat = heat });
        PairState start = ViscoelasticLattice.TriangleStart, exact = Truth(system, start, 5, 1, 4000).States[^1];
        RollOut coarse = RollOut.Of(system, start, 0.02, 250, scheme: PairScheme.Verlet), fine = RollOut.Of(system, start, 0.01, 500, scheme: PairScheme.Verlet);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Apart(coarse.Trajectory.States[^1], exact) / Apart(fine.Trajectory.States[^1], exact), Is.EqualTo(4).Within(0.4));
            Assert.That(coarse.MaxResidual / fine.MaxResidual, Is.EqualTo(4).Within(0.4));
            Assert.That(coarse.MaxResidual, Is.InRange(1e-6, 1e-2), "not exact, and small");
            foreach (RollOut run in new[] { coarse, fine })
            {
                Assert.That(run.LeastEntropyStep, Is.GreaterThan(0));
                Assert.That(run.Audit().SecondLaw.IsLawful);
                Assert.That(run.Audit().FirstLaw!.Class, Is.EqualTo(FirstLawClass.Bounded));
                Assert.That(run.Trajectory.States.Max(state => Math.Abs(Spin(state) - Spin(start))), Is.LessThan(1e-13));
                Assert.That(run.Iterations, Is.EqualTo(1));
            }
        }
    }

    /// <summary>Without friction and conduction it is the scheme of Verlet: run back from its end it returns to its beginning.</summary>
    [Test]
    public void WithoutDissipationTimeCanBeTurnedRound()
    {
        var springs = new PairLaws(r => 5 * (r - 1) * (r - 1), r => 10 * (r - 1), _ => 0, (_, _) => 0);
        PairState start = ViscoelasticLattice.Start(4, 2, 5, 0);
        RollOut there = RollOut.Of(new PairSystem(Small, springs), start, 0.05, 200, scheme: PairScheme.Verlet);
        PairState turned = there.Trajectory.States[^1].Copy();
        for (int i = 0; i < turned.Momenta.Length; i++)
            turned.Momenta[i] = -turned.Momenta[i];
        RollOut back = RollOut.Of(new PairSystem(Small, springs), turned, 0.05, 200, scheme: PairScheme.Verlet);
        Assert.That(back.Trajectory.States[^1].Positions, Is.EqualTo(start.Positions).Within(1e-10));
        Assert.That(there.Audit().FirstLaw!.Class, Is.EqualTo(FirstLawClass.Bounded));
    }

    /// <summary>However wild friction and conduction are, no step lowers the entropy, and what is rubbed off is heat.</summary>
    [FsCheck.NUnit.Property(MaxTest = 40)]
    public Property NoLawsOfAnEdgeLowerTheEntropy() => Prop.ForAll(
        ArbMap.Default.ArbFor<uint>(),
        seed =>
        {
            var random = new RandomStream(seed, 1);
            double rub = Math.Exp(3 * random.NextNormal()), conduct = Math.Exp(3 * random.NextNormal());
            var laws = new PairLaws(_ => 0, _ => 0, r => rub * Math.Abs(Math.Sin(30 * r)), (a, b) => conduct * Math.Sign(b - a) * Math.Exp(Math.Abs(b - a)));
            PairOptions options = new() { Entropy = NodeEntropy.Logarithmic(0.5 + random.NextDouble()), FrictionHeat = seed % 2 == 0 ? FrictionHeat.Half : FrictionHeat.ByInverseTemperature };
            RollOut run = RollOut.Of(new PairSystem(Small, laws, options), ViscoelasticLattice.Start(4, 2, seed, 2), 0.05, 20, scheme: PairScheme.Verlet);
            return (run.LeastEntropyStep >= -1e-13).Label($"entropy fell by {-run.LeastEntropyStep}")
                .And((run.MaxResidual < 1e-11 * run.Balances[0].Energy).Label($"energy moved by {run.MaxResidual}"));
        });

    /// <summary>A wall, a thermostat and a push: what the balance lacks falls with the square of the step, as the error of the energy does.</summary>
    [Test]
    public void WorkAndHeatCloseTheBalanceOfTheFastStep()
    {
        PairOptions options = ViscoelasticLattice.Options with
        {
            Fixed = [true, true, .. new bool[6]],
            HeldTemperatures = [.. Enumerable.Repeat(double.NaN, 6), 0.4, 2.0],
            AppliedForces = [.. new double[8], 0.5, 0, .. new double[6]],
        };
        PairState start = ViscoelasticLattice.Start(4, 2, 3, 0);
        start.Momenta.AsSpan(0, 4).Clear();
        var system = new PairSystem(Small, ViscoelasticLattice.Laws, options);
        RollOut run = RollOut.Of(system, start, 0.01, 300, scheme: PairScheme.Verlet), exact = RollOut.Of(system, start, 0.01, 300);
        RollOut fine = RollOut.Of(system, start, 0.005, 600, scheme: PairScheme.Verlet);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.MaxResidual / fine.MaxResidual, Is.EqualTo(4).Within(0.6));
            Assert.That(run.Heats[^1], Is.EqualTo(exact.Heats[^1]).Within(2e-3 * Math.Abs(exact.Heats[^1])));
            Assert.That(run.Works[^1], Is.EqualTo(exact.Works[^1]).Within(1e-3 * Math.Abs(exact.Works[^1]) + 1e-4));
            Assert.That(run.LeastEntropyStep, Is.GreaterThan(-1e-13));
            Assert.That(run.Trajectory.States[^1].Positions[..4], Is.EqualTo(start.Positions[..4]), "fixed nodes stay");
        }
    }

    [Test]
    public void AStepFarTooLargeSaysSo()
    {
        var stiff = new PairLaws(r => 1e8 * Math.Pow(r - 1, 4), r => 4e8 * Math.Pow(r - 1, 3), _ => 0, (_, _) => 0);
        Assert.That(
            () => RollOut.Of(new PairSystem(Small, stiff), ViscoelasticLattice.Start(4, 2, 1, 0), 1, 200, scheme: PairScheme.Verlet),
            Throws.TypeOf<ThermoException>().With.Message.Contains("smaller step"));
    }

    /// <summary>Shared by 1/T, the exact step keeps both laws as before, and the colder of two bodies takes the larger part.</summary>
    [Test]
    public void HeatSharedByTemperatureKeepsBothLaws()
    {
        PairOptions options = ViscoelasticLattice.Options with { FrictionHeat = FrictionHeat.ByInverseTemperature };
        var rub = new PairLaws(_ => 0, _ => 0, _ => 1, (_, _) => 0);
        RollOut pair = RollOut.Of(new PairSystem(new PairGraph(2, [0], [1]), rub, options), new PairState(1, [0, 1], [0.5, -0.5], [1, 3]), 0.01, 10);
        RollOut run = RollOut.Of(new PairSystem(Small, ViscoelasticLattice.Laws, options), ViscoelasticLattice.Start(4, 2, 4, 0), 0.02, 200);
        double[] warmed = [.. pair.Trajectory.States[^1].InternalEnergies.Zip(pair.Trajectory.States[0].InternalEnergies, (a, b) => a - b)];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(warmed[0] / warmed[1], Is.EqualTo(3).Within(0.2), "T₂/T₁ is three at the start");
            Assert.That(run.MaxResidual, Is.LessThan(1e-12));
            Assert.That(run.LeastEntropyStep, Is.GreaterThan(0));
        }
    }

    /// <summary>A fit that is told how heat is shared finds the friction; told wrongly, its energy equations do not fit.</summary>
    [Test]
    public void AFitTakesTheShareIntoAccount()
    {
        PairOptions options = ViscoelasticLattice.Options with { FrictionHeat = FrictionHeat.ByInverseTemperature };
        var system = new PairSystem(Small, ViscoelasticLattice.Laws, options);
        List<PairTrajectory> runs = [.. Enumerable.Range(0, 8).Select(i => Truth(system, ViscoelasticLattice.Start(4, 2, 31, (ulong)i), 0.02, 60, 2))];
        PairFit right = PairFit.Of([.. runs.Select(run => new PairRecord(Small, options, run))]), wrong = PairFit.Of([.. runs.Select(run => new PairRecord(Small, ViscoelasticLattice.Options, run))]);
        Assert.That(right.Laws.Kinds[0].Friction.Spline.Value(1), Is.EqualTo(ViscoelasticLattice.Friction(1)).Within(2e-3));
        Assert.That(wrong.EnergyRms, Is.GreaterThan(20 * right.EnergyRms));
    }
}
