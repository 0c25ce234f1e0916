using ML.Thermo.Initialization;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Binning;
using ML.Thermo.Refresh.Dependence;

namespace ML.Thermo.Tests.Refresh;

/// <summary>Bets in window after window beside their definition: likelihood ratios of Pólya's urn, multiplied and summed one by one.</summary>
internal sealed class SequentialDetectorTests
{
    private const double Run = 40, Cut = 4;
    private static readonly double[] s_tilts = [0.25, 0.5, 1, -0.25, -0.5, -1];

    [TestCase(false)]
    [TestCase(true)] // rows that depend: a root of every ratio
    public void Without_labels_every_input_has_its_bets_and_the_alarm_is_the_largest_of_their_sums(bool depends)
    {
        DriftReference reference = Reference(depends, labels: false);
        var detector = new SequentialDetector(reference, DriftRule.LabelFree);
        int first = 1, inputs = reference.Inputs.Count, channels = inputs + first;
        Assert.That(reference.Order!.InputWeight(1, 30), depends ? Is.LessThan(0.7) : Is.EqualTo(1));
        var bets = new List<Bets> { new([.. reference.SelfEnergyRanks!.Balls], RankBins.Scores(reference.SelfEnergyRanks!), 0) };
        for (int j = 0; j < inputs; j++)
        {
            long[] balls = [.. reference.Rows.Counts(j)];
            balls[^1]++;
            Bins bins = reference.Layout.InputBins[j];
            bets.Add(new([.. balls.Select(count => Math.Max(count, 1))], bins.IsCategory ? bins.Scores : [.. bins.Scores.Take(2)], 0));
        }

        double most = 0;
        for (int t = 0; t < 6; t++)
        {
            DriftWindow window = t == 3 ? reference.NewWindow() : Window(reference, 30, t, shift: 0.2 * t);
            var ties = new RandomStream(reference.Options.Seed, (ulong)(t * channels));
            long[] self = reference.Layout.SelfEnergy!.Ranks!.Split(window.SelfEnergy!.Counts, ties);
            most = 0;
            double capital = 0;
            for (int c = 0; c < channels; c++)
            {
                long[] counts = c == 0 ? self : [.. window.Counts(c - 1)];
                (double sum, double own) = bets[c].Take(counts, reference.Order.InputWeight(c, window.Rows));
                (most, capital) = (Math.Max(most, sum / channels / Run), capital + (own / channels));
            }

            SequentialStep step = detector.Observe(window);
            Assert.That(step.Windows, Is.EqualTo(t + 1));
            Assert.That(step.LogEValue, Is.EqualTo(Math.Log(capital)).Within(1e-9));
            Assert.That(step.EValue, Is.EqualTo(capital).Within(1e-7).Percent);
            Assert.That(step.Detector, Is.EqualTo(most).Within(1e-7).Percent);
            Assert.That(detector.Last, Is.EqualTo(step));
        }

        Assert.That(detector.Last.Alarm, Is.EqualTo(most > 1), "the sums of this stream rise to the end");
    }

    [TestCase(false)]
    [TestCase(true)]
    public void With_labels_half_of_the_capital_bets_on_higher_losses(bool depends)
    {
        DriftReference reference = Reference(depends, labels: true);
        var detector = new SequentialDetector(reference, DriftRule.Energy);
        var bets = new Bets([.. reference.EnergyRanks!.Balls], RankBins.Scores(reference.EnergyRanks!), preferred: 3);
        for (int t = 0; t < 4; t++)
        {
            DriftWindow window = Window(reference, 25, t, shift: 0.5 * t);
            long[] counts = reference.Layout.Energy!.Ranks!.Split(window.Energy!.Counts, new RandomStream(reference.Options.Seed, (ulong)t));
            double weight = reference.Order!.LossWeight(25);
            Assert.That(weight, depends ? Is.LessThan(0.7) : Is.EqualTo(1));
            SequentialStep step = detector.Observe(window);
            Assert.That(step.LogEValue, Is.EqualTo(Math.Log(bets.Take(counts, weight).Capital)).Within(1e-9));
        }
    }

    [Test]
    public void Weights_are_those_of_the_largest_design_effect_of_blocks_as_long_as_a_window_or_longer()
    {
        DriftReference labels = Reference(true, labels: true), inputs = Reference(true, labels: false);
        ScoreSeries losses = new(3), free = new(inputs.Scores.Count + inputs.Inputs.Count);
        foreach ((double energy, double self, double[] row) in Rows(400, 1, true, 0))
        {
            Bins bins = labels.Layout.Energy!;
            losses.Add([.. bins.Scores.Select(score => score[bins.Find(energy)])]);
            byte[] cells =
            [
                (byte)inputs.Layout.SelfEnergy!.Find(self), .. row.Select((x, j) => inputs.Layout.InputBins[j].Cell(inputs.Layout.InputBins[j].Find(x))),
            ];
            double[] scores = new double[free.Width];
            inputs.Scores.Fill(cells, scores);
            for (int j = 0; j < row.Length; j++)
                scores[inputs.Scores.Count + j] = double.IsNaN(row[j]) ? 1 : 0;
            free.Add(scores);
        }

        foreach (int rows in new[] { 3, 20, 50 })
        {
            double largest = Math.Max(losses.Largest(rows, 0), losses.Largest(rows, 2));
            Assert.That(labels.Order!.SequentialShrink(rows), Is.EqualTo(1 / Math.Sqrt(largest)).Within(1e-12));
            Assert.That(labels.Order.LossWeight(rows), Is.EqualTo(1 / largest).Within(1e-12));
            for (int channel = 0; channel < 4; channel++)
            {
                double expected = 1 / inputs.Scores.Of(channel).Max(score => free.Largest(rows, score));
                Assert.That(inputs.Order!.InputWeight(channel, rows), Is.EqualTo(expected).Within(1e-12));
            }

            (double[] effects, double blocks) = free.At(rows);
            DesignEffects found = inputs.Order!.OfInputs(rows)!;
            Assert.That(found.Largest, Is.EqualTo(effects.Max()).Within(1e-12));
            Assert.That(Enumerable.Range(0, effects.Length).Select(score => found.Of([score])), Is.EqualTo(effects).Within(1e-12));
            Assert.That(found.RatesHold, Is.EqualTo(effects.Max() <= 1.5 && blocks >= 8));
            Assert.That(labels.Order.OfLosses(rows)!.Largest, Is.EqualTo(losses.At(rows).Effects.Max()).Within(1e-12));
        }

        Assert.That((labels.Order!.SequentialShrink(0), labels.Order.LossWeight(0), inputs.Order!.InputWeight(1, 0)), Is.EqualTo((1.0, 1.0, 1.0)));
        Assert.That((labels.Order.OfLosses(0), inputs.Order.OfInputs(0)), Is.EqualTo(((DesignEffects?)null, (DesignEffects?)null)));
        DriftReference independent = Reference(false, labels: true);
        Assert.That((independent.Order!.SequentialShrink(20), independent.Order.OfLosses(20)), Is.EqualTo((1.0, (DesignEffects?)null)));
    }

    [Test]
    public void An_alarm_stays_and_a_window_of_another_reference_is_refused()
    {
        DriftReference reference = Reference(false, labels: false), other = Reference(true, labels: false);
        var detector = new SequentialDetector(reference, DriftRule.LabelFree);
        Assert.That(() => detector.Observe(other.NewWindow()), Throws.ArgumentException.With.Message.Contains("another reference"));
        for (int t = 0; t < 30 && !detector.Last.Alarm; t++)
            detector.Observe(Window(reference, 30, t, shift: 3));
        Assert.That(detector.Last is { Alarm: true, Detector: > 1 });
        for (int t = 0; t < 400 && detector.Last.Detector > 1; t++)
            detector.Observe(Window(reference, 100, t, shift: 0));
        Assert.That(detector.Last is { Alarm: true, Detector: <= 1 }, "the sums fall, the alarm stays");
    }

    [Test]
    public void Columns_without_a_bet_have_an_e_value_of_one_and_no_alarm()
    {
        var builder = new DriftReferenceBuilder([new DriftInput("shop", IsCategory: true)]);
        for (int i = 0; i < 200; i++)
            builder.Observe(double.NaN, double.NaN, [i % 100]);
        DriftReference reference = builder.Build();
        DriftWindow window = reference.NewWindow();
        for (int i = 0; i < 50; i++)
            window.Observe(double.NaN, double.NaN, [7]);
        Assert.That(new SequentialDetector(reference, DriftRule.LabelFree).Observe(window), Is.EqualTo(new SequentialStep(1, 0, 0, false)));
        Assert.That(() => new SequentialDetector(reference, DriftRule.Energy), Throws.ArgumentException.With.Message.Contains("Energy"));
    }

    /// <summary>The bets of one channel.</summary>
    private sealed class Bets
    {
        private readonly long[] _balls;
        private readonly double[][] _tilts;
        private readonly double[] _shares, _capitals, _sums;

        public Bets(long[] balls, IReadOnlyList<double[]> scores, int preferred)
        {
            _balls = balls;
            double total = balls.Sum();
            _tilts = [.. scores.SelectMany(score =>
            {
                double mean = score.Select((x, k) => x * balls[k] / total).Sum();
                double deviation = Math.Sqrt(score.Select((x, k) => (x - mean) * (x - mean) * balls[k] / total).Sum());
                return s_tilts.Select(tilt => score.Select(x => tilt * Math.Clamp((x - mean) / deviation, -Cut, Cut)).ToArray());
            })];
            int others = _tilts.Length - preferred;
            _shares = [.. _tilts.Select((_, bet) => preferred == 0 ? 1.0 / others : bet < preferred ? 0.5 / preferred : 0.5 / others)];
            (_capitals, _sums) = ([.. _tilts.Select(_ => 1.0)], new double[_tilts.Length]);
        }

        public (double Sum, double Capital) Take(long[] counts, double weight)
        {
            bool isEmpty = counts.Sum() == 0;
            for (int bet = 0; bet < _tilts.Length && !isEmpty; bet++)
            {
                double total = _balls.Sum(), tilted = _balls.Select((count, k) => count * Math.Exp(_tilts[bet][k])).Sum();
                double[] others = [.. _balls.Select((count, k) => total * count * Math.Exp(_tilts[bet][k]) / tilted)];
                double ratio = Math.Exp(weight * (LogProbability(others, counts) - LogProbability([.. _balls.Select(count => (double)count)], counts)));
                _capitals[bet] *= ratio;
                _sums[bet] = (1 + _sums[bet]) * ratio;
            }

            for (int k = 0; k < counts.Length; k++)
                _balls[k] += counts[k];
            return (_sums.Select((sum, bet) => sum * _shares[bet]).Sum(), _capitals.Select((capital, bet) => capital * _shares[bet]).Sum());
        }

        /// <summary>ln of the products that depend on the shares: of so many balls, those of each draw, one put back each time.</summary>
        private static double LogProbability(double[] balls, long[] counts)
        {
            double log = 0;
            for (int k = 0; k < counts.Length; k++)
            {
                for (long i = 0; i < counts[k]; i++)
                    log += Math.Log(balls[k] + i);
            }

            return log;
        }
    }

    private static DriftReference Reference(bool depends, bool labels)
    {
        var builder = new DriftReferenceBuilder(
            [new("x"), new("c", IsCategory: true), new("p", IsPrediction: true)], new DriftOptions { RunLength = Run, Draws = 99, Seed = 6 });
        foreach ((double energy, double self, double[] row) in Rows(400, 1, depends, 0))
            builder.Observe(labels ? energy : double.NaN, self, row);
        return builder.Build();
    }

    private static DriftWindow Window(DriftReference reference, int rows, int t, double shift)
    {
        DriftWindow window = reference.NewWindow();
        foreach ((double energy, double self, double[] row) in Rows(rows, 10 + (ulong)t, false, shift))
            window.Observe(energy, self, row);
        return window;
    }

    private static IEnumerable<(double Energy, double Self, double[] Row)> Rows(int count, ulong stream, bool depends, double shift)
    {
        var random = new RandomStream(61, stream);
        double last = 0;
        for (int i = 0; i < count; i++)
        {
            last = ((depends ? 0.8 : 0) * last) + random.NextNormal();
            double x = last + shift;
            yield return (
                Math.Exp(0.5 * x), Math.Abs(x), [i % 40 == 7 ? double.NaN : x, (long)Math.Abs(Math.Floor(2 * x)) % 3, x + (0.3 * random.NextNormal())]);
        }
    }
}
