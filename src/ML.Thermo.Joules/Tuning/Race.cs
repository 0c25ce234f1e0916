using ML.Thermo.Joules.Repeats;

namespace ML.Thermo.Joules.Tuning;

/// <summary>How long a race goes on.</summary>
[Maturity(Maturity.Theorem, "options")]
public sealed record RaceOptions
{
    /// <summary>Runs that every setting gets before any is dropped; ≥ 2.</summary>
    public int FirstRuns { get; init; } = 3;

    /// <summary>Most runs of a setting.</summary>
    public int MostRuns { get; init; } = 10;

    /// <summary>Half width of the winner's 95 % interval, as a part of its cost, at which the race ends.</summary>
    public double Precision { get; init; } = 0.02;

    /// <summary>Most runs of all settings together; null for no limit. Every setting still gets its first runs.</summary>
    public int? Budget { get; init; }

    /// <summary>P_max, W: the largest power limit; null takes the largest mean power that was seen.</summary>
    public double? MaximumWatts { get; init; }
}

/// <summary>What became of one setting.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Runs">Its runs.</param>
/// <param name="WasDropped">Whether it left before the end.</param>
[Maturity(Maturity.Estimator)]
public sealed record Contestant(Setting Setting, IReadOnlyList<RunCost> Runs, bool WasDropped)
{
    /// <summary>Mean time, s.</summary>
    public Estimate Seconds => Of(run => run.Seconds);

    /// <summary>Mean energy, J.</summary>
    public Estimate Joules => Of(run => run.Joules);

    /// <summary>The mean run.</summary>
    public RunCost Mean => new(Seconds.Value, Joules.Value);

    /// <summary>95 % bounds of the mean of a cost, each by Student's quantile.</summary>
    internal (double Lower, double Upper) Bounds(Func<RunCost, double> cost)
    {
        (double mean, double error) = PairedComparison.Mean([.. Runs.Select(cost)]);
        double half = PairedComparison.HalfWidth(error, Runs.Count);
        return (mean - half, mean + half);
    }

    private Estimate Of(Func<RunCost, double> cost) =>
        PairedComparison.Mean([.. Runs.Select(cost)]) is var (mean, error) ? new(mean, error) : Estimate.Undefined;
}

/// <summary>A race of settings: all are run in turn, and one that is worse than the best beyond its error gets no more runs.</summary>
/// <remarks>
/// <para>A setting is dropped when the lower 95 % bound of its cost is above the upper bound of the best. Under a slowdown, one whose time is
/// surely too long is dropped, and only a setting whose time is surely short enough drops others by energy. Bounds hold one at a time; how often a
/// race loses its best
/// setting is measured in the tests (racing: Maron and Moore 1994).</para></remarks>
[Maturity(Maturity.Estimator)]
public sealed record Race
{
    /// <summary>All settings, in the order given.</summary>
    public required IReadOnlyList<Contestant> Contestants { get; init; }

    /// <summary>Index of the choice.</summary>
    public required int Choice { get; init; }

    /// <summary>Indices of the Pareto set of mean time and mean energy.</summary>
    public required IReadOnlyList<int> ParetoSet { get; init; }

    /// <summary>P_max of the weighted cost, W.</summary>
    public required double MaximumWatts { get; init; }

    /// <summary>Whether all others were dropped, or all that were left are known to the wanted precision; false where the budget ended the race.</summary>
    public required bool IsDecided { get; init; }

    /// <summary>Runs the race.</summary>
    /// <param name="settings">The settings; ≥ 1.</param>
    /// <param name="run">Runs one and measures it.</param>
    /// <param name="goal">What to look for.</param>
    /// <param name="options">How long; null for the defaults.</param>
    /// <param name="progress">Receives a number in 0 … 1 after each run, of the most that there can be.</param>
    /// <param name="cancellation">Stops between runs.</param>
    /// <exception cref="ArgumentException">There is no setting, or the options have too few runs.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Race Run(
        IReadOnlyList<Setting> settings, Func<Setting, RunCost> run, Goal goal, RaceOptions? options = null, IProgress<double>? progress = null,
            CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(goal);
        options ??= new RaceOptions();
        if (settings.Count == 0 || options.FirstRuns < 2 || options.MostRuns < options.FirstRuns)
            throw new ArgumentException("Expected at least one setting, at least two first runs, and no fewer runs in all.", nameof(settings));
        var runs = settings.Select(_ => new List<RunCost>()).ToArray();
        var alive = Enumerable.Range(0, settings.Count).ToList();
        int done = 0, most = Math.Min(options.Budget ?? int.MaxValue, settings.Count * options.MostRuns);
        bool isDecided = false, isSharp = false;
        for (int round = 0; round < options.MostRuns && !(isDecided && isSharp); round++)
        {
            if (round >= options.FirstRuns && done + alive.Count > most)
                break;
            foreach (int i in alive)
            {
                cancellation.ThrowIfCancellationRequested();
                runs[i].Add(run(settings[i]));
                done++;
                progress?.Report(Math.Min(1, done / (double)Math.Max(most, 1)));
            }

            if (round + 1 >= options.FirstRuns)
                (isDecided, isSharp) = Drop(settings, runs, alive, goal, options);
        }

        Contestant[] contestants = [.. settings.Select((setting, i) => new Contestant(setting, runs[i], !alive.Contains(i)))];
        RunCost[] means = [.. contestants.Select(contestant => contestant.Mean)];
        double watts = MaximumPower(runs, options);
        int[] finalists = [.. alive];
        return new Race
        {
            Contestants = contestants,
            Choice = finalists[goal.Choose([.. finalists.Select(i => means[i])], watts)],
            ParetoSet = Goal.ParetoSet(means),
            MaximumWatts = watts,
            IsDecided = isDecided,
        };
    }

    private static double MaximumPower(List<RunCost>[] runs, RaceOptions options) =>
        options.MaximumWatts ?? runs.SelectMany(list => list).Where(run => run.Seconds > 0).Select(run => run.Joules / run.Seconds).DefaultIfEmpty(0).Max();

    /// <summary>Drops what cannot win; says whether the choice is decided, and whether its cost is known to the wanted precision.</summary>
    private static (bool IsDecided, bool IsSharp) Drop(IReadOnlyList<Setting> settings, List<RunCost>[] runs, List<int> alive, Goal goal, RaceOptions options)
    {
        double watts = MaximumPower(runs, options);
        Contestant Of(int i) => new(settings[i], runs[i], false);
        var cost = alive.ToDictionary(i => i, i => Of(i).Bounds(run => goal.Cost(run, watts)));
        int[] able = [.. alive];
        if (goal.Slowdown is { } factor)
        {
            var time = alive.ToDictionary(i => i, i => Of(i).Bounds(run => run.Seconds));
            double fastest = time.Values.Min(bounds => bounds.Upper), surely = time.Values.Min(bounds => bounds.Lower);
            able = [.. alive.Where(i => time[i].Upper <= factor * surely)];
            alive.RemoveAll(i => time[i].Lower > factor * fastest);
        }

        if (able.Length > 0)
        {
            double best = able.Min(i => cost[i].Upper);
            alive.RemoveAll(i => cost[i].Lower > best && !IsFastest(i));
        }

        int winner = alive[goal.Choose([.. alive.Select(i => Of(i).Mean)], watts)];
        // Under a slowdown the fastest stays: it says what the others are measured against.
        bool IsFastest(int i) => goal.Slowdown is not null && i == alive.MinBy(j => Of(j).Seconds.Value);
        bool IsSharp(int i) => cost[i].Upper - cost[i].Lower <= options.Precision * (cost[i].Upper + cost[i].Lower);
        bool isAlone = alive.All(i => i == winner || IsFastest(i)), isSharp = IsSharp(winner);
        return (isAlone || alive.All(IsSharp), isSharp);
    }
}
