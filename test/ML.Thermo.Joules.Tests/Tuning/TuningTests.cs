using ML.Thermo.Initialization;
using ML.Thermo.Joules.Tuning;

namespace ML.Thermo.Tests.Tuning;

[TestFixture]
public sealed class TuningTests
{
    // Limit W, s, J: the costs were computed by hand.
    private static readonly int[] Limits = [300, 250, 200, 150, 100];
    private static readonly RunCost[] Runs = [new(1000, 210000), new(1030, 190000), new(1120, 172000), new(1380, 168000), new(2100, 189000)];

    [TestCase(0, 300, 300000)]
    [TestCase(.3, 300, 273000)]
    [TestCase(.5, 250, 249500)]
    [TestCase(.7, 200, 221200)]
    [TestCase(1, 150, 168000)]
    public void The_weighted_choice(double eta, int limit, double cost)
    {
        int choice = Goal.Weighted(eta).Choose(Runs, 300);
        Assert.That((Limits[choice], Goal.Weighted(eta).Cost(Runs[choice], 300)), Is.EqualTo((limit, cost)));
    }

    [TestCase(1.0, 300)]
    [TestCase(1.15, 200)]
    [TestCase(1.5, 150)]
    [TestCase(9.0, 150)]
    public void The_choice_within_a_slowdown(double factor, int limit) => Assert.That(Limits[Goal.WithinSlowdown(factor).Choose(Runs, 300)], Is.EqualTo(limit));

    [Test]
    public void The_pareto_set()
    {
        Assert.That(Goal.ParetoSet(Runs), Is.EqualTo(new[] { 0, 1, 2, 3 }));
        Assert.That(Goal.ParetoSet([new(1, 1), new(1, 1), new(2, 0.5), new(2, 0.6)]), Is.EqualTo(new[] { 0, 2 }));
    }

    [Test]
    public void Knobs_make_a_grid_that_fills_a_command_line()
    {
        IReadOnlyList<Setting> grid = Setting.Grid([new("batch", ["1", "8"]), new("threads", ["1", "2", "4"])]);
        Assert.That(grid, Has.Count.EqualTo(6));
        Assert.That(grid[4].Fill(["run", "--batch={batch}", "{threads}", "{other}"]), Is.EqualTo(new[] { "run", "--batch=8", "2", "{other}" }));
        Assert.That(() => Setting.Grid([new("a", ["1"]), new("a", ["2"])]), Throws.ArgumentException);
    }

    [Test]
    public void A_race_without_noise_gives_every_setting_three_runs_and_the_winner()
    {
        Race race = Run(Goal.Energy, 0, 1);
        Assert.That(race.Contestants.Select(contestant => contestant.Runs.Count), Is.EqualTo(new[] { 3, 3, 3, 3, 3 }));
        Assert.That((Limits[race.Choice], race.IsDecided), Is.EqualTo((150, true)));
        Assert.That(race.ParetoSet, Is.EqualTo(new[] { 0, 1, 2, 3 }));
        Assert.That(Limits[Run(Goal.WithinSlowdown(1.15), 0, 1).Choice], Is.EqualTo(200));
    }

    [Test]
    public void A_budget_ends_a_race_after_the_first_runs()
    {
        Race race = Run(Goal.Energy, 0.3, 1, new RaceOptions { Budget = 17 });
        Assert.That(race.Contestants.Sum(contestant => contestant.Runs.Count), Is.InRange(15, 17));
    }

    /// <summary>
    /// How often the best is lost to noise of 3 % in each run (the second best costs 2.4 % more), over 400 races; bounds that hold one at a time do
    /// not hold together, so this is measured and not promised.
    /// </summary>
    [Test]
    public void A_race_under_noise_mostly_keeps_the_best_and_spends_less_than_all_runs()
    {
        int right = 0, good = 0, runs = 0;
        const int Races = 400;
        for (ulong seed = 0; seed < Races; seed++)
        {
            Race race = Run(Goal.Energy, 0.03, seed);
            right += Limits[race.Choice] == 150 ? 1 : 0;
            good += Limits[race.Choice] is 150 or 200 ? 1 : 0;
            runs += race.Contestants.Sum(contestant => contestant.Runs.Count);
        }

        TestContext.Out.WriteLine($"best {right / (double)Races:P1}, best or second {good / (double)Races:P1}, {runs / (double)Races:F1} of 50 runs");
        Assert.That(right / (double)Races, Is.GreaterThan(0.8));
        Assert.That(good / (double)Races, Is.GreaterThan(0.97));
        Assert.That(runs / (double)Races, Is.LessThan(45));
    }

    [Test]
    public void A_race_can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        int runs = 0;
        Assert.That(() => Race.Run(
            Setting.Grid([new("a", ["1", "2"])]),
            _ =>
            {
                if (++runs == 2)
                    source.Cancel();
                return new(1, 1);
            },
            Goal.Energy,
            cancellation: source.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(runs, Is.EqualTo(2));
    }

    [Test]
    public void Goals_outside_their_range_are_refused()
    {
        Assert.That(() => Goal.Weighted(1.1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Goal.Weighted(double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Goal.WithinSlowdown(0.9), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private static Race Run(Goal goal, double noise, ulong seed, RaceOptions? options = null)
    {
        var random = new RandomStream(100 + seed, 0);
        IReadOnlyList<Setting> settings = Setting.Grid([new("limit", [.. Limits.Select(limit => $"{limit}")])]);
        return Race.Run(
            settings,
            setting => Runs[settings.IndexOf(setting)] is var run ? new RunCost(run.Seconds * (1 + (noise * random.NextNormal())), run.Joules * (1 + (noise * random.NextNormal()))) : default,
            goal,
            options);
    }
}

file static class Lists
{
    public static int IndexOf(this IReadOnlyList<Setting> settings, Setting wanted) => settings.ToList().FindIndex(setting => ReferenceEquals(setting, wanted));
}
