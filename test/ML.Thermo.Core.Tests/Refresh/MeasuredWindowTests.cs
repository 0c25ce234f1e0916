using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Binning;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Refresh;

/// <summary>Every number of a measured window beside what it is defined as, from the rows themselves.</summary>
internal sealed class MeasuredWindowTests
{
    private const double Broken = 0.15;
    private static readonly DriftInput[] s_inputs = [new("x"), new("c", IsCategory: true), new("p", IsPrediction: true)];

    private static readonly DriftOptions s_options = new()
    {
        Draws = 199,
        Seed = 3,
        FreshPoints = 50,
        FalseAlarmRate = 0.04,
        LeastEffect = 0.2,
        BothWays = true,
    };


    [TestCase(0.0, 1.0)]
    [TestCase(0.4, 1.5)]
    [TestCase(1.5, 3.0)]
    public void Inputs_have_their_counts_shifts_distances_and_shares_of_the_p_values(double shift, double factor)
    {
        (double Energy, double Self, double[] Row)[] before = [.. Rows(160, 1, 0, 1)], after = [.. Rows(50, 2, shift, factor)];
        DriftReference reference = Reference(before);
        DriftWindow window = Window(reference, after);
        WindowDrift drift = reference.Measure(window);
        InputPValues moved = reference.InputRule!.PValues(window.Sample, () => [], null);
        double[] ofAll = new double[3], own = new double[3];
        int[][] scores = [[3, 4], [5, 6, 7], [8, 9, 10]]; // behind the three of the self-energy
        for (int j = 0; j < 3; j++)
        {
            Bins bins = reference.Layout.InputBins[j];
            long[] first = Counts(bins, before, j), second = Counts(bins, after, j);
            long missingBefore = before.LongCount(row => double.IsNaN(row.Row[j])), missing = after.LongCount(row => double.IsNaN(row.Row[j]));
            InputDrift input = drift.Inputs[j];
            Assert.That((input.Input, input.Missing, input.Unseen), Is.EqualTo((s_inputs[j], missing, j == 1 ? after.LongCount(row => row.Row[1] > 3) : 0)));
            Assert.That((input.Counts!.Edges, input.Counts.Reference, input.Counts.Window), Is.EqualTo((bins.Edges.ToArray(), first, second)));
            double[] effects = [.. bins.Scores.Select(score => Effect(first, second, score))];
            Assert.That(input.Effect, Is.EqualTo(effects.Max(Math.Abs)).Within(1e-12));
            Assert.That(input.Significance, Is.EqualTo(effects.Max(Math.Abs) / Error(first, second)).Within(1e-10));
            Assert.That(input.Distances, Is.EqualTo(BinDistances.Of(first, second, bins.Edges)));
            own[j] = InputQuality.Of(bins, first, missingBefore, second, missing, 199, 3).PValue;
            ofAll[j] = Math.Min(1, 3 * own[j]);
            double value = Math.Min(1, scores[j].Length * scores[j].Min(score => moved.Scores[score]));
            double adjusted = scores[j].Min(score => moved.Adjusted[score]);
            Assert.That(input.PValue, Is.EqualTo(Math.Min(1, Math.Min(value / (1 - Broken), own[j] / Broken))).Within(1e-12));
            Assert.That(input.AdjustedPValue, Is.EqualTo(Math.Min(1, Math.Min(adjusted / (1 - Broken), ofAll[j] / Broken))).Within(1e-12));
        }

        Assert.That(drift.MovedPValue, Is.EqualTo(moved.Any));
        Assert.That(drift.QualityPValue, Is.EqualTo(ofAll.Min()).Within(1e-12));
        Assert.That(drift.LabelFreePValue, Is.EqualTo(Math.Min(1, Math.Min(moved.Any / (1 - Broken), ofAll.Min() / Broken))).Within(1e-12));
        double most = Math.Max(drift.SelfEnergy!.Effect, drift.Inputs.Max(input => input.Effect));
        Assert.That(drift.LabelFreeEffect, Is.EqualTo(most).Within(1e-12));
        Assert.That((drift.Rows, drift.Labelled), Is.EqualTo((50L, after.LongCount(row => !double.IsNaN(row.Energy)))));
        Assert.That((drift.FalseAlarmRate, drift.LeastEffect, drift.BothWays), Is.EqualTo((0.04, 0.2, true)));
        Assert.That(drift.SelectionPValue, Is.EqualTo(window.SelectionPValue(199, 3)));
        Assert.That(drift.InputsBySurprise.Select(input => input.PValue), Is.Ordered);
    }

    [Test]
    public void Energies_have_the_states_of_their_losses_and_the_shifts_of_their_scores()
    {
        (double Energy, double Self, double[] Row)[] before = [.. Rows(160, 1, 0, 1)], after = [.. Rows(50, 2, 0.4, 1.5)];
        DriftReference reference = Reference(before);
        WindowDrift drift = reference.Measure(Window(reference, after));
        foreach ((EnergyDrift energy, Bins bins, double[] first, double[] second, bool isJudged) in new[]
        {
            (drift.Energy!, reference.Layout.Energy!, Known(before.Select(row => row.Energy)), Known(after.Select(row => row.Energy)), true),
            (drift.SelfEnergy!, reference.Layout.SelfEnergy!, Known(before.Select(row => row.Self)), Known(after.Select(row => row.Self)), false),
        })
        {
            Transition between = TypeIIDrift.Between(TypeIIState.FromLosses(first, 50), TypeIIState.FromLosses(second, 50));
            Assert.That(energy.Transition!.DeltaEnergy.Value, Is.EqualTo(between.DeltaEnergy.Value).Within(1e-12));
            Assert.That(energy.Transition.Temperature.Value, Is.EqualTo(between.Temperature.Value).Within(1e-10));
            double ratio = between.From.Variance.Value / between.To.Variance.Value;
            Assert.That(energy.SmallShiftTemperature, Is.EqualTo(2 * between.DeltaEnergy.Value / (ratio - 1)).Within(1e-10));
            long[] counts = Count(bins, first), counted = Count(bins, second);
            Assert.That(energy.Shifts, Is.EqualTo(bins.Scores.Select(score => Effect(counts, counted, score))).Within(1e-12));
            Assert.That(energy.Effect, Is.EqualTo(energy.Shifts.Max(Math.Abs)));
            Assert.That(energy.Distances.Hellinger, Is.EqualTo(BinDistances.Of(counts, counted).Hellinger));
            double Share(double[] losses, double most) => losses.Count(x => x <= most) / (double)losses.Length;
            double farthest = first.Concat(second).Max(x => Math.Abs(Share(first, x) - Share(second, x)));
            Assert.That(energy.Distances.KolmogorovSmirnov, Is.EqualTo(farthest).Within(1e-12));
            EnergyPValues p = isJudged ? EnergyRule.PValues(Sample(first), Sample(second), null, 199, 3) : EnergyPValues.Unknown;
            Assert.That((energy.PValue, energy.WorsePValue, energy.BetterPValue), Is.EqualTo((p.Any, p.Worse, p.Better)));
        }
    }

    [TestCase(9)]
    [TestCase(10)]
    public void Below_ten_rows_nothing_is_judged(int rows)
    {
        DriftReference reference = Reference([.. Rows(160, 1, 0, 1)]);
        DriftWindow window = reference.NewWindow();
        for (int i = 0; i < rows; i++)
            window.Observe(1 + i, 1, [0.1 * i, 1, 0.2]);
        WindowDrift drift = reference.Measure(window);
        bool isJudged = rows == 10;
        Assert.That(drift.Rule, Is.EqualTo(isJudged ? DriftRule.Energy : DriftRule.None));
        Assert.That(double.IsNaN(drift.MovedPValue), Is.EqualTo(!isJudged));
        Assert.That(double.IsNaN(drift.QualityPValue), Is.EqualTo(!isJudged));
        Assert.That(double.IsNaN(drift.LabelFreePValue), Is.EqualTo(!isJudged));
        Assert.That(drift.Inputs.Select(input => double.IsNaN(input.PValue) && double.IsNaN(input.AdjustedPValue)), Is.All.EqualTo(!isJudged));
        Assert.That(drift.Inputs.Select(input => input.Fault), Is.All.EqualTo(InputFault.None));
    }

    [Test]
    public void An_input_is_broken_by_empty_cells_or_by_what_the_reference_did_not_have_and_not_by_both_names()
    {
        DriftReference reference = Reference([.. Rows(160, 1, 0, 1)]);
        InputFault[] Faults(Func<int, double[]> row)
        {
            DriftWindow window = reference.NewWindow();
            for (int i = 0; i < 40; i++)
                window.Observe(1, 1, row(i));
            return [.. reference.Measure(window).Inputs.Select(input => input.Fault)];
        }

        Assert.That(Faults(i => [i % 2 == 0 ? double.NaN : 0, i % 4, 0]), Is.EqualTo([InputFault.Missing, InputFault.None, InputFault.None]));
        Assert.That(Faults(i => [0, i % 2 == 0 ? 9 : i % 4, 0]), Is.EqualTo([InputFault.None, InputFault.Unseen, InputFault.None]));
        Assert.That(Faults(_ => [0, 2, 0]), Is.EqualTo([InputFault.None, InputFault.None, InputFault.None]), "moved and whole");
    }

    [Test]
    public void Without_inputs_or_without_energies_what_is_not_there_is_not_known()
    {
        DriftReference losses = DriftData.OfLosses(DriftData.Squares(100, 1, 5, 0));
        WindowDrift ofLosses = losses.Measure(DriftData.Window(losses, DriftData.Squares(30, 1, 5, 1)));
        Assert.That((ofLosses.SelfEnergy, ofLosses.Inputs.Count, ofLosses.SelectionPValue), Is.EqualTo(((EnergyDrift?)null, 0, 1.0)));
        Assert.That(new[] { ofLosses.LabelFreePValue, ofLosses.MovedPValue, ofLosses.QualityPValue, ofLosses.LabelFreeEffect }, Is.All.NaN);
        var builder = new DriftReferenceBuilder([new("c", IsCategory: true)]);
        for (int i = 0; i < 60; i++)
            builder.Observe(double.NaN, double.NaN, [i % 30]);
        DriftReference rare = builder.Build();
        DriftWindow window = rare.NewWindow();
        for (int i = 0; i < 20; i++)
            window.Observe(double.NaN, double.NaN, [i % 30]);
        WindowDrift drift = rare.Measure(window);
        Assert.That((drift.Energy, drift.SelfEnergy), Is.EqualTo(((EnergyDrift?)null, (EnergyDrift?)null)));
        Assert.That((drift.MovedPValue, drift.LabelFreePValue), Is.EqualTo((double.NaN, drift.QualityPValue)));
        Assert.That(drift.Inputs[0].PValue, Is.EqualTo(Math.Min(1, drift.QualityPValue / Broken)).Within(1e-12), "no category is common enough for a score");
    }

    private static double Effect(long[] before, long[] after, double[] score)
    {
        long[] balls = Balls(before);
        double all = balls.Sum(), mean = score.Select((x, k) => x * balls[k] / all).Sum();
        double variance = score.Select((x, k) => (x - mean) * (x - mean) * balls[k] / all).Sum();
        return (score.Select((x, k) => x * after[k] / (double)after.Sum()).Sum() - mean) / Math.Sqrt(variance);
    }

    /// <summary>Of a mean of n draws from Pólya's urn with A balls, over that of one: (A + n)/(n(A + 1)).</summary>
    private static double Error(long[] before, long[] after)
    {
        double balls = Balls(before).Sum(), rows = after.Sum();
        return Math.Sqrt((balls + rows) / (rows * (balls + 1)));
    }

    private static long[] Balls(long[] counts) => [.. counts.Select((count, k) => Math.Max(count + (k == counts.Length - 1 ? 1 : 0), 1))];

    private static long[] Counts(Bins bins, (double Energy, double Self, double[] Row)[] rows, int j) => Count(bins, Known(rows.Select(row => row.Row[j])));

    private static long[] Count(Bins bins, double[] values) => [.. Enumerable.Range(0, bins.Count).Select(bin => values.LongCount(x => bins.Find(x) == bin))];

    private static double[] Known(IEnumerable<double> values) => [.. values.Where(x => !double.IsNaN(x))];

    private static LossSample Sample(double[] losses)
    {
        var sample = new LossSample();
        foreach (double loss in losses)
            sample.Add(loss);
        return sample;
    }

    private static DriftReference Reference((double Energy, double Self, double[] Row)[] rows)
    {
        var builder = new DriftReferenceBuilder(s_inputs, s_options);
        foreach ((double energy, double self, double[] row) in rows)
            builder.Observe(energy, self, row);
        return builder.Build();
    }

    private static DriftWindow Window(DriftReference reference, (double Energy, double Self, double[] Row)[] rows)
    {
        DriftWindow window = reference.NewWindow();
        foreach ((double energy, double self, double[] row) in rows)
            window.Observe(energy, self, row);
        return window;
    }

    private static IEnumerable<(double Energy, double Self, double[] Row)> Rows(int count, ulong stream, double shift, double factor)
    {
        double[][] numbers = DriftData.Rows(count, 4, 0.3, 52, stream);
        for (int i = 0; i < count; i++)
        {
            double[] x = numbers[i];
            double category = shift > 1 && i % 9 == 0 ? 7 : i % 33 == 0 ? 2 : i % 10 == 4 ? 3 : i % 2; // 2 is rare
            yield return (
                i % 11 == 3 ? double.NaN : factor * x[0] * x[0], i % 13 == 0 ? double.NaN : factor * Math.Abs(x[1]),
                [i % 17 == 2 ? double.NaN : x[0] + shift, category, x[2] - shift]);
        }
    }
}
