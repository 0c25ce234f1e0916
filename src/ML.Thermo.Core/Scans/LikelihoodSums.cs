using System.Numerics.Tensors;
using ML.Thermo.Initialization;

namespace ML.Thermo.Scans;

/// <summary>Sums over samples whose ln P is known under several laws of the scan; samples need not be kept.</summary>
/// <remarks>
/// <para>Likelihood: D̂ = (1/2L) Σ_k mean G(q) over the laws k of the window, unbiased and never negative; SE² = (1/2L)² Σ s²/n. Scoring by G, not by g of a
/// sample's own side, has the same mean and a far smaller variance.</para>
/// <para>Pooled: every sample of every law serves every split, weighted by M/mix with mix = Σ w_k P_k, w_k = n_k/Σn: D̂ = Σ w_k mean (M/mix) G(q). The
/// weights are bounded, so nothing rare explodes.</para>
/// </remarks>
[Maturity(Maturity.Estimator)]
public sealed class LikelihoodSums
{
    private readonly ControlGrid _grid;
    private readonly ScanOptions _options;
    private readonly SplitCurves _curves;
    private readonly double[]? _weights;
    private readonly LawSamples[] _samples;

    /// <summary>No samples yet.</summary>
    /// <param name="grid">K values.</param>
    /// <param name="options">How to look.</param>
    /// <param name="planned">Pooled: how many samples will come from each law; null for the estimate by windows.</param>
    public LikelihoodSums(ControlGrid grid, ScanOptions options, IReadOnlyList<long>? planned = null)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(options);
        options.Check(grid);
        (_grid, _options, _curves) = (grid, options, new SplitCurves(grid, options.Window));
        if (planned is not null)
        {
            double all = planned.Sum();
            _weights = [.. planned.Select(count => count / all)];
        }

        _samples = [.. Enumerable.Range(0, grid.Count).Select(k =>
            new LawSamples(new RandomStream(options.Seed, SplitCurves.PartsStream + (ulong)k), _curves.Count, grid.Count - 1)
            {
                Pairs = planned is null ? null : PairTable.Wanted(grid, options),
            })];
    }

    /// <summary>Adds a sample. Samples of different laws may come from different threads.</summary>
    /// <param name="law">k: which law it was drawn from.</param>
    /// <param name="logLikelihoods">Its ln P under all K laws; −∞ where one excludes it; NaN where it is not known (by windows only).</param>
    /// <exception cref="UnusableDataException">A ln P is above 1e-6, unknown where it is needed, or −∞ under the sample's own law.</exception>
    public void Add(int law, ReadOnlySpan<double> logLikelihoods)
    {
        Check(law, logLikelihoods);
        LawSamples samples = _samples[law];
        samples.Begin(-logLikelihoods[law]);
        if (_weights is null)
            AddByWindows(law, logLikelihoods, samples);
        else
            AddPooled(logLikelihoods, samples);
    }

    /// <summary>The scan of the samples so far.</summary>
    /// <param name="points">What else is known at each value; null for entropies −⟨ln P⟩ alone.</param>
    /// <exception cref="UnusableDataException">A law has fewer than two samples, or not as many as planned.</exception>
    public ScanReport Report(IReadOnlyList<ScanPoint>? points = null)
    {
        long all = _samples.Sum(samples => samples.Count);
        for (int k = 0; k < _grid.Count; k++)
        {
            if (_samples[k].Count < 2)
                throw new UnusableDataException($"{_grid.Name} = {_grid.Values[k]} has {_samples[k].Count} samples: expected at least 2.");
            if (_weights is not null && Math.Abs((_weights[k] * all) - _samples[k].Count) > 1e-6 * all)
                throw new UnusableDataException($"{_grid.Name} = {_grid.Values[k]} has {_samples[k].Count} samples: expected {_weights[k] * all:F0} as "
                    + "planned.");
        }

        for (int s = 0; s < _curves.Count; s++)
            Fill(s);
        for (int k = 0; k + 1 < _grid.Count; k++)
            _curves.Neighbours[k] = Weighted(k, 1, samples => samples.Neighbours[k]);
        _curves.Pairs = _samples[0].Pairs is null ? null : new PairTable(_grid.Count);
        for (int k = 0; k < _grid.Count; k++)
            _curves.Pairs?.Add(_samples[k].Pairs!, _weights![k] / _samples[k].Count);
        _curves.Freedom = _weights is not null
            ? all - _grid.Count
            : Enumerable.Range(0, _curves.Count).Min(s => Math.Min(SideCount(s, -1), SideCount(s, 1))) - 1;
        _curves.LeftOut = LeftOut;
        _curves.NeighboursLeftOut = part =>
            [.. Enumerable.Range(0, _grid.Count - 1).Select(k => WeightedValue(k, 1, samples => samples.NeighboursWithout(part, k)))];
        points ??= [.. _samples.Select((samples, k) => new ScanPoint(_grid.Values[k], samples.Count) { Entropy = samples.Entropy.Mean })];
        return ScanAssembly.Report(_grid, _weights is null ? ScanObserver.Likelihood : ScanObserver.Pooled, _curves, points, _options, double.NaN);
    }

    private void Fill(int s)
    {
        int left = _curves.LeftOf(s), window = _options.Window;
        Estimate[] d = [.. Enumerable.Range(0, 4).Select(distance => Weighted(left, window, samples => samples.Splits[(s * 4) + distance]))];
        _curves.Set(
            s,
            new(d[0].Value, d[1].Value, d[2].Value, d[3].Value),
            new(d[0].StandardError, d[1].StandardError, d[2].StandardError, d[3].StandardError));
        if (_curves.Fits(s, 2 * window, _grid.Count))
            _curves.Doubled[s] = Weighted(left, 2 * window, samples => samples.Doubled[s]).Value;
    }

    /// <summary>Σ of weighted means of the laws that take part in a split, with its error.</summary>
    private Estimate Weighted(int left, int window, Func<LawSamples, Moments> of)
    {
        double variance = 0;
        (int first, int last) = Laws(left, window);
        for (int k = first; k <= last; k++)
            variance += Math.Pow(Weight(k, window), 2) * of(_samples[k]).VarianceOfMean;
        return new(WeightedValue(left, window, samples => of(samples).Mean.Value), Math.Sqrt(variance));
    }

    private double WeightedValue(int left, int window, Func<LawSamples, double> of)
    {
        double value = 0;
        (int first, int last) = Laws(left, window);
        for (int k = first; k <= last; k++)
            value += Weight(k, window) * of(_samples[k]);
        return value;
    }

    /// <summary>The laws whose samples take part in a split: all of them where they are pooled.</summary>
    private (int First, int Last) Laws(int left, int window) => _weights is null ? (left - window + 1, left + window) : (0, _grid.Count - 1);

    private double Weight(int k, int window) => _weights?[k] ?? 0.5 / window;

    private double[] LeftOut(int part, int from, int to) => [.. Enumerable.Range(from, to - from + 1)
        .Select(s => WeightedValue(_curves.LeftOf(s), _options.Window, samples => samples.Without(part, s)))];

    private long SideCount(int s, int side)
    {
        int start = side < 0 ? _curves.LeftOf(s) - _options.Window + 1 : _curves.LeftOf(s) + 1;
        return Enumerable.Range(start, _options.Window).Sum(k => _samples[k].Count);
    }

    private void AddPooled(ReadOnlySpan<double> logs, LawSamples samples)
    {
        Span<double> relative = logs.Length <= 512 ? stackalloc double[logs.Length] : new double[logs.Length];
        TensorPrimitives.Subtract(logs, TensorPrimitives.Max(logs), relative);
        TensorPrimitives.Exp(relative, relative);
        double twice = 2 * TensorPrimitives.Dot<double>(relative, _weights);
        for (int s = 0; s < _curves.Count; s++)
        {
            int left = _curves.LeftOf(s), window = _options.Window;
            samples.Add(s, LawKernel.Outcome(Mean(relative, left - window + 1, window), Mean(relative, left + 1, window)), twice);
            if (_curves.Fits(s, 2 * window, _grid.Count))
            {
                double p = Mean(relative, left - (2 * window) + 1, 2 * window), q = Mean(relative, left + 1, 2 * window);
                samples.Doubled[s].Add(LawKernel.Outcome(p, q).Linear / twice);
            }
        }

        samples.Pairs?.Add(relative, twice);
        for (int k = 0; k + 1 < relative.Length; k++)
            samples.AddNeighbours(k, Math.Pow(Math.Sqrt(relative[k]) - Math.Sqrt(relative[k + 1]), 2) / twice);
    }

    private void AddByWindows(int law, ReadOnlySpan<double> logs, LawSamples samples)
    {
        int window = _options.Window;
        for (int s = 0; s < _curves.Count; s++)
        {
            int left = _curves.LeftOf(s);
            if (law > left - window && law <= left + window)
            {
                (double p, double q) = Sides(logs, left, window);
                samples.Add(s, LawKernel.Outcome(p, q), p + q);
            }

            if (_curves.Fits(s, 2 * window, _grid.Count) && law > left - (2 * window) && law <= left + (2 * window))
            {
                (double p, double q) = Sides(logs, left, 2 * window);
                samples.Doubled[s].Add(LawKernel.Outcome(p, q).Linear / (p + q));
            }
        }

        for (int k = Math.Max(law - 1, 0); k <= law && k + 1 < logs.Length; k++)
        {
            (double p, double q) = Sides(logs, k, 1);
            samples.AddNeighbours(k, LawKernel.Outcome(p, q).Hellinger / (p + q));
        }
    }

    /// <summary>Mean likelihoods of both sides, relative to the largest in the window.</summary>
    private static (double Left, double Right) Sides(ReadOnlySpan<double> logs, int left, int window)
    {
        double largest = TensorPrimitives.Max(logs.Slice(left - window + 1, 2 * window)), p = 0, q = 0;
        for (int i = 0; i < window; i++)
        {
            p += Math.Exp(logs[left - i] - largest);
            q += Math.Exp(logs[left + 1 + i] - largest);
        }

        return (p / window, q / window);
    }

    private static double Mean(ReadOnlySpan<double> numbers, int start, int count) =>
        count == 1 ? numbers[start] : TensorPrimitives.Sum(numbers.Slice(start, count)) / count;

    private void Check(int law, ReadOnlySpan<double> logs)
    {
        if (logs.Length != _grid.Count)
            throw new UnusableDataException($"A sample of {_grid.Name} = {_grid.Values[law]} has {logs.Length} log likelihoods: expected {_grid.Count}.");
        int reach = _weights is null ? 2 * _options.Window : logs.Length;
        for (int m = 0; m < logs.Length; m++)
        {
            double log = logs[m];
            bool isUnknown = double.IsNaN(log) && (_weights is not null || Math.Abs(m - law) < reach);
            if (isUnknown || log > 1e-6)
                throw new UnusableDataException($"A sample of {_grid.Name} = {_grid.Values[law]} has ln P = {log} at {_grid.Values[m]}: expected a "
                    + "number ≤ 0, the logarithm of a probability.");
        }

        if (double.IsNegativeInfinity(logs[law]))
            throw new UnusableDataException($"A sample of {_grid.Name} = {_grid.Values[law]} has ln P = −∞ under its own law: it cannot have "
                + "been drawn from it.");
    }
}
