using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using ML.Thermo.Joules;
using ML.Thermo.Joules.Channels;
using ML.Thermo.Joules.Metering;
using ML.Thermo.Joules.MLNet;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests;

[TestFixture]
public sealed class MeteredTests
{
    private readonly MLContext _context = new(1);

    [Test]
    public void The_model_is_the_trainers_own_bit_for_bit()
    {
        // Two contexts of one seed: SDCA draws from its context, and one extra draw would change every weight.
        (MLContext plain, MLContext metered) = (new MLContext(5), new MLContext(5));
        IEstimator<ITransformer> Trainer(MLContext context) => context.Regression.Trainers.Sdca(new SdcaRegressionTrainer.Options { NumberOfThreads = 1, MaximumNumberOfIterations = 5 });
        ITransformer expected = Trainer(plain).Fit(Rows(plain)), second = Trainer(plain).Fit(Rows(plain));
        TransformerChain<ITransformer> found = metered.Thermo().Metered(Trainer(metered)).Fit(Rows(metered)), again = metered.Thermo().Metered(Trainer(metered)).Fit(Rows(metered));
        Assert.That(Weights(found.First()), Is.EqualTo(Weights(expected)));
        Assert.That(Weights(again.First()), Is.EqualTo(Weights(second)));
        Assert.That(Scores(metered, found), Is.EqualTo(Scores(plain, expected)));
    }

    [Test]
    public void The_record_is_saved_with_the_model_and_loads_without_us()
    {
        ThermoCatalog thermo = _context.Thermo();
        ITransformer model = thermo.Metered(_context.Regression.Trainers.Sdca(maximumNumberOfIterations: 2), Machine()).Fit(Rows(_context));
        TrainingJoules before = thermo.GetJoules(model);
        ITransformer loaded = Reload(model, out byte[] saved);
        TrainingJoules after = thermo.GetJoules(loaded);
        Assert.That(after.Total, Is.EqualTo(before.Total));
        Assert.That(after.Components, Is.EqualTo(before.Components));
        Assert.That((after.Seconds, after.IsLowerBound), Is.EqualTo((before.Seconds, before.IsLowerBound)));
        Assert.That(Scores(_context, loaded), Is.EqualTo(Scores(_context, model)));
        // Every assembly that a saved model needs is named in it.
        using var archive = new ZipArchive(new MemoryStream(saved));
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            using var bytes = new MemoryStream();
            using (Stream content = entry.Open())
                content.CopyTo(bytes);
            foreach (Encoding encoding in new[] { Encoding.UTF8, Encoding.Unicode })
                Assert.That(encoding.GetString(bytes.ToArray()), Does.Not.Contain("ML.Thermo.Joules"), entry.FullName);
        }
    }

    [Test]
    public void Joules_and_transition_stand_in_one_model_and_give_the_price_of_a_nat()
    {
        ThermoCatalog thermo = _context.Thermo();
        ITransformer model = thermo.PhaseTransition(thermo.Metered(_context.Regression.Trainers.Sdca(maximumNumberOfIterations: 20), Machine())).Fit(Rows(_context));
        Transition transition = thermo.GetTransition(model);
        JouleQuantity perNat = thermo.GetJoulesPerNat(model), perLoss = thermo.GetJoulesPerUnitOfLoss(model);
        Assert.That(thermo.GetJoules(model).Total.Value, Is.EqualTo(6));
        Assert.That(perNat, Is.EqualTo(thermo.GetJoules(model).Total.Per(transition.DeltaEntropy, "ΔS")));
        Assert.That(perLoss.Value, Is.EqualTo(6 / transition.DeltaEnergy.Value));
        ITransformer loaded = Reload(model, out _);
        Assert.That((thermo.GetJoulesPerNat(loaded), thermo.GetJoulesPerUnitOfLoss(loaded)), Is.EqualTo((perNat, perLoss)));
    }

    [Test]
    public void Trees_classifiers_and_chains_carry_it_too()
    {
        ThermoCatalog thermo = _context.Thermo();
        IEstimator<ITransformer>[] trainers =
        [
            _context.Regression.Trainers.FastTree(numberOfTrees: 2),
            _context.BinaryClassification.Trainers.SdcaLogisticRegression("Sign", maximumNumberOfIterations: 2),
            _context.Transforms.Conversion.MapValueToKey("Key", "Sign").Append(_context.MulticlassClassification.Trainers.SdcaMaximumEntropy("Key", maximumNumberOfIterations: 2)),
            _context.Transforms.NormalizeMinMax("Features"),
        ];
        foreach (IEstimator<ITransformer> trainer in trainers)
        {
            ITransformer model = thermo.Metered(trainer, Machine()).Fit(Rows(_context));
            Assert.That(thermo.GetJoules(Reload(model, out _)).Total.Value, Is.EqualTo(6), trainer.GetType().Name);
            Assert.That(model.Transform(Rows(_context)).GetColumn<float>("Label").Count(), Is.EqualTo(300));
        }
    }

    [Test]
    public void A_machine_without_counters_leaves_the_reason_in_the_model()
    {
        using var root = new FakeRoot();
        using var machine = new JouleMachine(root.Options);
        ThermoCatalog thermo = _context.Thermo();
        ITransformer model = Reload(thermo.Metered(_context.Regression.Trainers.Sdca(maximumNumberOfIterations: 1), machine).Fit(Rows(_context)), out _);
        TrainingJoules found = thermo.GetJoules(model);
        Assert.That((found.Total.Value, found.Total.Status), Is.EqualTo(((double?)null, JouleStatus.Unavailable)));
        Assert.That(found.Components.Single().Reason, Is.Not.Empty);
    }

    [Test]
    public void A_model_without_a_record_says_so()
    {
        ThermoCatalog thermo = _context.Thermo();
        ITransformer model = _context.Regression.Trainers.Sdca(maximumNumberOfIterations: 1).Fit(Rows(_context));
        Assert.That(() => thermo.GetJoules(model), Throws.ArgumentException.With.Message.Contains("Metered"));
        Assert.That(thermo.TryGetJoules(model, out _), Is.False);
        ITransformer keys = _context.Transforms.Conversion.MapValueToKey("Key", "Sign").Fit(Rows(_context));
        Assert.That(thermo.TryGetJoules(keys, out _), Is.False);
    }

    [Test]
    public void A_record_of_a_newer_format_is_refused() =>
        Assert.That(() => TrainingJoules.From(["format=2"]), Throws.TypeOf<NotSupportedException>().With.Message.Contains("format 2"));

    /// <summary>A machine that counts 3 J between two readings; its clock stands still between them, so that no timer reads too.</summary>
    private static JouleMachine Machine()
    {
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(0.1) };
        ulong first = 0, second = 0;
        return Scripted.Machine(
            time,
            Scripted.Source("cpu-package-0", () => CounterRead.Of(first += 3_000_000), time),
            Scripted.Source("dram-0", () => CounterRead.Of(second += 3_000_000), time));
    }

    private static ITransformer Reload(ITransformer model, out byte[] saved)
    {
        using var stream = new MemoryStream();
        var context = new MLContext();
        context.Model.Save(model, Rows(context).Schema, stream);
        saved = stream.ToArray();
        return context.Model.Load(new MemoryStream(saved), out _);
    }

    private static float[] Scores(MLContext context, ITransformer model) => [.. model.Transform(Rows(context)).GetColumn<float>("Score")];

    private static float[] Weights(ITransformer model) => ((RegressionPredictionTransformer<LinearRegressionModelParameters>)model).Model is var linear ? [.. linear.Weights, linear.Bias] : [];

    private static IDataView Rows(MLContext context) => context.Data.LoadFromEnumerable(Enumerable.Range(0, 300).Select(i =>
    {
        float a = MathF.Sin(i), b = MathF.Cos(3.7f * i);
        return new Row { Label = (2 * a) - b + (0.3f * MathF.Sin(17.3f * i)), Sign = a > b, Features = [a, b, 1] };
    }));

    private sealed class Row
    {
        public float Label { get; set; }

        public bool Sign { get; set; }

        [VectorType(3)]
        public float[] Features { get; set; } = [];
    }
}
