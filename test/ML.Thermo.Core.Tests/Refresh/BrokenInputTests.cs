using ML.Thermo.Initialization;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Binning;

namespace ML.Thermo.Tests.Refresh;

/// <summary>Empty cells, unseen and rare categories, the way losses went, and what is said to be behind it.</summary>
internal sealed class BrokenInputTests
{
    [TestCase(1)]
    [TestCase(20)]
    public void Fifteen_percent_of_empty_cells_in_one_column_are_seen_in_60_rows(int columns)
    {
        const int Trials = 100;
        int seen = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            var random = new RandomStream(41, (ulong)trial);
            WindowDrift drift = Measure(columns, 200, 60, random, row => row[0] = random.NextDouble() < 0.15 ? double.NaN : row[0]);
            seen += drift is { Drift: true, Cause: DriftCause.BrokenInput } && drift.Inputs[0].Fault == InputFault.Missing ? 1 : 0;
        }

        Assert.That(seen, Is.GreaterThanOrEqualTo(90));
    }

    [Test]
    public void A_column_that_goes_empty_is_drift_and_no_reason_to_train_again()
    {
        var random = new RandomStream(42, 0);
        WindowDrift drift = Measure(2, 200, 60, random, row => row[1] = double.NaN);
        Assert.Multiple(() =>
        {
            Assert.That(drift.Drift, Is.True);
            Assert.That(drift.Refresh, Is.False);
            Assert.That(drift.Cause, Is.EqualTo(DriftCause.BrokenInput));
            Assert.That(drift.Inputs[1].Fault, Is.EqualTo(InputFault.Missing));
            Assert.That(drift.Inputs[1].AdjustedPValue, Is.LessThan(1e-10));
            Assert.That(drift.Inputs[0].Fault, Is.EqualTo(InputFault.None));
        });
    }

    [TestCase("unseen")]
    [TestCase("half vanish")]
    [TestCase("one of them grows")]
    public void A_column_of_200_shops_is_watched_alone(string change)
    {
        var random = new RandomStream(43, 0);
        var builder = new DriftReferenceBuilder([new DriftInput("shop", IsCategory: true)]);
        for (int i = 0; i < 2000; i++)
            builder.Observe(double.NaN, double.NaN, [i % 200]);
        DriftReference reference = builder.Build();
        DriftWindow same = reference.NewWindow(), changed = reference.NewWindow();
        for (int i = 0; i < 1000; i++)
        {
            same.Observe(double.NaN, double.NaN, [random.NextInteger(200)]);
            changed.Observe(double.NaN, double.NaN, [change switch
            {
                "unseen" => -1,
                "half vanish" => random.NextInteger(100),
                _ => i % 25 == 0 ? 7 : random.NextInteger(200),
            }]);
        }

        Assert.That(reference.Measure(same).Drift, Is.False);
        WindowDrift drift = reference.Measure(changed);
        Assert.That(drift.Drift, Is.True);
        Assert.That(drift.PValue, Is.LessThan(0.01));
        Assert.That(drift.Inputs[0].Fault, Is.EqualTo(change == "unseen" ? InputFault.Unseen : InputFault.None));
        Assert.That(new SequentialDetector(reference, DriftRule.LabelFree).Observe(changed).Alarm, Is.False);
    }

    [TestCase(4, DriftDirection.Worse, true)]
    [TestCase(0.25, DriftDirection.Better, false)]
    public void Only_higher_losses_ask_for_a_refresh(double variance, DriftDirection direction, bool refresh)
    {
        double[] before = DriftData.Squares(300, 1, 44, 0), after = DriftData.Squares(300, variance, 44, 1);
        DriftReference reference = DriftData.OfLosses(before), both = DriftData.OfLosses(before, new DriftOptions { BothWays = true });
        WindowDrift drift = reference.Measure(DriftData.Window(reference, after));
        Assert.Multiple(() =>
        {
            Assert.That(drift.Drift, Is.True);
            Assert.That(drift.Direction, Is.EqualTo(direction));
            Assert.That(drift.Refresh, Is.EqualTo(refresh));
            Assert.That(drift.Cause, Is.EqualTo(refresh ? DriftCause.LossRose : DriftCause.LossChanged));
            Assert.That(both.Measure(DriftData.Window(both, after)).Refresh, Is.True);
        });
    }

    [Test]
    public void Tails_of_counts_are_those_of_the_textbook()
    {
        // Fisher's tea: three or more of four right, of eight cups: 17/70.
        Assert.That(CountTails.Hypergeometric(3, 4, 4, 8), Is.EqualTo(17.0 / 70).Within(1e-12));
        // Pólya's urn with one ball of two: the count of n draws is uniform on 0 … n.
        Assert.That(CountTails.Polya(7, 9, 1, 2), Is.EqualTo(0.3).Within(1e-12));
        Assert.That(CountTails.Hypergeometric(0, 5, 0, 20), Is.EqualTo(1));
    }

    private static WindowDrift Measure(int columns, int rows, int window, RandomStream random, Action<double[]> damage)
    {
        var builder = new DriftReferenceBuilder(DriftData.Inputs(columns));
        double[] row = new double[columns];
        for (int i = 0; i < rows; i++)
        {
            random.FillNormal(row);
            builder.Observe(double.NaN, double.NaN, row);
        }

        DriftReference reference = builder.Build();
        DriftWindow current = reference.NewWindow();
        for (int i = 0; i < window; i++)
        {
            random.FillNormal(row);
            damage(row);
            current.Observe(double.NaN, double.NaN, row);
        }

        return reference.Measure(current);
    }
}
