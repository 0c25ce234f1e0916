using ML.Thermo.Dynamics.Learning;
using ML.Thermo.Dynamics.Pairs;
using ML.Thermo.Dynamics.Reference;
using ML.Thermo.Initialization;

namespace ML.Thermo.Tests.Learning;

public sealed class PairFitTests
{
    private static readonly PairGraph Small = ViscoelasticLattice.Strip(4, 2), Large = ViscoelasticLattice.Strip(8, 4);

    internal static List<PairRecord> Records(ulong seed, int count = 12, double noise = 0) =>
        [.. Enumerable.Range(0, count).Select(i => new PairRecord(Small, ViscoelasticLattice.Options, Noisy(
            ViscoelasticLattice.Truth(Small, ViscoelasticLattice.Start(4, 2, seed, (ulong)i), 0.02, 100, 2), noise, new RandomStream(seed, 1000 + (ulong)i))))];

    private static PairTrajectory Noisy(PairTrajectory exact, double noise, RandomStream random)
    {
        double[] Shake(double[] values) => [.. values.Select(value => value + (noise * random.NextNormal()))];
        return noise == 0 ? exact : new PairTrajectory(0, exact.Step, [.. exact.States.Select(s => new PairState(2, Shake(s.Positions), Shake(s.Momenta), Shake(s.InternalEnergies)))]);
    }

    private static (double Low, double High) Central(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        int cut = (int)(0.5 * (1 - share) * sorted.Length);
        return (sorted[cut], sorted[^(cut + 1)]);
    }

    private static double Worst((double Low, double High) range, Func<double, double> error) =>
        Enumerable.Range(0, 101).Max(k => Math.Abs(error(range.Low + ((range.High - range.Low) * k / 100))));

    private static IEnumerable<double> Distances(IEnumerable<PairRecord> records) => records.SelectMany(record => record.Trajectory.States.SelectMany(state =>
        Enumerable.Range(0, record.Graph.Edges).Select(e => double.Hypot(
            state.Positions[2 * record.Graph.From[e]] - state.Positions[2 * record.Graph.To[e]],
            state.Positions[(2 * record.Graph.From[e]) + 1] - state.Positions[(2 * record.Graph.To[e]) + 1]))));

    /// <summary>Acceptance: five data sets, both forms, and the roll-out of a fresh lattice of 32 nodes.</summary>
    [TestCase(1u)]
    [TestCase(2u)]
    [TestCase(3u)]
    [TestCase(4u)]
    [TestCase(5u)]
    public void LearnsTheLawsAndRollsOutALargerLattice(uint seed)
    {
        List<PairRecord> records = Records(seed);
        (double, double) r = Central(Distances(records), 0.99), u = Central(records.SelectMany(record => record.Trajectory.States.SelectMany(s => s.InternalEnergies)), 0.98);
        FittedKind strong = PairFit.Of(records, new FitOptions { Window = 0 }).Laws.Kinds[0];
        PairFit fit = PairFit.Of(records);
        FittedKind weak = fit.Laws.Kinds[0];
        PairState start = ViscoelasticLattice.Start(8, 4, seed, 500);
        RollOut run = RollOut.Of(new PairSystem(Large, fit.Laws, ViscoelasticLattice.Options), start, 0.02, 500);
        PairTrajectory truth = ViscoelasticLattice.Truth(Large, start, 0.02, 500, 2);
        double Rmse(Func<PairState, double[]> part) => Math.Sqrt(run.Trajectory.States.Zip(truth.States, (a, b) => part(a).Zip(part(b), (x, y) => (x - y) * (x - y)).Average()).Average());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fit.Window, Is.EqualTo(20));
            Assert.That(Worst(r, x => strong.Tension.Spline.Value(x) - ViscoelasticLattice.Tension(x)), Is.LessThan(0.02));
            Assert.That(Worst(r, x => weak.Tension.Spline.Value(x) - ViscoelasticLattice.Tension(x)), Is.LessThan(1.5e-3));
            Assert.That(Worst(r, x => weak.Friction.Spline.Value(x) - ViscoelasticLattice.Friction(x)), Is.LessThan(2e-3));
            Assert.That(Worst(u, x => (weak.Flux.Spline.Slope(x / 2) / 2) - ViscoelasticLattice.FluxSlope), Is.LessThan(1e-3), "T = u/2");
            Assert.That(Rmse(s => s.Positions), Is.LessThan(1e-3));
            Assert.That(Rmse(s => s.Momenta), Is.LessThan(4e-3));
            Assert.That(Rmse(s => s.InternalEnergies), Is.LessThan(1e-3));
            Assert.That(run.MaxResidual, Is.LessThan(1e-12));
            Assert.That(run.LeastEntropyStep, Is.GreaterThan(-1e-13));
        }
    }

    /// <summary>On exact data the error of the fit is what halving the sampling says, in both forms.</summary>
    [TestCase(0)]
    [TestCase(20)]
    public void StatesTheBiasOfSamplingInTime(int window)
    {
        List<PairRecord> records = Records(6);
        FittedFunction tension = PairFit.Of(records, new FitOptions { Window = window }).Laws.Kinds[0].Tension;
        (double Low, double High) range = Central(Distances(records), 0.9);
        double error = Worst(range, x => tension.Spline.Value(x) - ViscoelasticLattice.Tension(x)), left = Worst(range, x => tension.Spline.Value(x) - ViscoelasticLattice.Tension(x) - tension.Bias(x));
        Assert.That(Worst(range, tension.Bias), Is.EqualTo(error).Within(0.4 * error));
        Assert.That(left, Is.LessThan(0.4 * error), "what is left after the stated bias is taken off");
    }

    /// <summary>Over twenty data sets with noise, errors in units of the stated one have spread one about their mean (the bias is not in the stated error).</summary>
    [Test]
    public void StatesTheErrorThatNoiseMakes()
    {
        const int Sets = 20;
        double[] places = [0.93, 1, 1.07];
        double[][] values = [.. places.Select(_ => new double[Sets])];
        double[] stated = new double[places.Length];
        for (int set = 0; set < Sets; set++)
        {
            FittedFunction tension = PairFit.Of(Records(100 + (ulong)set, 8, 1e-2), new FitOptions { Window = 20 }).Laws.Kinds[0].Tension;
            for (int k = 0; k < places.Length; k++)
            {
                Estimate at = tension.At(places[k]);
                values[k][set] = at.Value;
                stated[k] += at.StandardError * at.StandardError / Sets;
            }
        }

        double ratio = Enumerable.Range(0, places.Length).Average(k =>
        {
            double mean = values[k].Average();
            return values[k].Sum(value => (value - mean) * (value - mean)) / (Sets - 1) / stated[k];
        });
        Assert.That(Math.Sqrt(ratio), Is.InRange(0.7, 1.45), "57 degrees of freedom, errors from 8 clusters");
    }

    [Test]
    public void LeavesFrictionUndeterminedWhereNothingMoves()
    {
        PairState still = new(1, [0, 1, 2.2], [0, 0, 0], [1, 2, 3]), other = new(1, [0, 1.1, 2.1], [0, 0, 0], [1.1, 2, 2.9]);
        PairTrajectory trajectory = new(0, 0.1, [.. Enumerable.Range(0, 12).Select(k => k % 2 == 0 ? still : other)]);
        PairFit fit = PairFit.Of([new PairRecord(new PairGraph(3, [0, 1], [1, 2]), new PairOptions(), trajectory)], new FitOptions { Window = 0 });
        Assert.That(fit.Status.HasFlag(Status.RankDeficient));
        Assert.That(fit.Undetermined, Does.Contain("gamma of kind 0"));
        Assert.That(fit.Laws.Kinds[0].Friction.Spline.Value(1), Is.Zero);
    }

    [Test]
    public void AFileBringsTheLawsBackBitForBit()
    {
        FittedLaws laws = PairFit.Of(Records(7, 3)).Laws;
        (FittedLaws read, double capacity) = FittedLawsFile.Read(FittedLawsFile.Write(laws, 2), "model.json");
        Assert.That(capacity, Is.EqualTo(2));
        Assert.That(read.Kinds[0].Tension.Spline.Value(1.03), Is.EqualTo(laws.Kinds[0].Tension.Spline.Value(1.03)));
        Assert.That(read.Kinds[0].Flux.At(1).StandardError, Is.EqualTo(laws.Kinds[0].Flux.At(1).StandardError));
        Assert.That(() => FittedLawsFile.Read("{}", "x.json"), Throws.TypeOf<UnusableDataException>().With.Message.Contains("x.json"));
        Assert.That(() => FittedLawsFile.Read("nonsense", "x.json"), Throws.TypeOf<UnusableDataException>());
    }

    [Test]
    public void NamesWhatCannotBeLearnedFrom()
    {
        PairRecord record = Records(8, 1)[0];
        Assert.That(() => PairFit.Of([]), Throws.TypeOf<UnusableDataException>());
        Assert.That(() => PairFit.Of([record], new FitOptions { Window = 200 }), Throws.TypeOf<ThermoException>().With.Message.Contains("200"));
        Assert.That(() => PairFit.Of([record with { Trajectory = new PairTrajectory(0, 0.1, record.Trajectory.States.Take(2).ToList()) }]), Throws.TypeOf<UnusableDataException>());
    }
}
