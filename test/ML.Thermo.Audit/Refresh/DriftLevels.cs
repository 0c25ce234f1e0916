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
                int flagged = 0;
                Parallel.For(0, trials, i =>
                {
                    var random = new RandomStream(101, (ulong)i);
                    DriftReference state = law.Reference(reference, new() { LeastEffect = 0, Seed = (ulong)i, Draws = 999 }, random);
                    if (state.Measure(law.Window(state, window, random)).Refresh)
                        Interlocked.Increment(ref flagged);
                });
                yield return Finding.Rate("flagged windows, labels", $"{law.Name}, {reference} against {window}", flagged, trials, 0.05, law.IsContinuous);
            }
        }
    }
}
