using ML.Thermo.Scans;
using ML.Thermo.Scans.Sequences;

namespace ML.Thermo.Tests.Scans.Sequences;

/// <summary>A model of three tokens and an end whose 1,093 outputs can all be listed. Golden numbers: an independent program.</summary>
public class A_scan_of_sequences
{
    private static readonly SequenceOptions s_all = new() { Tokens = 6, EndToken = 3 };

    [TestCase(0.5, 5.0222901163, 4.4746065139, 3.20512436, 4.29400350)]
    [TestCase(1, 5.2789328246, 5.2789328246, 1.7397554428, 2.8248226273)]
    [TestCase(2, 5.4163618754, 5.1636920204, 0.55261809, 1.29989952)]
    public void Knows_energy_entropy_and_information_of_all_outputs(double t, double energy, double entropy, double capacity, double fluctuation)
    {
        ScanPoint point = SequenceScan.Temperatures(new Toy(), [0], ControlGrid.Of("T", [t, 5]), s_all).Points[0];
        Assert.That(point.Energy.Value, Is.EqualTo(energy).Within(2e-7), "logits in single precision");
        Assert.That(point.Entropy.Value, Is.EqualTo(entropy).Within(2e-7));
        Assert.That(point.HeatCapacity.Value, Is.EqualTo(capacity).Within(2e-7));
        Assert.That(point.EnergyFluctuation.Value, Is.EqualTo(fluctuation).Within(3e-7));
        Assert.That(point.Energy.StandardError, Is.Zero);
    }

    [TestCase(1, 1.1, 0.003689387558, 0.048970549473, 0.001848195874, 0.001849960468)]
    [TestCase(0.5, 2, 0.487434994782, 0.635235856843, 0.290888954287, 0.331401851528)]
    public void Compares_temperatures_exactly(double cold, double hot, double linear, double variation, double information, double hellinger)
    {
        ScanSplit split = SequenceScan.Temperatures(new Toy(), [0], ControlGrid.Of("T", [cold, hot]), s_all).Splits[0];
        Assert.That(split.Linear.Value, Is.EqualTo(linear).Within(1e-7));
        Assert.That(split.TotalVariation.Value, Is.EqualTo(variation).Within(1e-7));
        Assert.That(split.JensenShannon.Value, Is.EqualTo(information).Within(1e-7));
        Assert.That(split.Hellinger.Value, Is.EqualTo(hellinger).Within(1e-7));
    }

    [Test]
    public void Peaks_where_an_independent_program_says()
    {
        var grid = ControlGrid.Parse("T", ".25..4:33log");
        ScanReport report = SequenceScan.Temperatures(new Toy(), [0], grid, s_all);
        ScanSplit peak = report.Splits.MaxBy(split => split.Linear.Value)!;
        Assert.That(grid.Values[peak.Left], Is.EqualTo(0.29730178).Within(1e-8));
        Assert.That(grid.Values[peak.Right], Is.EqualTo(0.32420989).Within(1e-8));
        Assert.That(peak.Linear.Value, Is.EqualTo(0.0067134172).Within(1e-8));
    }

    [Test]
    public void Estimates_the_same_from_samples_within_its_errors()
    {
        var grid = ControlGrid.Of("T", [0.5, 0.7, 1, 1.4, 2]);
        ScanReport exact = SequenceScan.Temperatures(new Toy(), [0], grid, s_all);
        ScanReport sampled = SequenceScan.Temperatures(new Toy(), [0], grid, s_all with { MostEnumerated = 0, Samples = 400 });
        Assert.That(sampled.Observer, Is.EqualTo(ScanObserver.Pooled));
        for (int k = 0; k < grid.Count; k++)
        {
            foreach ((Estimate got, Estimate known) in new[]
            {
                (sampled.Points[k].Energy, exact.Points[k].Energy),
                (sampled.Points[k].Entropy, exact.Points[k].Entropy),
                (sampled.Points[k].HeatCapacity, exact.Points[k].HeatCapacity),
                (sampled.Points[k].EnergyFluctuation, exact.Points[k].EnergyFluctuation),
            })
                Assert.That(got.Value, Is.EqualTo(known.Value).Within(4 * got.StandardError), $"T = {grid.Values[k]}");
        }

        foreach ((ScanSplit got, ScanSplit known) in sampled.Splits.Zip(exact.Splits))
            Assert.That(got.Linear.Value, Is.EqualTo(known.Linear.Value).Within(4 * got.Linear.StandardError));
    }

    [Test]
    public void Cuts_sampling_and_probabilities_alike()
    {
        ScanReport cut = SequenceScan.Temperatures(new Toy(), [0], ControlGrid.Of("T", [1, 1.1]), s_all with { TopK = 2 });
        Assert.That(cut.Status.HasFlag(Status.Truncated));
        Assert.That(cut.Points[0].Energy.Value, Is.EqualTo(cut.Points[0].Entropy.Value).Within(1e-12), "at T = 1 energy and entropy are one number");
        SequenceOptions drawn = s_all with { TopK = 2, MostEnumerated = 0, Samples = 500 };
        ScanReport sampled = SequenceScan.Temperatures(new Toy(), [0], ControlGrid.Of("T", [1, 1.1]), drawn);
        Assert.That(sampled.Splits[0].Linear.Value, Is.EqualTo(cut.Splits[0].Linear.Value).Within(4 * sampled.Splits[0].Linear.StandardError));
    }

    [Test]
    public void Judges_outputs_of_one_law_under_the_others()
    {
        var model = new Toy();
        SequenceLaw[] laws = [new(model, [0]), new(model, [1]), new(model, [2])];
        ScanReport report = SequenceScan.Laws(ControlGrid.Of("prompt", [0, 1, 2]), laws, 1, s_all with { Samples = 600 });
        ScanReport same = SequenceScan.Laws(ControlGrid.Of("prompt", [0, 1]), [laws[0], laws[0]], 1, s_all);
        Assert.That(same.Splits[0].Linear.Value, Is.Zero.Within(1e-15), "teacher-forced and generated ln P agree");
        Assert.That(report.Splits.Select(split => split.Linear.Value), Is.All.GreaterThan(0.05));
        Assert.That(report.Points[0].Energy.Value, Is.EqualTo(5.2789328246).Within(4 * report.Points[0].Energy.StandardError));
    }

    [Test]
    public void Refuses_a_greedy_temperature_and_logits_that_are_no_numbers()
    {
        Assert.That(
            () => SequenceScan.Temperatures(new Toy(), [0], ControlGrid.Of("x", [0, 1]), s_all),
            Throws.TypeOf<UnusableDataException>().With.Message.Contains("greedy"));
        Assert.That(
            () => SequenceScan.Temperatures(new Toy { Fault = float.NaN }, [0], ControlGrid.Of("T", [1, 2]), s_all),
            Throws.TypeOf<UnusableDataException>().With.Message.Contains("NaN for the token 0"));
    }

    /// <summary>The logits depend on the last token alone.</summary>
    private sealed class Toy : INextTokenModel
    {
        private static readonly float[][] s_logits = [[1, .5f, -.5f, -1], [-.3f, .8f, .2f, .1f], [2, -1, 0, .5f], [0, 0, 0, 0]];

        public float Fault { get; init; }

        public int Vocabulary => 4;

        public void Score(IReadOnlyList<int[]> sequences, int last, Span<float> logits)
        {
            int at = 0;
            foreach (int[] sequence in sequences)
            {
                foreach (int token in sequence[^last..])
                {
                    foreach (float logit in s_logits[token])
                        logits[at++] = logit + Fault;
                }
            }
        }
    }
}
