using ML.Thermo.Numerics;

namespace ML.Thermo.Entropies;

/// <summary>How distances are measured between points.</summary>
public enum NeighbourNorm
{
    /// <summary>max |xⱼ − yⱼ|.</summary>
    Maximum,

    /// <summary>√Σ (xⱼ − yⱼ)².</summary>
    Euclidean,
}

/// <summary>
/// Kozachenko–Leonenko entropy of points in d dimensions: S = ψ(N) − ψ(k) + ln c_d + d·mean ln ρᵢ, nats, with c_d the volume of the unit
/// ball of the norm. Differences give mutual informations, such as between the parameters of a system and its energy.</summary>
/// <remarks>
/// <para>Neighbours come from a k-d tree: O(N log N) at low dimension. The result does not depend on the number of threads. Standard error:
/// d·sd(ln ρᵢ)/√N, which leaves out the covariance between neighbours' distances (up to a fifth in one dimension).
/// The bias grows with dimension and is not known. Where k + 1 points coincide the value is −∞ with <see cref="Status.Atoms"/>.</para></remarks>
[Maturity(Maturity.Estimator, "Kozachenko and Leonenko 1987; Kraskov, Stögbauer and Grassberger 2004")]
public sealed class NearestNeighbourEntropy
{
    /// <summary>Chooses neighbour and norm.</summary>
    /// <param name="neighbours">k ≥ 1.</param>
    /// <param name="norm">Norm of the distances.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="neighbours"/> is below one.</exception>
    public NearestNeighbourEntropy(int neighbours = 4, NeighbourNorm norm = NeighbourNorm.Maximum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbours, 1);
        Neighbours = neighbours;
        Norm = norm;
    }

    /// <summary>k.</summary>
    public int Neighbours { get; }

    /// <summary>Norm of the distances.</summary>
    public NeighbourNorm Norm { get; }

    /// <summary>Estimates the entropy of the law behind N points, nats.</summary>
    /// <param name="points">N×d numbers, point after point.</param>
    /// <param name="dimension">d ≥ 1.</param>
    /// <exception cref="ArgumentException">The numbers do not make whole points, or there are fewer than k + 1 points.</exception>
    public EntropyEstimate Estimate(double[] points, int dimension)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (points.Length % dimension != 0)
            throw new ArgumentException($"Expected a multiple of {dimension} numbers, got {points.Length}.", nameof(points));
        int n = points.Length / dimension;
        if (n <= Neighbours)
            throw new ArgumentException($"Expected at least {Neighbours + 1} points, got {n}.", nameof(points));
        if (!Array.TrueForAll(points, double.IsFinite))
            return new(double.NaN, double.NaN, EntropyMethod.KozachenkoLeonenko, Status.Undefined) { Bias = double.NaN };

        var tree = new NeighbourTree(points, dimension, Norm);
        double[] logs = new double[n];
        Parallel.For(0, (n + 255) / 256, block =>
        {
            for (int i = 256 * block; i < Math.Min(n, 256 * (block + 1)); i++)
                logs[i] = Math.Log(tree.DistanceToNeighbour(i, Neighbours));
        });

        double mean = CompensatedSum.Of(logs) / n;
        if (double.IsInfinity(mean) || double.IsNaN(mean))
            return new(double.NegativeInfinity, double.NaN, EntropyMethod.KozachenkoLeonenko, Status.Atoms) { Bias = double.NaN };
        double logVolume = Norm == NeighbourNorm.Maximum
            ? dimension * Math.Log(2)
            : (0.5 * dimension * Math.Log(Math.PI)) - SpecialFunctions.LogGamma((0.5 * dimension) + 1);
        double spread = Math.Sqrt(EnergyMoments.FromSample(logs).Variance.Value);
        return new(
            SpecialFunctions.Digamma(n) - SpecialFunctions.Digamma(Neighbours) + logVolume + (dimension * mean),
            dimension * spread / Math.Sqrt(n),
            EntropyMethod.KozachenkoLeonenko)
        { Bias = double.NaN };
    }
}
