using System.Numerics.Tensors;
using ML.Thermo.Initialization;

namespace ML.Thermo.Scans;

/// <summary>Sums over fixed inputs of the distances between their laws at both sides of each split.</summary>
/// <remarks>
/// What is kept does not grow with the number of inputs.
/// The joint law of (input, outcome) has the mean over inputs as its distance; its error is that of a mean, sd/√n with n − 1, because the inputs are a sample.
/// </remarks>
[Maturity(Maturity.Theorem, "the value")]
[Maturity(Maturity.Estimator, "the error")]
public sealed class InputSums
{
    private readonly ControlGrid _grid;
    private readonly ScanOptions _options;
    private readonly SplitCurves _curves;
    private readonly int _classes;
    private readonly Moments[] _linear, _variation, _information, _hellinger, _neighbours, _entropy;
    private readonly double[] _doubled, _parts, _neighbourParts;
    private readonly long[] _partCounts = new long[SplitCurves.Parts];
    private readonly double[][] _means;
    private readonly RandomStream _chance;
    private readonly PairTable? _pairs;

    /// <summary>No inputs yet.</summary>
    /// <param name="grid">K values.</param>
    /// <param name="classes">Outcomes of each law.</param>
    /// <param name="options">How to look.</param>
    public InputSums(ControlGrid grid, int classes, ScanOptions options)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(options);
        options.Check(grid);
        (_grid, _options, _classes, _chance) = (grid, options, classes, new RandomStream(options.Seed, SplitCurves.PartsStream));
        _curves = new SplitCurves(grid, options.Window);
        _pairs = PairTable.Wanted(grid, options);
        (_linear, _variation, _information, _hellinger) = (Empty(_curves.Count), Empty(_curves.Count), Empty(_curves.Count), Empty(_curves.Count));
        (_neighbours, _entropy) = (Empty(grid.Count - 1), Empty(grid.Count));
        (_doubled, _parts) = (new double[_curves.Count], new double[SplitCurves.Parts * _curves.Count]);
        _neighbourParts = new double[SplitCurves.Parts * (grid.Count - 1)];
        _means = [.. Enumerable.Range(0, grid.Count).Select(_ => new double[classes])];
    }

    /// <summary>Number of inputs so far.</summary>
    public long Count { get; private set; }

    /// <summary>Adds an input.</summary>
    /// <param name="laws">Its law at each value of the grid; checked by <see cref="Scan.Checked"/>.</param>
    public void Add(IReadOnlyList<double[]> laws)
    {
        ArgumentNullException.ThrowIfNull(laws);
        int part = (int)_chance.NextInteger(SplitCurves.Parts), window = _options.Window;
        Count++;
        _partCounts[part]++;
        Span<double> overlaps = _curves.Count <= 512 ? stackalloc double[_curves.Count] : new double[_curves.Count];
        for (int s = 0; s < _curves.Count; s++)
        {
            int left = _curves.LeftOf(s);
            Distances d = LawKernel.All(LawScan.Window(laws, left, window, -1), LawScan.Window(laws, left + 1, window, 1));
            _linear[s].Add(d.Linear);
            _variation[s].Add(d.TotalVariation);
            _information[s].Add(d.JensenShannon);
            _hellinger[s].Add(d.Hellinger);
            overlaps[s] = d.Hellinger;
            _parts[(part * _curves.Count) + s] += d.Linear;
            if (_curves.Fits(s, 2 * window, _grid.Count))
                _doubled[s] += LawKernel.Linear(LawScan.Window(laws, left, 2 * window, -1), LawScan.Window(laws, left + 1, 2 * window, 1));
        }

        _pairs?.Add(laws);
        for (int k = 0; k < _grid.Count; k++)
        {
            _entropy[k].Add(LawKernel.Entropy(laws[k]));
            TensorPrimitives.Add(_means[k], laws[k], _means[k]);
            if (k + 1 == _grid.Count)
                continue;
            double hellinger = window == 1 ? overlaps[k] : LawKernel.All(laws[k], laws[k + 1]).Hellinger;
            _neighbours[k].Add(hellinger);
            _neighbourParts[(part * (_grid.Count - 1)) + k] += hellinger;
        }
    }

    /// <summary>The scan of the inputs so far.</summary>
    /// <param name="points">What else is known at each value; null for entropies alone.</param>
    /// <exception cref="UnusableDataException">There are fewer than two inputs.</exception>
    public ScanReport Report(IReadOnlyList<ScanPoint>? points = null)
    {
        if (Count < 2)
            throw new UnusableDataException($"There {(Count == 1 ? "is 1 input" : "are no inputs")}: expected at least 2, whose spread gives the errors.");
        double[][] means = [.. _means.Select(sum => sum.Select(share => share / Count).ToArray())];
        for (int s = 0; s < _curves.Count; s++)
        {
            Estimate[] d = [_linear[s].Mean, _variation[s].Mean, _information[s].Mean, _hellinger[s].Mean];
            _curves.Set(
                s,
                new(d[0].Value, d[1].Value, d[2].Value, d[3].Value),
                new(d[0].StandardError, d[1].StandardError, d[2].StandardError, d[3].StandardError));
            int left = _curves.LeftOf(s);
            _curves.Doubled[s] = _curves.Fits(s, 2 * _options.Window, _grid.Count) ? _doubled[s] / Count : double.NaN;
            _curves.Drivers[s] = LawScan.Drivers(
                LawScan.Window(means, left, _options.Window, -1), LawScan.Window(means, left + 1, _options.Window, 1), Math.Min(_options.Top, _classes));
        }

        for (int k = 0; k + 1 < _grid.Count; k++)
            _curves.Neighbours[k] = _neighbours[k].Mean;
        if (_pairs is not null)
        {
            _curves.Pairs = new PairTable(_grid.Count);
            _curves.Pairs.Add(_pairs, 1.0 / Count);
        }

        _curves.Freedom = Count - 1;
        _curves.LeftOut = (part, from, to) => [.. Enumerable.Range(from, to - from + 1)
            .Select(s => Without(part, _linear[s], _parts[(part * _curves.Count) + s]))];
        _curves.NeighboursLeftOut = part => [.. _neighbours.Select((all, k) => Without(part, all, _neighbourParts[(part * _neighbours.Length) + k]))];
        points ??= [.. _entropy.Select((entropy, k) => new ScanPoint(_grid.Values[k], Count) { Entropy = entropy.Mean })];
        return ScanAssembly.Report(_grid, ScanObserver.Exact, _curves, points, _options, double.NaN);
    }

    /// <summary>A mean over the inputs that are not of a part.</summary>
    private double Without(int part, Moments all, double sumOfPart) =>
        _partCounts[part] == Count ? all.Mean.Value : (all.Sum - sumOfPart) / (Count - _partCounts[part]);

    private static Moments[] Empty(int count) => [.. Enumerable.Range(0, count).Select(_ => new Moments())];
}
