using System.Numerics.Tensors;

namespace ML.Thermo.Scans;

/// <summary>Fixed inputs whose classes follow softmax(z/T): the scan over T, with energy, entropy and heat capacity at every temperature.</summary>
/// <remarks>e(y) = −ln p₁(y); for one output a row T²F, Var e/T² and d⟨e⟩/dT are one number, the heat capacity.</remarks>
[Maturity(Maturity.Theorem, "for each input")]
[Maturity(Maturity.Estimator)]
public static class SoftmaxScan
{
    /// <summary>Scans the temperature.</summary>
    /// <param name="grid">Temperatures &gt; 0.</param>
    /// <param name="logits">z of each input, all of the same length.</param>
    /// <param name="options">How to look.</param>
    /// <exception cref="UnusableDataException">A temperature is not positive, a logit is not finite, or there are fewer than two inputs.</exception>
    public static ScanReport Temperatures(ControlGrid grid, IEnumerable<double[]> logits, ScanOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(logits);
        var sums = new SoftmaxSums(grid, options ?? new ScanOptions());
        foreach (double[] z in logits)
            sums.Add(z);
        return sums.Report();
    }
}

/// <summary>Sums over inputs with logits.</summary>
internal sealed class SoftmaxSums
{
    private readonly ControlGrid _grid;
    private readonly ScanOptions _options;
    private readonly (Moments Energy, Moments Entropy, Moments Capacity)[] _points;
    private InputSums? _sums;

    /// <summary>No inputs yet.</summary>
    /// <exception cref="UnusableDataException">A temperature is not positive.</exception>
    public SoftmaxSums(ControlGrid grid, ScanOptions options)
    {
        if (grid.Values[0] <= 0)
            throw new UnusableDataException($"{grid.Name} = {grid.Values[0]} is no softmax temperature: expected > 0.");
        (_grid, _options) = (grid, options);
        _points = [.. grid.Values.Select(_ => (new Moments(), new Moments(), new Moments()))];
    }

    /// <summary>Adds an input.</summary>
    /// <exception cref="UnusableDataException">A logit is not finite.</exception>
    public void Add(double[] z)
    {
        if (!z.All(double.IsFinite))
            throw new UnusableDataException($"Input {_sums?.Count ?? 0} has the logit {z.First(value => !double.IsFinite(value))}: expected "
                + "finite numbers.");
        _sums ??= new InputSums(_grid, z.Length, _options);
        _sums.Add([.. _grid.Values.Select((t, k) => Law(z, t, _points[k]))]);
    }

    /// <summary>The scan of the inputs so far.</summary>
    /// <exception cref="UnusableDataException">There are fewer than two.</exception>
    public ScanReport Report() => (_sums ?? new InputSums(_grid, 0, _options)).Report([.. _points.Select((point, k) => Point(_grid, k, point))]);

    private static double[] Law(double[] z, double t, (Moments Energy, Moments Entropy, Moments Capacity) point)
    {
        double largest = z.Max(), mean = 0, square = 0, atOne = 0;
        double[] law = [.. z.Select(value => (value - largest) / t)];
        TensorPrimitives.Exp<double>(law, law);
        double sum = TensorPrimitives.Sum<double>(law);
        TensorPrimitives.Divide(law, sum, law);
        for (int y = 0; y < z.Length; y++)
        {
            double shifted = z[y] - largest;
            atOne += Math.Exp(shifted);
            (mean, square) = (mean + (law[y] * shifted), square + (law[y] * shifted * shifted));
        }

        point.Energy.Add(Math.Log(atOne) - mean);
        point.Entropy.Add(Math.Log(sum) - (mean / t));
        point.Capacity.Add(Math.Max(square - (mean * mean), 0) / (t * t));
        return law;
    }

    private static ScanPoint Point(ControlGrid grid, int k, (Moments Energy, Moments Entropy, Moments Capacity) point)
    {
        double t = grid.Values[k], scale = grid.Scale == GridScale.Geometric ? 1 : 1 / (t * t);
        Estimate capacity = point.Capacity.Mean;
        return new ScanPoint(t, point.Energy.Count)
        {
            Energy = point.Energy.Mean,
            Entropy = point.Entropy.Mean,
            HeatCapacity = capacity,
            Fisher = new(capacity.Value * scale, capacity.StandardError * scale),
            EnergyFluctuation = capacity,
        };
    }
}
