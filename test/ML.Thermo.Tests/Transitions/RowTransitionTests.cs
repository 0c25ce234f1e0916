using Microsoft.ML.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Measurement;
using ML.Thermo.RowLosses;
using ML.Thermo.Steps;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Transitions;

/// <summary>What holds for every row, whatever the model.</summary>
public sealed class RowTransitionTests
{
    private const int Features = 4;

    [FsCheck.NUnit.Property(MaxTest = 100)]
    public void What_is_written_reads_the_same(uint seed, byte kind)
    {
        var random = new RandomStream(seed, 0);
        (RowTransition thermometer, int width) = Make(kind, random);
        var copy = RowTransition.From(NamedValues.Parse(thermometer.ToEntries().ToString()));
        for (int row = 0; row < 5; row++)
        {
            float[] scores = Numbers(random, width);
            var x = new VBuffer<float>(Features, Numbers(random, Features));
            float label = row % 2 == 0 ? float.NaN : row % width;
            Assert.That(copy.Read(scores, x, label), Is.EqualTo(thermometer.Read(scores, x, label)));
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 100)]
    public void Entropy_is_never_negative_and_temperature_is_their_ratio(uint seed, byte kind)
    {
        var random = new RandomStream(seed, 1);
        (RowTransition thermometer, int width) = Make(kind, random);
        (double energy, double entropy, double temperature) = thermometer.Read(
            Numbers(random, width), new VBuffer<float>(Features, Numbers(random, Features)), float.NaN);
        Assert.That(entropy, Is.GreaterThanOrEqualTo(0));
        Assert.That(temperature, entropy < 1e-12 ? Is.NaN : Is.EqualTo(energy / entropy));
    }

    [FsCheck.NUnit.Property(MaxTest = 50)]
    public void A_change_of_units_multiplies_energies_and_leaves_entropies(uint seed, byte size)
    {
        // Outputs, targets and laws times a: squared errors times a², absolute ones times a.
        double a = Math.Pow(2, (size % 9) - 4);
        var random = new RandomStream(seed, 2);
        float score = (float)random.NextNormal(), label = (float)random.NextNormal();
        var x = new VBuffer<float>(Features, Numbers(random, Features));
        foreach (Energy energy in new[] { Energy.MeanSquared, Energy.MeanAbsolute })
        {
            double unit = energy == Energy.MeanSquared ? a * a : a;
            (double e1, double s1, double t1) = Linear(energy, 1).Read([score], x, label);
            (double e2, double s2, double t2) = Linear(energy, a, unit * unit).Read([(float)(a * score)], x, (float)(a * label));
            Assert.That(e2, Is.EqualTo(unit * e1).Within(1e-5 * unit * (1 + Math.Abs(e1))));
            Assert.That(s2, Is.EqualTo(s1).Within(1e-5));
            Assert.That(t2, Is.EqualTo(unit * t1).Within(1e-4 * unit * (1 + Math.Abs(t1))));
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 50)]
    public void A_constant_added_to_all_logits_changes_nothing(uint seed)
    {
        var random = new RandomStream(seed, 3);
        var law = new ParameterLaw([.. Enumerable.Repeat(InitializationLaw.Normal(0, 1), Features), InitializationLaw.Constant(0)]);
        var thermometer = new RowTransition(Energy.CrossEntropy, new ModelOutput(PredictionKind.Logits), LossLaws.Linear(Energy.CrossEntropy, law, 3), 0.1);
        float[] scores = Numbers(random, 3);
        var x = new VBuffer<float>(Features, Numbers(random, Features));
        (double e1, double s1, _) = thermometer.Read(scores, x, float.NaN);
        (double e2, double s2, _) = thermometer.Read([.. scores.Select(z => z + 5)], x, float.NaN);
        Assert.That(e2, Is.EqualTo(e1).Within(1e-5));
        Assert.That(s2, Is.EqualTo(s1).Within(1e-5));
    }

    [FsCheck.NUnit.Property(MaxTest = 50)]
    public void Two_logits_are_one(uint seed)
    {
        // Softmax of (−z/2, z/2) is the logistic of z; two weights N(0, ½) differ by one N(0, 1).
        var random = new RandomStream(seed, 4);
        static ParameterLaw Law(double sd) => new([.. Enumerable.Repeat(InitializationLaw.Normal(0, sd), Features), InitializationLaw.Constant(0)]);
        var one = new RowTransition(Energy.CrossEntropy, new ModelOutput(PredictionKind.Logit), LossLaws.Linear(Energy.CrossEntropy, Law(1), 1), 0.1);
        var two = new RowTransition(
            Energy.CrossEntropy, new ModelOutput(PredictionKind.Logits), LossLaws.Linear(Energy.CrossEntropy, Law(Math.Sqrt(0.5)), 2), 0.1);
        float z = (float)(3 * random.NextNormal());
        var x = new VBuffer<float>(Features, Numbers(random, Features));
        (double e1, double s1, double t1) = one.Read([z], x, float.NaN);
        (double e2, double s2, double t2) = two.Read([-z / 2, z / 2], x, float.NaN);
        Assert.That(e2, Is.EqualTo(e1).Within(1e-5 * (1 + e1)));
        Assert.That(s2, Is.EqualTo(s1).Within(1e-4 * (1 + s1)));
        Assert.That(t2, Is.EqualTo(t1).Within(1e-3 * (1 + t1)));
    }

    [Test]
    public void A_law_without_spread_and_a_trained_loss_without_spread_have_no_temperature()
    {
        VBuffer<float> x = new(Features, [1, 2, 3, 4]);
        (double energy, double entropy, double temperature) = Linear(Energy.MeanSquared, 0).Read([2], x, 1);
        Assert.That(energy, Is.EqualTo(0)); // (0 − 1)² before, (2 − 1)² after
        Assert.That(entropy, Is.Zero);
        Assert.That(temperature, Is.NaN);
        Assert.That(Linear(Energy.MeanSquared, 1, pointVariance: 0).Read([2], x, 1).Entropy, Is.NaN);
    }

    private static RowTransition Linear(Energy energy, double sd, double pointVariance = 1) => new(
        energy,
        new ModelOutput(PredictionKind.Value),
        LossLaws.Linear(energy, new ParameterLaw([.. Enumerable.Repeat(InitializationLaw.Normal(0, sd), Features), InitializationLaw.Constant(0)]), 1),
        pointVariance);

    private static (RowTransition Thermometer, int Width) Make(byte kind, RandomStream random)
    {
        Energy energy = Energy.All[kind % 3];
        int width = energy == Energy.CrossEntropy && kind % 2 == 0 ? 3 : 1;
        var output = new ModelOutput(
            width == 3 ? PredictionKind.Logits : energy == Energy.CrossEntropy ? PredictionKind.Logit : PredictionKind.Value, -0.3, 0.2);
        InitializationLaw weight = kind % 5 == 0 ? InitializationLaw.Uniform(-0.7, 1.1) : InitializationLaw.Normal(0.2, 1.3);
        LossLaw law = (kind & 8) == 0
            ? LossLaws.Linear(energy, new ParameterLaw([.. Enumerable.Range(0, Features).Select(j =>
                (kind & 4) == 0 ? weight : weight.Scale(1 + j)), InitializationLaw.Normal(1, 0.1)]), width)
            : Pooled(energy, width, random);
        return (new RowTransition(energy, output, law, 0.01 + random.NextDouble()), width);
    }

    private static LossLaw Pooled(Energy energy, int width, RandomStream random)
    {
        double[] outputs = [.. Numbers(random, 30).Select(v => -Math.Abs((double)v))];
        if (width == 1)
            return LossLaws.Pooled(energy, outputs);
        OutputPool pool = OutputPool.For(energy, width);
        foreach (double[] row in outputs.Chunk(width))
            pool.Add(row, double.NaN);
        return pool.ToLaw();
    }

    private static float[] Numbers(RandomStream random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];
}
