using ML.Thermo.Curvature;

namespace ML.Thermo.Audit.Curvature;

/// <summary>The errors of traces of a Hessian by random probes, and of λ = d_eff/2 behind them, where the Hessian is known.</summary>
internal static class ProbeErrors
{
    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int trials = isQuick ? 100 : 600;
        foreach ((string name, double[] h) in new (string, double[])[]
        {
            ("40 equal curvatures", [.. Enumerable.Repeat(1.0, 40)]),
            ("curvatures 1/j, j to 40", [.. Enumerable.Range(1, 40).Select(j => 1.0 / j)]),
        })
        {
            double trace = h.Sum(), square = h.Sum(x => x * x);
            double Energy(ReadOnlySpan<double> w)
            {
                double sum = 0;
                for (int i = 0; i < w.Length; i++)
                    sum += 0.5 * h[i] * w[i] * w[i];
                return sum;
            }

            foreach (int draws in isQuick ? [64] : new[] { 64, 512 })
            {
                var runs = new HessianTraces[trials];
                Parallel.For(0, trials, trial => runs[trial] = HessianProbe.ByEnergies(
                    Energy, new double[h.Length], new() { Draws = draws, Seed = (ulong)trial + 1, Step = 0.1 }));
                string at = $"{name}, {draws} normal probes";
                yield return Spread.Ratio("error of tr H", at, [.. runs.Select(run => run.Trace)], trace);
                yield return Spread.Ratio("error of tr H²", at, [.. runs.Select(run => run.TraceOfSquare)], square);
                yield return Spread.Ratio("error of d_eff = 2λ, curvature", at, [.. runs.Select(run => run.EffectiveDegreesOfFreedom)], trace * trace / square);
                yield return Spread.Ratio("error of the equipartition ratio, probes", at, [.. runs.Select(run => run.EquipartitionRatio)], h.Length * square / (trace * trace));
            }
        }
    }
}
