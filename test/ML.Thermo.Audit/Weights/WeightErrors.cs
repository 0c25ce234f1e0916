using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Weights;

namespace ML.Thermo.Audit.Weights;

/// <summary>The errors of what is read off a layer's weights: exponents of samples of a power law, σ of random matrices.</summary>
internal static class WeightErrors
{
    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int trials = isQuick ? 100 : 600;
        foreach (double alpha in new[] { 2.5, 4 })
        {
            foreach (int n in isQuick ? [200] : new[] { 100, 200, 1000 })
            {
                var all = new TailExponent[trials];
                Parallel.For(0, trials, trial =>
                {
                    var random = new RandomStream(67, (ulong)trial);
                    all[trial] = TailExponent.Fit([.. Enumerable.Range(0, n).Select(_ => Math.Pow(1 - random.NextDouble(), -1 / (alpha - 1)))]);
                });
                Estimate[] runs = [.. all.Where(fit => fit.Status == Status.Defined).Select(fit => new Estimate(fit.Alpha.Value, fit.ErrorGivenStart))];
                string at = $"power law α = {alpha}, {n} eigenvalues, {runs.Length} of {trials} Defined";
                Finding ratio = Spread.Ratio("α, which states no error: sd over (α − 1)/√n", at, runs, alpha);
                yield return ratio with { Stated = "1.2 … 1.6", Least = 1.1, Most = 1.7 };
            }
        }

        foreach ((int rows, int columns) in isQuick ? [(40, 60)] : new[] { (40, 60), (100, 100), (64, 256) })
        {
            var runs = new Estimate[trials];
            Parallel.For(0, trials, trial => runs[trial] = Sigma(new RandomStream(71, (ulong)trial), rows, columns));
            yield return Spread.Ratio("error of σ of a bulk", $"random matrix {rows} × {columns}", runs, 1);
        }
    }

    /// <summary>Large layers: spectra by random vectors, whose errors are those of the vectors; all eigenvalues tell the truth.</summary>
    public static IEnumerable<Finding> Sampled(bool isQuick)
    {
        const int rows = 300, columns = 400;
        int trials = isQuick ? 30 : 150;
        var random = new RandomStream(97, 0);
        float[] weights = [.. Enumerable.Range(0, rows * columns).Select(_ => (float)random.NextNormal())];
        var layout = new WeightLayout(rows, columns, 1, 1, columns, 1, 0, rows * columns);
        Spectrum exact = Spectrum.Of(new WeightMatrix(weights, layout), options: new() { Method = SpectrumMethod.Gram });
        var runs = new Spectrum[trials];
        Parallel.For(0, trials, trial => runs[trial] = Spectrum.Of(
            new WeightMatrix(weights, layout), options: new() { Method = SpectrumMethod.Lanczos, Seed = (ulong)trial + 1 }));
        const string at = "random matrix 300 × 400 by Lanczos";
        yield return Spread.Ratio("error of spectral entropy", at, [.. runs.Select(run => run.Entropy)], exact.Entropy.Value);
        yield return Spread.Ratio("error of normalised spectral entropy", at, [.. runs.Select(run => run.NormalizedEntropy)], exact.NormalizedEntropy.Value);
        int held = runs.Count(run => Math.Abs(run.StableRank.Value - exact.StableRank.Value) <= run.StableRank.StandardError + (1e-9 * exact.StableRank.Value));
        yield return Spread.Covered("stable rank within its bound", at, held, trials, 0.95);
        held = runs.Count(run => Math.Abs(run.SpectralNorm.Value - exact.SpectralNorm.Value) <= run.SpectralNorm.StandardError + (1e-9 * exact.SpectralNorm.Value));
        yield return Spread.Covered("spectral norm within its bound", at, held, trials, 0.95);
    }

    private static Estimate Sigma(RandomStream random, int rows, int columns)
    {
        float[] weights = [.. Enumerable.Range(0, rows * columns).Select(_ => (float)random.NextNormal())];
        return BulkFit.Of(Spectrum.Of(new WeightMatrix(weights, new WeightLayout(rows, columns, 1, 1, columns, 1, 0, rows * columns))), rows, columns).Sigma;
    }
}
