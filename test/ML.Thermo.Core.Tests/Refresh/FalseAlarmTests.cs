using ML.Thermo.Initialization;
using ML.Thermo.Refresh;

namespace ML.Thermo.Tests.Refresh;

/// <summary>The stated rate of false alarms, measured where nothing drifts: reference and window are drawn anew in every trial.</summary>
internal sealed class FalseAlarmTests
{
    private const double Rate = 0.05;
    private static readonly DriftOptions s_options = new() { FalseAlarmRate = Rate, LeastEffect = 0, Draws = 199 };

    [TestCase(30, 30, 400)]
    [TestCase(100, 30, 400)]
    [TestCase(300, 300, 120)]
    [TestCase(30_000, 300, 50)]
    [TestCase(3000, 30_000, 50)]
    [TestCase(30_000, 30_000, 30)]
    public void The_energy_rule_keeps_its_rate_at_every_size(int reference, int window, int trials)
    {
        int alarms = Count(trials, i =>
        {
            DriftReference state = DriftData.OfLosses(DriftData.Squares(reference, 1, 11, (ulong)i), s_options with { Seed = (ulong)i });
            return state.Measure(DriftData.Window(state, DriftData.Squares(window, 1, 12, (ulong)i))).Refresh;
        });
        Assert.That(DriftData.Agrees(alarms, trials, Rate), $"{alarms} of {trials}");
    }

    [TestCase(1)] // Cauchy squared: no moment at all
    [TestCase(2)] // a third of all losses are exactly zero
    [TestCase(3)] // ten different values
    [TestCase(4, 300, 300)] // flat: where spacings, masses and scores are one thing, a null from the bins' counts alone flags two windows in five
    [TestCase(4, 1000, 1000)]
    public void It_keeps_it_for_losses_of_any_law(int law, int reference = 120, int window = 60)
    {
        const int Trials = 250;
        double Draw(RandomStream random) => law switch
        {
            1 => Math.Pow(random.NextNormal() / random.NextNormal(), 2),
            2 => random.NextDouble() < 1.0 / 3 ? 0 : random.NextDouble(),
            3 => random.NextInteger(10),
            _ => random.NextDouble(),
        };
        int alarms = Count(Trials, i =>
        {
            var random = new RandomStream(13, (ulong)i);
            DriftReference state = DriftData.OfLosses(Enumerable.Range(0, reference).Select(_ => Draw(random)), s_options with { Seed = (ulong)i });
            return state.Measure(DriftData.Window(state, Enumerable.Range(0, window).Select(_ => Draw(random)))).Refresh;
        });
        Assert.That(alarms, Is.LessThanOrEqualTo((Trials * Rate) + (3 * Math.Sqrt(Trials * Rate * (1 - Rate)))), $"{alarms} of {Trials}");
    }

    [TestCase(100, 30, 5, 0.0, 250)]
    [TestCase(100, 30, 20, 0.5, 120)]
    [TestCase(300, 300, 20, 0.9, 80)]
    [TestCase(3000, 30_000, 5, 0.5, 30)]
    public void The_label_free_rule_keeps_its_rate(int reference, int window, int inputs, double common, int trials)
    {
        int alarms = Count(trials, i => InputReport(reference, window, inputs, common, (ulong)i).Refresh);
        Assert.That(alarms, Is.LessThanOrEqualTo((trials * Rate) + (4 * Math.Sqrt(trials * Rate * (1 - Rate)))));
    }

    [Test]
    public void A_tiny_shift_in_a_huge_window_is_significant_and_no_reason_to_refresh()
    {
        DriftReference state = DriftData.OfLosses(DriftData.Squares(30_000, 1, 1, 0));
        WindowDrift tiny = state.Measure(DriftData.Window(state, DriftData.Squares(300_000, 1.05, 1, 1)));
        Assert.Multiple(() =>
        {
            Assert.That(tiny.PValue, Is.LessThan(0.001));
            Assert.That(tiny.Effect, Is.LessThan(0.1));
            Assert.That(tiny.Refresh, Is.False);
        });
        Assert.That(state.Measure(DriftData.Window(state, DriftData.Squares(300_000, 1.5, 1, 1))).Refresh, Is.True);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Sequential_alarms_come_no_more_often_than_stated(bool labels)
    {
        // P(alarm within t windows) ≤ t/ARL: with t = 40 and ARL = 400, at most one run in ten.
        const int Trials = 80, Windows = 40, WindowRows = 20;
        DriftOptions options = s_options with { RunLength = 10 * Windows };
        int alarms = Count(Trials, i =>
        {
            var random = new RandomStream(17, (ulong)i);
            double Energy() => labels ? Math.Pow(random.NextNormal(), 2) : double.NaN;
            var builder = new DriftReferenceBuilder(DriftData.Inputs(labels ? 0 : 4), options);
            double[] Inputs() => [.. Enumerable.Range(0, labels ? 0 : 4).Select(_ => random.NextNormal())];
            for (int row = 0; row < 60; row++)
                builder.Observe(Energy(), double.NaN, Inputs());
            DriftReference reference = builder.Build();
            var detector = new SequentialDetector(reference, labels ? DriftRule.Energy : DriftRule.LabelFree);
            for (int step = 0; step < Windows; step++)
            {
                DriftWindow window = reference.NewWindow();
                for (int row = 0; row < WindowRows; row++)
                    window.Observe(Energy(), double.NaN, Inputs());
                detector.Observe(window);
            }

            return detector.Last.Alarm;
        });
        Assert.That(alarms, Is.LessThanOrEqualTo((0.1 * Trials) + (4 * Math.Sqrt(0.09 * Trials))));
    }

    private static WindowDrift InputReport(int reference, int window, int inputs, double common, ulong trial)
    {
        var builder = new DriftReferenceBuilder(DriftData.Inputs(inputs), s_options with { Seed = trial });
        foreach (double[] row in DriftData.Rows(reference, inputs, common, 14, trial))
            builder.Observe(double.NaN, double.NaN, row);
        DriftReference state = builder.Build();
        DriftWindow current = state.NewWindow();
        foreach (double[] row in DriftData.Rows(window, inputs, common, 15, trial))
            current.Observe(double.NaN, double.NaN, row);
        return state.Measure(current);
    }

    private static int Count(int trials, Func<int, bool> alarm)
    {
        int alarms = Enumerable.Range(0, trials).Count(alarm);
        TestContext.Out.WriteLine($"false alarms: {alarms} of {trials}");
        return alarms;
    }
}
