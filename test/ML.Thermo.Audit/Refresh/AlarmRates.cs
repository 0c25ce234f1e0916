using ML.Thermo.Initialization;
using ML.Thermo.Refresh;

namespace ML.Thermo.Audit.Refresh;

/// <summary>
/// Sequential alarms with labels: where nothing drifts, the share of streams with an alarm within so many windows, neither more nor less than stated.
/// </summary>
internal static class AlarmRates
{
    private const int Rows = 20;

    /// <summary>Every law at one size, two of them, one with ties, at others.</summary>
    private static IEnumerable<(LossLaw Law, int Reference, int RunLength, int Windows)> Cases(bool isQuick)
    {
        foreach (LossLaw law in LossLaw.All)
            yield return (law, 150, 100, 60);
        foreach (int size in new[] { 30, 600 })
        {
            yield return (LossLaw.All.Single(law => law.Name == "half-normal"), size, 100, 60);
            yield return (LossLaw.All.Single(law => law.Name == "ten values"), size, 100, 60);
        }

        if (!isQuick)
            yield return (LossLaw.All[0], 150, 1000, 100);
    }

    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int trials = isQuick ? 200 : 1000;
        foreach ((LossLaw law, int rows, int runLength, int windows) in Cases(isQuick))
        {
            int[] first = new int[trials];
            Parallel.For(0, trials, i => first[i] = FirstAlarm(law, rows, runLength, windows, (ulong)i));
            foreach (int within in new[] { windows / 6, windows / 2, windows })
            {
                double stated = 1 - Math.Pow(1 - (1.0 / runLength), within);
                yield return Finding.Rate(
                    $"streams with an alarm within {within} windows", $"{law.Name}, {rows} rows, ARL " +
                        $"{runLength}", first.Count(at => at > 0 && at <= within), trials, stated, exact: true);
            }
        }
    }

    /// <summary>Every stream has a reference and limits of its own, since the rate is an average over both.</summary>
    private static int FirstAlarm(LossLaw law, int rows, int runLength, int windows, ulong trial)
    {
        var random = new RandomStream(109, trial);
        DriftReference reference = law.Reference(rows, new() { RunLength = runLength, Seed = trial, Draws = 99, RowsInOrder = false }, random);
        var detector = new SequentialDetector(reference, DriftRule.Energy);
        for (int t = 1; t <= windows; t++)
        {
            if (detector.Observe(law.Window(reference, Rows, random)).Alarm)
                return t;
        }

        return 0;
    }
}
