using ML.Thermo.Initialization;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Dependence;

namespace ML.Thermo.Tests.Refresh.Dependence;

/// <summary>Rows that depend on each other are found, counted for what they are worth, and said.</summary>
internal sealed class DependenceTests
{
    private static readonly DriftOptions s_options = new() { LeastEffect = 0, Draws = 399 };

    [TestCase(0.3, 16)]
    [TestCase(0.6, 64)]
    [TestCase(0.8, 48)]
    public void The_design_effect_of_an_autoregression_is_the_one_of_its_correlations(double rho, int rows)
    {
        var series = new ScoreSeries(1);
        double[] values = [.. Autoregression(1 << 17, rho, new RandomStream(41, 0))];
        foreach (double value in values)
            series.Add([value]);
        // Var of a mean of m, times m: 1 + 2 Σ (1 − l/m) ρ^l
        double expected = 1 + (2 * Enumerable.Range(1, rows - 1).Sum(lag => (1 - ((double)lag / rows)) * Math.Pow(rho, lag)));
        Assert.That(series.At(rows).Effects[0], Is.EqualTo(expected).Within(0.08 * expected));
        Assert.That(series.IsDependent([(values.Min(), values.Max())]));
    }

    [Test]
    public void Independent_rows_are_called_dependent_once_in_a_hundred_at_most()
    {
        Assert.That(Found(300, 1200, random => [random.NextDouble(), random.NextNormal() / random.NextNormal(), random.NextDouble() < 0.1 ? 1 : 0]),
            Is.LessThanOrEqualTo(12 + (4 * Math.Sqrt(12))));
    }

    /// <summary>Two rows that carry a variance meet in a block by chance: χ² alone called 2.9 % of these references dependent.</summary>
    [Test]
    public void A_few_large_losses_or_empty_cells_that_meet_make_no_dependence()
    {
        Assert.That(Found(1000, 1000, random => [Math.Pow(random.NextNormal() / random.NextNormal(), 2)]), Is.LessThanOrEqualTo(10 + (3 * Math.Sqrt(10))));
        Assert.That(Found(2000, 1000, random => [random.NextDouble() < 0.001 ? 1 : 0]), Is.LessThanOrEqualTo(10 + (3 * Math.Sqrt(10))));
    }

    /// <summary>Runs of empty cells are dependence, however few they are.</summary>
    [Test]
    public void A_run_of_empty_cells_is_dependence()
    {
        var series = new ScoreSeries(1);
        for (int row = 0; row < 2000; row++)
            series.Add([row is >= 700 and < 710 ? 1 : 0]);
        Assert.That(series.IsDependent([(0, 1)]));
    }

    private static int Found(int rows, int trials, Func<RandomStream, double[]> draw)
    {
        int found = 0;
        Parallel.For(0, trials, i =>
        {
            var random = new RandomStream(42, (ulong)i);
            double[][] scores = [.. Enumerable.Range(0, rows).Select(_ => draw(random))];
            var series = new ScoreSeries(scores[0].Length);
            foreach (double[] row in scores)
                series.Add(row);
            if (series.IsDependent([.. Enumerable.Range(0, scores[0].Length).Select(j => (scores.Min(row => row[j]), scores.Max(row => row[j])))]))
                Interlocked.Increment(ref found);
        });
        TestContext.Out.WriteLine($"{found} of {trials}");
        return found;
    }

    [TestCase(0.6, true, 0.12)]
    [TestCase(0.6, false, 0.12)]
    [TestCase(0.8, true, 0.12)]
    public void Windows_of_dependent_rows_are_flagged_less_than_without_the_correction(double rho, bool isLabelled, double most)
    {
        const int References = 60, Windows = 4, Rows = 50;
        int corrected = 0, plain = 0;
        Parallel.For(0, References, i =>
        {
            double[] series = Autoregression(1000 + (Windows * Rows), rho, new RandomStream(43, (ulong)i));
            foreach (bool inOrder in new[] { true, false })
            {
                DriftReference reference = Reference(series.AsSpan(0, 1000), isLabelled, s_options with { RowsInOrder = inOrder, Seed = (ulong)i });
                for (int t = 0; t < Windows; t++)
                {
                    WindowDrift drift = reference.Measure(Window(reference, series.AsSpan(1000 + (t * Rows), Rows), isLabelled));
                    if (drift.Drift)
                        Interlocked.Increment(ref inOrder ? ref corrected : ref plain);
                    Assert.That(drift.Dependence.RatesHold, Is.EqualTo(!inOrder));
                    Assert.That(drift.Status.HasFlag(Status.RowsDepend), Is.EqualTo(inOrder));
                }
            }
        });
        TestContext.Out.WriteLine($"{corrected} and without correction {plain} of {References * Windows}");
        Assert.That(plain, Is.GreaterThan(0.17 * References * Windows), "without a correction the stated 5 % are exceeded more than threefold");
        Assert.That(corrected, Is.LessThanOrEqualTo(most * References * Windows));
    }

    /// <summary>The table of docs/refresh-power.md: 20 series of ρ = 0.6, each a reference of 1,000 rows and ten windows of 100.</summary>
    [TestCase(0.0, 0, 22)] // 5 % and four errors
    [TestCase(0.25, 20, 60)]
    [TestCase(0.5, 80, 130)]
    [TestCase(1.0, 190, 200)]
    public void Without_labels_dependent_rows_keep_the_rate_and_show_a_shift_of_a_deviation(double shift, int least, int most)
    {
        const int Series = 20, Windows = 10, Rows = 100;
        int corrected = 0, plain = 0;
        for (int i = 0; i < Series; i++)
        {
            double[] series = Autoregression(1000 + (Windows * Rows), 0.6, new RandomStream(77, (ulong)i));
            foreach (bool inOrder in new[] { true, false })
            {
                DriftReference reference = Reference(series.AsSpan(0, 1000), false, new DriftOptions { RowsInOrder = inOrder, Draws = 999 });
                for (int t = 0; t < Windows; t++)
                {
                    double[] moved = [.. series.Skip(1000 + (t * Rows)).Take(Rows).Select(value => value + shift)];
                    if (reference.Measure(Window(reference, moved, false)).Refresh)
                        (corrected, plain) = inOrder ? (corrected + 1, plain) : (corrected, plain + 1);
                }
            }
        }

        TestContext.Out.WriteLine($"{corrected}, as independent {plain}, of {Series * Windows}");
        Assert.That(corrected, Is.InRange(least, most));
        Assert.That(plain, Is.GreaterThan(shift == 0 ? 3 * 0.05 * Series * Windows : corrected - 1));
    }

    [TestCase(true)]
    [TestCase(false)] // inputs alone
    public void A_large_shift_of_dependent_rows_is_still_seen(bool isLabelled)
    {
        double[] series = Autoregression(1400, 0.6, new RandomStream(44, 0));
        DriftReference reference = Reference(series.AsSpan(0, 1200), isLabelled, s_options);
        double[] moved = [.. series[1200..].Select(value => isLabelled ? 2 * value : value + 2)];
        WindowDrift drift = reference.Measure(Window(reference, moved, isLabelled));
        Assert.That((drift.Refresh, drift.Dependence.DesignEffect > 1.5), Is.EqualTo((true, true)));
    }

    [Test]
    public void Shuffled_rows_and_rows_of_no_order_are_left_alone()
    {
        double[] series = Autoregression(1000, 0.8, new RandomStream(45, 0));
        double[] keys = new double[series.Length], shuffled = [.. series];
        new RandomStream(46, 0).FillUniform(keys);
        Array.Sort(keys, shuffled);
        DriftReference inOrder = Reference(series, true, s_options), mixed = Reference(shuffled, true, s_options);
        DriftReference unknown = Reference(series, true, s_options with { RowsInOrder = false });
        WindowDrift Measured(DriftReference reference) => reference.Measure(Window(reference, series.AsSpan(0, 100), true));
        Assert.That(Measured(inOrder).Dependence.DesignEffect, Is.GreaterThan(3));
        Assert.That(Measured(mixed).Dependence, Is.EqualTo(new RowDependence(1, true)));
        Assert.That(Measured(unknown).Dependence.DesignEffect, Is.NaN);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_saved_reference_knows_its_order(bool inOrder)
    {
        double[] series = Autoregression(500, 0.7, new RandomStream(47, 0));
        DriftReference reference = Reference(series, true, s_options with { RowsInOrder = inOrder });
        using var file = new MemoryStream();
        reference.Save(file);
        file.Position = 0;
        var loaded = DriftReference.Load(file);
        Assert.That(loaded.Options, Is.EqualTo(reference.Options));
        DriftWindow window = Window(loaded, series.AsSpan(0, 40), true);
        Assert.That(loaded.Measure(window).Dependence, Is.EqualTo(reference.Measure(Window(reference, series.AsSpan(0, 40), true)).Dependence));
        Assert.That(loaded.Measure(window).PValue, Is.EqualTo(reference.Measure(Window(reference, series.AsSpan(0, 40), true)).PValue));
    }

    /// <summary>|x| of x_t = ρ x_{t−1} + √(1 − ρ²) e_t would hide the correlation's sign; here the loss grows with x itself.</summary>
    private static double[] Autoregression(int rows, double rho, RandomStream random)
    {
        double[] values = new double[rows];
        double last = random.NextNormal();
        for (int i = 0; i < rows; i++)
            values[i] = last = (rho * last) + (Math.Sqrt(1 - (rho * rho)) * random.NextNormal());
        return values;
    }

    private static DriftReference Reference(ReadOnlySpan<double> series, bool isLabelled, DriftOptions options)
    {
        var builder = new DriftReferenceBuilder(isLabelled ? [] : [new DriftInput("x")], options);
        foreach (double value in series)
            builder.Observe(isLabelled ? Math.Exp(value) : double.NaN, double.NaN, isLabelled ? [] : [value]);
        return builder.Build();
    }

    private static DriftWindow Window(DriftReference reference, ReadOnlySpan<double> series, bool isLabelled)
    {
        DriftWindow window = reference.NewWindow();
        foreach (double value in series)
            window.Observe(isLabelled ? Math.Exp(value) : double.NaN, double.NaN, isLabelled ? [] : [value]);
        return window;
    }
}
