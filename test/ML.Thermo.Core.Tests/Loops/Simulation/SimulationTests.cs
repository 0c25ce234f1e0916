using ML.Thermo.Initialization;
using ML.Thermo.Loops;
using ML.Thermo.Loops.Simulation;
using ML.Thermo.Numerics;

namespace ML.Thermo.Tests.Loops.Simulation;

public class A_multinomial_draw
{
    [TestCase(40, 0.1)] // by inversion
    [TestCase(40, 0.4)] // by rejection
    [TestCase(500, 0.85)] // mirrored
    public void Has_the_binomial_law(int n, double p)
    {
        const int draws = 40_000;
        double[] seen = new double[n + 1];
        var random = new RandomStream(11, (ulong)n);
        for (int i = 0; i < draws; i++)
            seen[Multinomial.Binomial(n, p, random)]++;
        double chi = 0, left = 0, leftSeen = 0;
        int cells = 0;
        for (int k = 0; k <= n; k++)
        {
            double log = SpecialFunctions.LogGamma(n + 1) - SpecialFunctions.LogGamma(k + 1) - SpecialFunctions.LogGamma(n - k + 1);
            left += draws * Math.Exp(log + (k * Math.Log(p)) + ((n - k) * Math.Log(1 - p)));
            leftSeen += seen[k];
            if (left < 10 && k < n)
                continue;
            chi += (leftSeen - left) * (leftSeen - left) / Math.Max(left, 1);
            (left, leftSeen) = (0, 0);
            cells++;
        }

        Assert.That(chi, Is.LessThan(cells - 1 + (4 * Math.Sqrt(2.0 * (cells - 1)))));
    }

    [TestCase(1_000_000)]
    [TestCase(10)] // fewer rows than categories: drawn singly
    public void Adds_up_and_leaves_empty_categories_empty(int rows)
    {
        double[] law = [0, .. LoopSimulationOptions.Zipf(200, 1.1), 0];
        long[] counts = new long[law.Length];
        Multinomial.Add(law, rows, new RandomStream(1, 1), new double[law.Length], counts);
        Assert.That(counts.Sum(), Is.EqualTo(rows));
        Assert.That((counts[0], counts[^1]), Is.EqualTo((0, 0)));
        if (rows > 1000)
            Assert.That(counts[1], Is.EqualTo(law[1] * rows).Within(4 * Math.Sqrt(rows * law[1])));
    }
}

public class A_simulation_of_loops
{
    private static readonly LoopSimulationOptions Cold = new()
    {
        Fresh = LoopSimulationOptions.Zipf(50, 1.1),
        Rows = 500,
        Temperature = 0.9,
        FreshShare = 0.05,
        Generations = 12,
        Runs = 60,
    };

    [Test]
    public void Is_bit_identical_for_any_number_of_threads()
    {
        SimulatedGeneration[] one = [.. LoopSimulation.Run(Cold with { Threads = 1 }).Generations];
        foreach (int threads in new[] { 2, 7, -1 })
            Assert.That(LoopSimulation.Run(Cold with { Threads = threads }).Generations, Is.EqualTo(one));
        Assert.That(LoopSimulation.Run(Cold with { Seed = 2 }).Generations, Is.Not.EqualTo(one));
    }

    [TestCase(50, 1)]
    [TestCase(50, 5)]
    [TestCase(10, 2)]
    public void Obeys_the_law_of_fresh_rows(int rows, int fresh)
    {
        double[] q = [0.5, 0.25, 0.15, 0.1];
        SimulatedGeneration end = LoopSimulation.Run(new LoopSimulationOptions { Fresh = q, Rows = rows, FreshShare = (double)fresh / rows, Generations = 150, Runs = 1500 }).Generations[^1];
        Assert.That(end.GiniSimpson.Value, Is.EqualTo(0.655 * ResamplingLaw.Stationary(rows, fresh)).Within(4 * end.GiniSimpson.StandardError));
    }

    [Test]
    public void Obeys_the_law_without_fresh_rows()
    {
        SimulatedGeneration end = LoopSimulation.Run(new LoopSimulationOptions { Fresh = [0.5, 0.25, 0.15, 0.1], Rows = 50, Generations = 20, Runs = 1500 }).Generations[^1];
        Assert.That(end.GiniSimpson.Value, Is.EqualTo(0.655 * Math.Pow(0.98, 20)).Within(4 * end.GiniSimpson.StandardError));
    }

    [TestCase(0, 25)]
    [TestCase(2, 30)]
    public void Obeys_the_law_of_growing_data(int fresh, int generations)
    {
        SimulatedGeneration end = LoopSimulation.Run(new LoopSimulationOptions
        {
            Fresh = [0.5, 0.25, 0.15, 0.1],
            Rows = 10,
            FreshShare = fresh / 10.0,
            Generations = generations,
            Runs = 3000,
            Policy = RefillPolicy.Accumulate,
        }).Generations[^1];
        Assert.That(end.GiniSimpson.Value, Is.EqualTo(0.655 * ResamplingLaw.AccumulateWithFresh(10, fresh, generations)).Within(4 * end.GiniSimpson.StandardError));
    }

    [Test]
    public void Keeps_more_with_a_longer_window()
    {
        double[] kept = [.. new[] { RefillPolicy.Replace, new RefillPolicy(4), RefillPolicy.Accumulate }.Select(policy =>
            LoopSimulation.Run(new LoopSimulationOptions { Fresh = [0.5, 0.25, 0.15, 0.1], Rows = 20, Generations = 30, Runs = 400, Policy = policy }).Generations[^1].GiniSimpson.Value)];
        Assert.That(kept, Is.Ordered.Ascending);
        Assert.That(kept[1] - kept[0], Is.GreaterThan(0.05));
    }

    [Test]
    public void Of_many_rows_follows_the_map()
    {
        double[] q = [0.5, 0.25, 0.15, 0.1];
        SimulatedGeneration end = LoopSimulation.Run(new LoopSimulationOptions { Fresh = q, Rows = 2_000_000, Temperature = 0.8, FreshShare = 0.3, Generations = 9, Runs = 8 }).Generations[^1];
        Assert.That(end.Entropy.Value, Is.EqualTo(CategoricalLoop.Entropy(new CategoricalLoop(q, 0.8, 0.3).After(q, 8))).Within(0.002));
    }

    [Test]
    public void Takes_a_fraction_of_a_row_for_its_chance()
    {
        double[] kept = [.. new[] { 0.0, 0.5, 1 }.Select(rows => LoopSimulation.Run(new LoopSimulationOptions
        {
            Fresh = [0.5, 0.25, 0.15, 0.1], Rows = 20, FreshShare = rows / 20, Generations = 100, Runs = 600,
        }).Generations[^1].GiniSimpson.Value / 0.655)];
        Assert.That(kept[0], Is.LessThan(0.02));
        Assert.That(kept[1], Is.EqualTo(0.5).Within(0.05), "half a row keeps half");
        Assert.That(kept[2], Is.EqualTo(ResamplingLaw.Stationary(20, 1)).Within(0.05));
    }

    [Test]
    public void Names_what_it_cannot_use()
    {
        Assert.That(() => LoopSimulation.Run(Cold with { Generations = 0 }), Throws.ArgumentException.With.Message.Contains("0 generations"));
        Assert.That(() => LoopSimulation.Run(Cold with { Runs = 1 }), Throws.ArgumentException.With.Message.Contains("1 runs"));
        Assert.That(() => LoopSimulation.Run(Cold with { Temperature = -1 }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("-1"));
        Assert.That(() => LoopSimulation.Run(Cold with { FreshShare = 2 }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("2"));
    }

    [Test]
    public void Stops_when_asked_to() =>
        Assert.That(() => LoopSimulation.Run(Cold, cancellation: new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
}
