using ML.Thermo.Dynamics.Learning;
using ML.Thermo.Dynamics.Networks;
using ML.Thermo.Dynamics.Pairs;
using ML.Thermo.Dynamics.Reference;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Tests.Learning;

namespace ML.Thermo.Tests.Networks;

public sealed class NetworkTests
{
    private static string Shipped(string name) => Path.Combine(TestContext.CurrentContext.TestDirectory, "dynamics", name);

    private static string Written(byte[] bytes)
    {
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{TestContext.CurrentContext.Test.ID}-{Guid.NewGuid():N}.onnx");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static (Dictionary<string, long[]> Edges, List<double[]> State) Lattice(PairGraph graph, PairState state) => (
        new() { ["i"] = [.. graph.From.ToArray().Select(i => (long)i)], ["j"] = [.. graph.To.ToArray().Select(j => (long)j)] },
        [[.. state.Positions], [.. state.Momenta], [.. state.InternalEnergies]]);

    /// <summary>The exported rates are the managed ones, inside the range of the data and outside.</summary>
    [Test]
    public void ExportedRatesAreTheManagedOnes()
    {
        FittedLaws laws = PairFit.Of(PairFitTests.Records(9, 3)).Laws;
        PairGraph graph = ViscoelasticLattice.Strip(8, 4);
        var system = new PairSystem(graph, laws, ViscoelasticLattice.Options);
        string path = Written(RateExport.ToOnnx(laws, 2, ViscoelasticLattice.HeatCapacity));
        PairState state = ViscoelasticLattice.Start(8, 4, 9, 77), moved = state.Copy();
        for (int i = 0; i < state.Positions.Length; i++)
            state.Positions[i] *= 1.05; // some distances beyond the range
        state.Positions.CopyTo(moved.Positions, 0);
        (Dictionary<string, long[]> edges, List<double[]> parts) = Lattice(graph, state);
        using NetworkIntegrator model = NetworkIntegrator.Open(path, IntegratorForm.Rates, edges);
        (double energy, double entropy) = model.Balance(parts);
        model.Advance(parts, 0.02);
        moved = RungeKutta.Step(system, moved, 0.02);
        PairBalance balance = system.Balance(state);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(model.Parts, Is.EqualTo(new[] { "q", "p", "u" }));
            Assert.That(energy, Is.EqualTo(balance.Energy).Within(1e-11));
            Assert.That(entropy, Is.EqualTo(balance.Entropy).Within(1e-11));
            Assert.That(parts[0], Is.EqualTo(moved.Positions).Within(1e-12));
            Assert.That(parts[1], Is.EqualTo(moved.Momenta).Within(1e-12));
            Assert.That(parts[2], Is.EqualTo(moved.InternalEnergies).Within(1e-12));
        }
    }

    /// <summary>The shipped networks inside the exact step: both laws to round-off on a lattice four times larger than the one they saw.</summary>
    [Test]
    public void BothLawsHoldWhateverTheNetworksSay()
    {
        using var laws = new NetworkLaws(Shipped("phi.onnx"), Shipped("gamma.onnx"), Shipped("kappa.onnx"));
        PairGraph graph = ViscoelasticLattice.Strip(8, 4);
        PairState start = ViscoelasticLattice.Start(8, 4, 10, 0);
        RollOut run = RollOut.Of(new PairSystem(graph, laws, ViscoelasticLattice.Options), start, 0.02, 60);
        PairTrajectory truth = ViscoelasticLattice.Truth(graph, start, 0.02, 60, 2);
        double worst = run.Trajectory.States[^1].Positions.Zip(truth.States[^1].Positions, (a, b) => Math.Abs(a - b)).Max();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.MaxResidual, Is.LessThan(1e-12));
            Assert.That(run.LeastEntropyStep, Is.GreaterThan(-1e-13));
            Assert.That(run.ClippedShare, Is.Zero);
            Assert.That(worst, Is.LessThan(0.02));
        }
    }

    /// <summary>A friction network that says −1 everywhere is clipped everywhere, and the laws still hold.</summary>
    [Test]
    public void ANegativeFrictionNetworkIsClippedAndCounted()
    {
        byte[] negative = new GraphPatch().IrVersion(8).OperatorSet("", 13).Input("r", ElementType.Double, "E", 1)
            .Initializer<double>("zero", [], [0]).Initializer<double>("one", [], [1]).Node("Mul", ["r", "zero"], ["nothing"]).Node("Sub", ["nothing", "one"], ["gamma"]).Output("gamma").ToArray();
        using var laws = new NetworkLaws(Shipped("phi.onnx"), Written(negative), Shipped("kappa.onnx"));
        RollOut run = RollOut.Of(new PairSystem(ViscoelasticLattice.TriangleGraph, laws, ViscoelasticLattice.Options), ViscoelasticLattice.TriangleStart, 0.02, 5);
        Assert.That(run.ClippedShare, Is.EqualTo(0.5));
        Assert.That(run.MaxResidual, Is.LessThan(1e-13));
    }

    [Test]
    public void NetworksInFloatOrWithUnknownInputsAreRefused()
    {
        byte[] Model(string input, ElementType type) => new GraphPatch().IrVersion(8).OperatorSet("", 13).Input(input, type, "E", 1).Node("Neg", [input], ["y"]).Output("y").ToArray();
        string right = Shipped("phi.onnx");
        Assert.That(() => new NetworkLaws(Written(Model("r", ElementType.Float)), right, right), Throws.TypeOf<ThermoException>().With.Message.Contains("Double"));
        Assert.That(() => new NetworkLaws(Written(Model("x", ElementType.Double)), right, right), Throws.TypeOf<ThermoException>().With.Message.Contains("'x'"));
        Assert.That(() => new NetworkLaws("missing.onnx", right, right), Throws.TypeOf<ThermoException>().With.Message.Contains("missing.onnx"));
    }

    [Test]
    public void AModelWhoseOutputIsNoStateIsRefused()
    {
        byte[] model = new GraphPatch().IrVersion(8).OperatorSet("", 13).Input("z", ElementType.Double, 1, 3)
            .Initializer<long>("axes", [1], [1]).Node("ReduceSum", ["z", "axes"], ["next"]).Output("next").ToArray();
        using NetworkIntegrator integrator = NetworkIntegrator.Open(Written(model), IntegratorForm.Next);
        Assert.That(() => integrator.Advance([[1.0, 2, 3]], 0.1), Throws.TypeOf<ThermoException>().With.Message.Contains("1 numbers"));
        Assert.That(() => integrator.Advance([[1.0, 2]], 0.1), Throws.TypeOf<ThermoException>());
    }
}
