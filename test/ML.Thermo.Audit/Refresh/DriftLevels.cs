using ML.Thermo.Initialization;
using ML.Thermo.Refresh;

namespace ML.Thermo.Audit.Refresh;

/// <summary>The window rule with labels: the share of flagged windows where nothing drifts, every window with a reference of its own.</summary>
internal static class DriftLevels
{
    private static readonly (int Reference, int Window)[] s_sizes = [(20, 1000), (60, 120), (300, 300), (1000, 1000), (5000, 5000)];

    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int trials = isQuick ? 400 : 4000;
        foreach (LossLaw law in LossLaw.All)
        {
            foreach ((int reference, int window) in s_sizes)
            {
                int changed = 0, worse = 0;
                Parallel.For(0, trials, i =>
                {
                    var random = new RandomStream(101, (ulong)i);
                    DriftReference state = law.Reference(reference, new() { LeastEffect = 0, RowsInOrder = false, Seed = (ulong)i, Draws = 999 }, random);
                    WindowDrift found = state.Measure(law.Window(state, window, random));
                    if (found.Drift)
                        Interlocked.Increment(ref changed);
                    if (found.Refresh)
                        Interlocked.Increment(ref worse);
                });
                string at = $"{law.Name}, {reference} against {window}";
                yield return Finding.Rate("windows that show drift, losses alone", at, changed, trials, 0.05, law.IsContinuous);
                yield return Finding.Rate("windows that ask for a refresh, losses alone", at, worse, trials, 0.05, law.IsContinuous);
            }
        }
    }
}
