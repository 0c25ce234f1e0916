using System.Diagnostics;

namespace ML.Thermo.Benchmarks;

/// <summary>One piece of our work timed against a named baseline in the same run, the two interleaved.</summary>
/// <param name="Name">What is measured, with its size.</param>
/// <param name="Baseline">What it is measured against.</param>
/// <param name="Subject">Our work.</param>
/// <param name="BaselineWork">The baseline's work.</param>
/// <param name="Bar">The bound that the issue sets on time(subject)/time(baseline).</param>
internal sealed record Comparison(string Name, string Baseline, Action Subject, Action BaselineWork, double Bar)
{
    /// <summary>How much more work the baseline stands for than it does: its time is multiplied by this before the ratio is taken.</summary>
    public double BaselineScale { get; init; } = 1;

    /// <summary>Timed rounds after one untimed; many short ones where the machine is shared.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Takes the least CPU time of the process in place of the median time of the clock: for work of one thread on a machine that others use too.</summary>
    public bool CountsCpu { get; init; }

    /// <summary>A bar that is a time: the subject's time over it is the ratio, and no baseline runs.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>Runs both in turn and returns the median times.</summary>
    public (TimeSpan Subject, TimeSpan Baseline) Measure()
    {
        Subject();
        BaselineWork();
        var subject = new List<TimeSpan>();
        var baseline = new List<TimeSpan>();
        for (int round = 0; round < Rounds; round++)
        {
            baseline.Add(Limit ?? Time(BaselineWork));
            subject.Add(Time(Subject));
        }

        return CountsCpu ? (subject.Min(), baseline.Min() * BaselineScale) : (Median(subject), Median(baseline) * BaselineScale);
    }

    private TimeSpan Time(Action work)
    {
        if (CountsCpu)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            work();
            return Environment.CpuUsage.TotalTime - before;
        }

        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start);
    }

    private static TimeSpan Median(List<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);
}
