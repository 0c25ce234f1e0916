using FsCheck;
using FsCheck.Fluent;
using ML.Thermo.Dynamics.Audit;
using ML.Thermo.Dynamics.Pairs;
using ML.Thermo.Dynamics.Reference;
using ML.Thermo.Initialization;

namespace ML.Thermo.Tests.Pairs;

public sealed class PairStepTests
{
    private static PairSystem Triangle => new(ViscoelasticLattice.TriangleGraph, ViscoelasticLattice.Laws, ViscoelasticLattice.Options);

    // Golden: an independent program, one step of h = 0.02.
    [Test]
    public void OneStepOfTheTriangleIsTheGoldenOne()
    {
        PairState state = ViscoelasticLattice.TriangleStart;
        Assert.That(Triangle.Balance(state).Entropy, Is.EqualTo(3.583518938456).Within(1e-11));
        new PairStep(Triangle, 2).Advance(state, 0.02);
        PairBalance balance = Triangle.Balance(state);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(state.Positions[..2], Is.EqualTo(new[] { 0.006396265554, -0.003925390628 }).Within(1e-11));
            Assert.That(state.Momenta[..2], Is.EqualTo(new[] { 0.339626555401, -0.192539062843 }).Within(1e-11));
            Assert.That(state.InternalEnergies, Is.EqualTo(new[] { 1.010097801251, 2.001796995396, 2.992363747927 }).Within(1e-11));
            Assert.That(balance.Entropy, Is.EqualTo(3.600312120330).Within(1e-11));
            Assert.That(balance.Energy, Is.EqualTo(6.367610703019).Within(1e-11));
        }
    }

    // Golden: two integrators of an independent program, to 1e-8.
    [TestCase(1, new[] { 0.2564796189, -0.1808593106, 1.1192981585, 0.3028472472, 0.2242222226, 0.7780120634 }, new[] { 1.4187133531, 2.0629373958, 2.6975159631 }, 4.132425189650)]
    [TestCase(5, new[] { 1.1130069377, 0.2893768496, 0.2455288871, 0.8074053106, 0.2414641752, -0.1967821602 }, new[] { 1.9714933359, 2.0775954347, 2.1828508338 }, 4.381268445)]
    public void TheTriangleReachesItsGoldenStates(int time, double[] positions, double[] energies, double entropy)
    {
        PairState exact = ViscoelasticLattice.Truth(ViscoelasticLattice.TriangleGraph, ViscoelasticLattice.TriangleStart, time, 1, 1000 * time).States[^1];
        Assert.That(exact.Positions, Is.EqualTo(positions).Within(1e-8));
        Assert.That(exact.InternalEnergies, Is.EqualTo(energies).Within(1e-8));
        Assert.That(Triangle.Balance(exact).Entropy, Is.EqualTo(entropy).Within(1e-8));
    }

    // Golden: errors at t = 5, measured elsewhere.
    [TestCase(0.04, 2.71e-3)]
    [TestCase(0.02, 6.78e-4)]
    [TestCase(0.01, 1.72e-4)]
    public void TheStepIsOfSecondOrderAndKeepsEverything(double step, double error)
    {
        PairState start = ViscoelasticLattice.TriangleStart;
        RollOut run = RollOut.Of(Triangle, start, step, (int)Math.Round(5 / step));
        PairState exact = ViscoelasticLattice.Truth(ViscoelasticLattice.TriangleGraph, start, 5, 1, 4000).States[^1], last = run.Trajectory.States[^1];
        double worst = new[] { (last.Positions, exact.Positions), (last.Momenta, exact.Momenta), (last.InternalEnergies, exact.InternalEnergies) }
            .Max(pair => pair.Item1.Zip(pair.Item2, (a, b) => Math.Abs(a - b)).Max());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(worst, Is.EqualTo(error).Within(0.02 * error));
            Assert.That(run.MaxResidual, Is.LessThan(2e-14));
            Assert.That(run.LeastEntropyStep, Is.GreaterThan(0));
            Assert.That(run.Trajectory.States.Max(state => Math.Abs(Spin(state) - Spin(start))), Is.LessThan(5e-15));
            Assert.That(run.Audit().IsLawful, Is.True);
            Assert.That(run.Audit().FirstLaw!.Class, Is.EqualTo(FirstLawClass.RoundOff));
            Assert.That(run.Iterations, Is.LessThan(12));
        }
    }

    /// <summary>Any laws, wild ones too, on any graph: energy, momentum and angular momentum to round-off, entropy never falling.</summary>
    [FsCheck.NUnit.Property(MaxTest = 60)]
    public Property AnyLawsOnAnyGraphKeepBothLaws() => Prop.ForAll(
        ArbMap.Default.ArbFor<uint>(),
        seed =>
        {
            (PairSystem system, PairState state) = Random(seed);
            PairBalance before = system.Balance(state);
            double[] momentum = Momentum(state);
            double spin = state.Dimension == 2 ? Spin(state) : 0;
            var stepper = new PairStep(system, state.Dimension);
            for (int k = 0; k < 20; k++)
            {
                double entropy = system.Balance(state).Entropy;
                stepper.Advance(state, 0.03);
                if (system.Balance(state).Entropy < entropy - 1e-12)
                    return false.Label($"entropy fell by {entropy - system.Balance(state).Entropy}");
            }

            double size = 1 + Math.Abs(before.Kinetic) + Math.Abs(before.Potential) + before.Internal;
            double turned = state.Dimension == 2 ? Spin(state) - spin : 0;
            return (Math.Abs(system.Balance(state).Energy - before.Energy) < 1e-12 * size).Label($"energy moved by {system.Balance(state).Energy - before.Energy}")
                .And((Momentum(state).Zip(momentum, (a, b) => Math.Abs(a - b)).Max() < 1e-12 * size).Label("momentum moved"))
                .And((Math.Abs(turned) < 1e-11 * size).Label($"angular momentum moved by {turned}"));
        });

    [FsCheck.NUnit.Property(MaxTest = 30)]
    public Property PermutationsOfNodesCommuteWithTheStep() => Prop.ForAll(
        ArbMap.Default.ArbFor<uint>(),
        seed =>
        {
            (PairSystem system, PairState state) = Random(seed);
            int n = state.Nodes, d = state.Dimension;
            var random = new RandomStream(seed, 99);
            int[] place = [.. Enumerable.Range(0, n).OrderBy(_ => random.NextDouble())];
            PairState moved = new(d, Spread(state.Positions, place, d), Spread(state.Momenta, place, d), Spread(state.InternalEnergies, place, 1));
            PairGraph graph = new(n, [.. system.Graph.From.ToArray().Select(i => place[i])], [.. system.Graph.To.ToArray().Select(i => place[i])]);
            new PairStep(system, d).Advance(state, 0.03);
            new PairStep(new PairSystem(graph, system.Laws), d).Advance(moved, 0.03);
            return Spread(state.Positions, place, d).Zip(moved.Positions, (a, b) => Math.Abs(a - b)).Max() < 1e-12
                && Spread(state.InternalEnergies, place, 1).Zip(moved.InternalEnergies, (a, b) => Math.Abs(a - b)).Max() < 1e-12;
        });

    /// <summary>A step whose change stagnates at the last digit after many iterations has settled: it once was halved, which a rotation showed.</summary>
    [Test]
    public void AStepThatHasSettledIsNotHalved()
    {
        for (ulong seed = 0; seed < 100; seed++)
        {
            PairState state = ViscoelasticLattice.Start(3, 2, seed, 0);
            PairSystem system = new(ViscoelasticLattice.Strip(3, 2), ViscoelasticLattice.Laws, ViscoelasticLattice.Options);
            Assert.That(new PairStep(system, 2).Advance(state, 0.03).Parts, Is.EqualTo(1), $"seed {seed}");
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 30)]
    public Property RotationsCommuteWithTheStep() => Prop.ForAll(
        ArbMap.Default.ArbFor<uint>(),
        seed =>
        {
            PairState state = ViscoelasticLattice.Start(3, 2, seed, 0), turned = state.Copy();
            double angle = seed % 7;
            Turn(turned.Positions, angle);
            Turn(turned.Momenta, angle);
            PairSystem system = new(ViscoelasticLattice.Strip(3, 2), ViscoelasticLattice.Laws, ViscoelasticLattice.Options);
            new PairStep(system, 2).Advance(state, 0.03);
            new PairStep(system, 2).Advance(turned, 0.03);
            Turn(state.Positions, angle);
            double off = state.Positions.Zip(turned.Positions, (a, b) => Math.Abs(a - b)).Max();
            return (off < 1e-12).Label($"off by {off}");
        });

    /// <summary>A wall, a thermostat and a push: work and heat close the balance, and entropy less what came with the heat does not fall.</summary>
    [Test]
    public void WorkAndHeatCloseTheBalance()
    {
        PairState start = ViscoelasticLattice.Start(4, 2, 3, 0);
        PairOptions options = ViscoelasticLattice.Options with
        {
            Fixed = [true, true, .. new bool[6]],
            HeldTemperatures = [.. Enumerable.Repeat(double.NaN, 6), 0.4, 2.0],
            AppliedForces = [.. new double[8], 0.5, 0, .. new double[6]],
        };
        start.Momenta.AsSpan(0, 4).Clear();
        RollOut run = RollOut.Of(new PairSystem(ViscoelasticLattice.Strip(4, 2), ViscoelasticLattice.Laws, options), start, 0.02, 300);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Math.Abs(run.Works[^1]), Is.GreaterThan(1e-3));
            Assert.That(Math.Abs(run.Heats[^1]), Is.GreaterThan(1e-3));
            Assert.That(run.MaxResidual, Is.LessThan(1e-12));
            Assert.That(run.LeastEntropyStep, Is.GreaterThan(-1e-13));
            Assert.That(run.Trajectory.States[^1].Positions[..4], Is.EqualTo(start.Positions[..4]), "fixed nodes stay");
            Assert.That(run.Audit().IsLawful, Is.True);
        }
    }

    [Test]
    public void APeriodicBoxHasNoPlaceOfItsOwn()
    {
        PairGraph ring = new(3, [0, 1, 2], [1, 2, 0]);
        PairOptions options = ViscoelasticLattice.Options with { Box = [3.0] };
        PairState state = new(1, [0.1, 1.05, 2.2], [0.2, -0.1, -0.1], [1, 2, 3]), shifted = new(1, [2.6, 3.55, 4.7], [0.2, -0.1, -0.1], [1, 2, 3]);
        var system = new PairSystem(ring, ViscoelasticLattice.Laws, options);
        PairBalance before = system.Balance(state);
        new PairStep(system, 1).Advance(state, 0.02);
        new PairStep(system, 1).Advance(shifted, 0.02);
        Assert.That(shifted.Momenta, Is.EqualTo(state.Momenta).Within(1e-14));
        Assert.That(system.Balance(state).Energy, Is.EqualTo(before.Energy).Within(1e-14));
    }

    /// <summary>Friction below zero and heat from cold to hot are taken for none, and counted.</summary>
    [Test]
    public void LawsOfTheWrongSignAreClippedAndCounted()
    {
        var wrong = new PairLaws(r => 5 * (r - 1) * (r - 1), r => 10 * (r - 1), _ => -1, (first, second) => first - second);
        RollOut run = RollOut.Of(new PairSystem(ViscoelasticLattice.TriangleGraph, wrong), ViscoelasticLattice.TriangleStart, 0.02, 50);
        Assert.That(run.ClippedShare, Is.EqualTo(1).Within(1e-12));
        Assert.That(run.LeastEntropyStep, Is.EqualTo(0).Within(1e-14));
        Assert.That(run.MaxResidual, Is.LessThan(1e-13));
    }

    [Test]
    public void AStepTooLargeToSettleIsHalved()
    {
        PairState state = ViscoelasticLattice.TriangleStart;
        PairSystem system = Triangle;
        double energy = system.Balance(state).Energy;
        StepReport report = new PairStep(system, 2).Advance(state, 1.5);
        Assert.That(report.Parts, Is.GreaterThan(1));
        Assert.That(system.Balance(state).Energy, Is.EqualTo(energy).Within(1e-12));
    }

    [Test]
    public void NamesWhatIsWrongWithAGraphOrAState()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => new PairGraph(3, [0], [3]), Throws.TypeOf<UnusableDataException>().With.Message.Contains("from 0 to 2"));
            Assert.That(() => new PairGraph(3, [1], [1]), Throws.TypeOf<UnusableDataException>().With.Message.Contains("node 1 to itself"));
            Assert.That(() => new PairGraph(3, [0, 1], [1, 0]), Throws.TypeOf<UnusableDataException>().With.Message.Contains("each pair once"));
            Assert.That(() => new PairState(1, [0], [0], [-1]), Throws.TypeOf<UnusableDataException>().With.Message.Contains("internal energy -1"));
            Assert.That(() => new PairStep(Triangle, 2).Advance(new PairState(2, new double[6], new double[6], [1, 1, 1]), 0.1), Throws.TypeOf<UnusableDataException>().With.Message.Contains("at the same place"));
            Assert.That(() => new PairSystem(new PairGraph(1, [], []), ViscoelasticLattice.Laws, new PairOptions { HeldTemperatures = [-1] }), Throws.TypeOf<UnusableDataException>());
        }
    }

    private static double[] Spread(double[] values, int[] place, int width)
    {
        double[] moved = new double[values.Length];
        for (int i = 0; i < place.Length; i++)
            values.AsSpan(i * width, width).CopyTo(moved.AsSpan(place[i] * width));
        return moved;
    }

    private static void Turn(double[] vectors, double angle)
    {
        for (int i = 0; i < vectors.Length; i += 2)
            (vectors[i], vectors[i + 1]) = ((Math.Cos(angle) * vectors[i]) - (Math.Sin(angle) * vectors[i + 1]), (Math.Sin(angle) * vectors[i]) + (Math.Cos(angle) * vectors[i + 1]));
    }

    private static double Spin(PairState state) =>
        Enumerable.Range(0, state.Nodes).Sum(i => (state.Positions[2 * i] * state.Momenta[(2 * i) + 1]) - (state.Positions[(2 * i) + 1] * state.Momenta[2 * i]));

    private static double[] Momentum(PairState state) =>
        [.. Enumerable.Range(0, state.Dimension).Select(a => Enumerable.Range(0, state.Nodes).Sum(i => state.Momenta[(i * state.Dimension) + a]))];

    /// <summary>A random graph in one to three dimensions with random smooth laws.</summary>
    private static (PairSystem System, PairState State) Random(uint seed)
    {
        var random = new RandomStream(seed, 1);
        int d = 1 + (int)(3 * random.NextDouble()), n = 3 + (int)(5 * random.NextDouble());
        List<int> from = [], to = [];
        for (int i = 0; i < n; i++)
        {
            for (int j = i + 1; j < n; j++)
            {
                if (random.NextDouble() < 0.6)
                    (from, to) = ([.. from, i], [.. to, j]);
            }
        }

        double a = random.NextNormal(), b = 3 * random.NextDouble(), c = random.NextDouble(), k = random.NextDouble();
        var laws = new PairLaws(
            r => (a * Math.Sin(2 * r)) + (b * Math.Cos(r)),
            r => (2 * a * Math.Cos(2 * r)) - (b * Math.Sin(r)),
            r => c * (1 + Math.Sin(3 * r)),
            (first, second) => k * (Math.Exp(-1 / second) - Math.Exp(-1 / first)));
        double[] q = [.. Enumerable.Range(0, n * d).Select(_ => 3 * random.NextNormal())], p = [.. Enumerable.Range(0, n * d).Select(_ => random.NextNormal())];
        double[] u = [.. Enumerable.Range(0, n).Select(_ => 1 + (2 * random.NextDouble()))];
        return (new PairSystem(new PairGraph(n, [.. from], [.. to]), laws), new PairState(d, q, p, u));
    }
}
