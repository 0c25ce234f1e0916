using ML.Thermo.Numerics;

namespace ML.Thermo.Ising;

/// <summary>One layer that tells ordered from disordered lattices, fitted to the exact law instead of to samples: P(ordered) = σ(b + w·x).</summary>
/// <remarks>
/// With x = |M| it is the optimum of a layer over all spins, once each configuration is turned to M ≥ 0: the cross-entropy is convex and
/// the law does not change under translations, so all weights are equal.
/// </remarks>
[Maturity(Maturity.Theorem, "population optimum by Newton's method")]
public sealed record LatticeClassifier
{
    private readonly Func<LatticeLevel, double> _feature;

    private LatticeClassifier(Func<LatticeLevel, double> feature) => _feature = feature;

    /// <summary>b.</summary>
    public required double Bias { get; init; }

    /// <summary>w, per unit of x.</summary>
    public required double Weight { get; init; }

    /// <summary>Mean −ln P(label), nats, over the law that it was fitted to.</summary>
    public required double CrossEntropy { get; init; }

    /// <summary>Share of that law on the right side of ½.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Fits the layer.</summary>
    /// <param name="lattice">The lattice.</param>
    /// <param name="temperatures">Temperatures of equal weight; some below and some above the critical one.</param>
    /// <param name="critical">Below it a configuration is labelled ordered.</param>
    /// <param name="feature">x.</param>
    public static LatticeClassifier Fit(
        EnumeratedLattice lattice, IReadOnlyList<double> temperatures, double critical, Func<LatticeLevel, double> feature)
    {
        ArgumentNullException.ThrowIfNull(lattice);
        IReadOnlyList<(double X, double Ordered, double Other)> cells = Cells(lattice, temperatures, critical, feature);
        double spread = cells.Max(cell => Math.Abs(cell.X)), b = 0, w = 0; // x in units of its largest value, so that Newton's steps are even
        for (int step = 0; step < 100; step++)
        {
            double g0 = 0, g1 = 0, h00 = 0, h01 = 0, h11 = 0;
            foreach ((double x, double ordered, double other) in cells)
            {
                double z = x / spread, p = 1 / (1 + Math.Exp(-(b + (w * z)))), all = ordered + other, residual = (all * p) - ordered, bend = all * p * (1 - p);
                (g0, g1) = (g0 + residual, g1 + (residual * z));
                (h00, h01, h11) = (h00 + bend, h01 + (bend * z), h11 + (bend * z * z));
            }

            double determinant = (h00 * h11) - (h01 * h01), db = ((h11 * g0) - (h01 * g1)) / determinant, dw = ((h00 * g1) - (h01 * g0)) / determinant;
            double size = Math.Abs(db) + Math.Abs(dw), factor = size > 4 ? 4 / size : 1;
            (b, w) = (b - (factor * db), w - (factor * dw));
            if (size < 1e-12 * (1 + Math.Abs(b) + Math.Abs(w)))
                break;
        }

        w /= spread;
        return new(feature)
        {
            Bias = b,
            Weight = w,
            CrossEntropy = Entropy(lattice, temperatures, critical, level => b + (w * feature(level))),
            Accuracy = cells.Sum(cell => b + (w * cell.X) > 0 ? cell.Ordered : cell.Other),
        };
    }

    /// <summary>Mean cross-entropy of any rule over energy and magnetisation, nats.</summary>
    /// <param name="lattice">The lattice.</param>
    /// <param name="temperatures">Temperatures of equal weight.</param>
    /// <param name="critical">Below it a configuration is labelled ordered.</param>
    /// <param name="logit">The rule's ln P/(1 − P) of ordered.</param>
    public static double Entropy(EnumeratedLattice lattice, IReadOnlyList<double> temperatures, double critical, Func<LatticeLevel, double> logit)
    {
        ArgumentNullException.ThrowIfNull(lattice);
        ArgumentNullException.ThrowIfNull(temperatures);
        return temperatures.Average(t => lattice.Mean(t, level => Softplus(t < critical ? -logit(level) : logit(level))));
    }

    /// <summary>The least cross-entropy that any rule over a feature can have, and its accuracy: labels by their posterior.</summary>
    /// <param name="lattice">The lattice.</param>
    /// <param name="temperatures">Temperatures of equal weight.</param>
    /// <param name="critical">Below it a configuration is labelled ordered.</param>
    /// <param name="feature">x.</param>
    public static (double CrossEntropy, double Accuracy) Best(
        EnumeratedLattice lattice, IReadOnlyList<double> temperatures, double critical, Func<LatticeLevel, double> feature)
    {
        double entropy = 0, accuracy = 0;
        foreach ((_, double ordered, double other) in Cells(lattice, temperatures, critical, feature))
        {
            entropy += Part(ordered, ordered + other) + Part(other, ordered + other);
            accuracy += Math.Max(ordered, other);
        }

        return (entropy, accuracy);

        static double Part(double share, double all) => share > 0 ? -share * Math.Log(share / all) : 0;
    }

    /// <summary>The temperature at which the mean output is ½: what the layer takes for critical.</summary>
    /// <param name="lattice">The lattice.</param>
    public double Crossing(EnumeratedLattice lattice)
    {
        ArgumentNullException.ThrowIfNull(lattice);
        double low = 0.5, high = 10;
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2, output = lattice.Mean(middle, level => 1 / (1 + Math.Exp(-(Bias + (Weight * _feature(level))))));
            (low, high) = output > 0.5 ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    private static IReadOnlyList<(double X, double Ordered, double Other)> Cells(
        EnumeratedLattice lattice, IReadOnlyList<double> temperatures, double critical, Func<LatticeLevel, double> feature)
    {
        var cells = new SortedDictionary<double, (double Ordered, double Other)>();
        foreach (double t in temperatures)
        {
            double log = lattice.LogPartition(t);
            foreach (LatticeLevel level in lattice.Levels)
            {
                double x = feature(level), share = level.States * Math.Exp((-level.Energy / t) - log) / temperatures.Count;
                (double ordered, double other) = cells.GetValueOrDefault(x);
                cells[x] = t < critical ? (ordered + share, other) : (ordered, other + share);
            }
        }

        return [.. cells.Select(cell => (cell.Key, cell.Value.Ordered, cell.Value.Other))];
    }

    private static double Softplus(double z) => Math.Max(z, 0) + SpecialFunctions.LogOnePlus(Math.Exp(-Math.Abs(z)));
}
