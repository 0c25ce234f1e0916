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
        foreach (double value in Autoregression(1 << 17, rho, new RandomStream(41, 0)))
            series.Add([value]);
        // Var of a mean of m, times m: 1 + 2 Σ (1 − l/m) ρ^l
        double expected = 1 + (2 * Enumerable.Range(1, rows - 1).Sum(lag => (1 - ((double)lag / rows)) * Math.Pow(rho, lag)));
        Assert.That(series.At(rows).Effects[0], Is.EqualTo(expected).Within(0.08 * expected));
        Assert.That(series.IsDependent());
    }

    [Test]
    public void Independent_rows_are_called_dependent_once_in_a_hundred_at_most()
    {
        const int Trials = 1200;
        int found = 0;
        Parallel.For(0, Trials, i =>
        {
            var random = new RandomStream(42, (ulong)i);
            var series = new ScoreSeries(3);
            for (int row = 0; row < 300; row++)
                series.Add([random.NextDouble(), random.NextNormal() / random.NextNormal(), random.NextDouble() < 0.1 ? 1 : 0]);
            if (series.IsDependent())
                Interlocked.Increment(ref found);
        });
        TestContext.Out.WriteLine($"{found} of {Trials}");
        Assert.That(found, Is.LessThanOrEqualTo((0.01 * Trials) + (4 * Math.Sqrt(0.01 * Trials))));
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
                DriftReference reference = Reference(series[..1000], isLabelled, s_options with { RowsInOrder = inOrder, Seed = (ulong)i });
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

    [Test]
    public void A_large_shift_of_dependent_rows_is_still_seen()
    {
        double[] series = Autoregression(1400, 0.6, new RandomStream(44, 0));
        DriftReference reference = Reference(series[..1200], true, s_options);
        double[] doubled = [.. series[1200..].Select(value => 2 * value)];
        Assert.That(reference.Measure(Window(reference, doubled, true)).Refresh);
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
