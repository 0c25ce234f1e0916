using ML.Thermo.Sharing;

namespace ML.Thermo.Scans;

/// <summary>How a scan looks.</summary>
public sealed record ScanOptions
{
    /// <summary>L ≥ 1: grid values on either side of a split that are compared. A wider window needs fewer samples and blurs the place.</summary>
    public int Window { get; init; } = 1;

    /// <summary>α: the chance that a scan of a system without any transition reports one, above 0 and below 1.</summary>
    public double FalseAlarms { get; init; } = 0.05;

    /// <summary>Of curves without error: the least prominence of a maximum that is reported, as a share of its height, in [0, 1].</summary>
    public double LeastProminence { get; init; } = 0.1;

    /// <summary>How many outcomes that contribute most are listed at a split, ≥ 0.</summary>
    public int Top { get; init; } = 10;

    /// <summary>Permutations of the test whether anything changes at all (counts only), ≥ 0; 0 leaves it out.</summary>
    public int Permutations { get; init; } = 999;

    /// <summary>Compares all values with one another too (<see cref="ScanReport.Pairs"/>), K²/2 times the work of a split; up to 64 values.</summary>
    public bool Pairs { get; init; }

    /// <summary>Equal seeds give equal results.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads at most; results do not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Who runs the models of a scan: other machines, for example; null for this process. The numbers do not depend on it. Tables run no
    /// model.</summary>
    public IWorkers? Workers { get; init; }

    internal void Check(ControlGrid grid)
    {
        if (Window < 1 || grid.Count < 2 * Window)
            throw new UnusableDataException($"A window of {Window} needs at least {2 * Math.Max(Window, 1)} values of {grid.Name}: there are {grid.Count}. "
                + "Expected a window from 1 to half their number.");
        if (!(FalseAlarms is > 0 and < 1))
            throw new ArgumentException($"A share of false alarms of {FalseAlarms} is none: expected a number above 0 and below 1.");
        if (!(LeastProminence is >= 0 and <= 1))
            throw new ArgumentException($"A least prominence of {LeastProminence} is none: expected a number from 0 to 1.");
        if (Top < 0 || Permutations < 0)
            throw new ArgumentException($"Expected counts ≥ 0, got {Math.Min(Top, Permutations)}.");
    }
}
