using ML.Thermo.Initialization;
using ML.Thermo.Refresh;

namespace ML.Thermo.Audit.Refresh;

/// <summary>
/// Reading a reference in its order: independent rows are called dependent at most once in a hundred, and with the correction on the rates of independent rows
/// are still at most those stated.
/// </summary>
internal static class DependenceTests
{
    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int trials = isQuick ? 400 : 4000;
        foreach (LossLaw law in LossLaw.All)
        {
            foreach ((int rows, int window) in new[] { (60, 20), (300, 50), (1000, 300) })
            {
                int found = 0, drift = 0;
                Parallel.For(0, trials, i =>
                {
                    var random = new RandomStream(110, (ulong)i);
                    DriftReference reference = law.Reference(rows, new() { LeastEffect = 0, Seed = (ulong)i, Draws = 999 }, random);
                    WindowDrift measured = reference.Measure(law.Window(reference, window, random));
                    if (measured.Dependence.DesignEffect > 1)
                        Interlocked.Increment(ref found);
                    if (measured.Drift)
                        Interlocked.Increment(ref drift);
                });
                string at = $"{law.Name}, {rows} against {window}";
                yield return Finding.Rate("references of independent rows called dependent", at, found, trials, 0.01, exact: false);
                yield return Finding.Rate("windows that show drift, read in order", at, drift, trials, 0.05, exact: false);
            }
        }
    }
}
