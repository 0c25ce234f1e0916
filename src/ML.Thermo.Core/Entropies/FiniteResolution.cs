using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using ML.Thermo.Numerics;

namespace ML.Thermo.Entropies;

/// <summary>
/// Entropy at finite resolution: S^ε = h(E + εξ) − h(εξ) with ξ ~ N(0, 1), the mutual information between the energy and its noisy
/// reading, nats: the logarithm of the number of distinguishable energy levels. Zero for a point state, finite for atoms,
/// at most ½ ln(1 + Var E/ε²), and unchanged when E and ε are multiplied by the same number.</summary>
/// <remarks>
/// <para>The entropy of the Gaussian mixture Σᵢ N(xᵢ, ε²)/N is integrated exactly (trapezium on a grid of step ε/4), then corrected
/// for the law of N draws by ∫ Var p̂/(2p): of the order (range/ε)/N. A correction above 0.1 nat says that the sample cannot resolve ε:
/// the value is then NaN, with <see cref="Status.SmallSample"/>.</para>
/// <para>Standard error: that of the mean over draws of −∫ N(u; xᵢ, ε²) ln p(u) du.</para></remarks>
[Maturity(Maturity.Estimator, "mutual information with Gaussian noise; correction to second order in the density's error")]
public sealed class FiniteResolution : IEntropyEstimator
{
    private const int PointsPerResolution = 4;
    private const double Reach = 8.5; // in units of ε; the kernel has fallen to 2e-16
    internal const double LargeCorrection = 0.1;
    private static readonly double LogKernelPeak = -0.5 * SpecialFunctions.LogTwoPi;

    /// <summary>Chooses the resolution.</summary>
    /// <param name="resolution">ε &gt; 0, loss units; the natural one is the evaluation noise of the trained loss, √V_II. NaN (the
    /// default) takes 1.06 N^(−1/5) min(sd, interquartile range/1.349), the finest at which N draws show the law and not themselves.</param>
    /// <exception cref="ArgumentOutOfRangeException">ε is zero, negative or infinite.</exception>
    public FiniteResolution(double resolution = double.NaN)
    {
        if (resolution <= 0 || double.IsInfinity(resolution))
            throw new ArgumentOutOfRangeException(nameof(resolution), resolution, "Expected a resolution above zero, in loss units.");
        Resolution = resolution;
    }

    /// <summary>ε, loss units; NaN where it is taken from the sample.</summary>
    public double Resolution { get; }

    /// <inheritdoc/>
    public EntropyMethod Method => EntropyMethod.FiniteResolution;

    /// <inheritdoc/>
    public bool NeedsSample => true;

    /// <summary>½ ln(1 + V/ε²), nats: the largest S^ε at a given variance, reached by the normal law.</summary>
    /// <param name="variance">V ≥ 0, loss units squared.</param>
    /// <param name="resolution">ε &gt; 0, loss units.</param>
    public static double UpperBound(double variance, double resolution) =>
        0.5 * SpecialFunctions.LogOnePlus(variance / resolution / resolution);

    /// <inheritdoc/>
    /// <param name="moments">Not used.</param>
    /// <param name="sample">At least one energy if ε is given, else two.</param>
    public EntropyEstimate Estimate(EnergyMoments moments, ReadOnlySpan<double> sample) =>
        OfSorted(OrderedSample.Of(sample, double.IsNaN(Resolution) ? 2 : 1));

    internal EntropyEstimate OfSorted(double[] sorted)
    {
        EntropyEstimate? degenerate = OrderedSample.Degenerate(sorted, Method);
        if (degenerate is { Status: Status.PointState })
            return new EntropyEstimate(0, 0, Method, Status.PointState) { Resolution = double.IsNaN(Resolution) ? 0 : Resolution };
        if (degenerate is { } undefined)
            return undefined;

        double resolution = double.IsNaN(Resolution) ? Natural(sorted) : Resolution;
        var mixture = new Mixture(sorted, resolution);
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            for (end = start + 1; end < sorted.Length && sorted[end] - sorted[end - 1] < 2 * Reach * resolution; end++)
            {
            }

            mixture.AddCluster(start, end);
        }

        (double entropy, double standardError, double withEnergy, double correction) = mixture.Result;
        if (correction > LargeCorrection)
            return new(double.NaN, double.NaN, Method, Status.SmallSample) { Resolution = resolution, Bias = double.NaN };
        return new EntropyEstimate(entropy + correction - 0.5 - (0.5 * SpecialFunctions.LogTwoPi), standardError, Method)
        {
            Resolution = resolution,
            EnergyCovariance = withEnergy,
        };
    }

    private static double Natural(double[] sorted)
    {
        double spread = Math.Sqrt(EnergyMoments.FromSample(sorted).Variance.Value), quartiles = OrderedSample.InterquartileRange(sorted) / 1.349;
        return 1.06 * Math.Pow(sorted.Length, -0.2) * (quartiles > 0 ? Math.Min(spread, quartiles) : spread);
    }

    /// <summary>Entropy, in units of ε, of the mixture of normal laws about the energies; energies far apart are treated apart.</summary>
    private sealed class Mixture(double[] sorted, double resolution)
    {
        private const int Width = 2 * (int)(Reach * PointsPerResolution) / 8 * 8 + 8; // grid points a kernel reaches, whole vectors
        private static readonly Vector512<double> Steps = Vector512.Create(0.0, 1, 2, 3, 4, 5, 6, 7) / PointsPerResolution;
        private CompensatedSum _information, _squares, _energies, _products, _correction;

        public (double Entropy, double StandardError, double WithEnergy, double Correction) Result
        {
            get
            {
                double n = sorted.Length, mean = _information.Value / n;
                double variance = Math.Max((_squares.Value / n) - (mean * mean), 0);
                double withEnergy = ((_products.Value / n) - (mean * _energies.Value / n)) / Math.Max(n - 1, 1);
                return (mean, Math.Sqrt(variance / Math.Max(n - 1, 1)), withEnergy, _correction.Value / (2 * n));
            }
        }

        public void AddCluster(int start, int end)
        {
            double origin = sorted[start] - (Reach * resolution);
            int length = First(sorted[end - 1], origin) + Width;
            double[] density = new double[length], square = new double[length];
            for (int i = start; i < end; i++)
            {
                int first = First(sorted[i], origin);
                Span<Vector512<double>> densities = Window(density, first), squares = Window(square, first);
                Vector512<double> z = Offset(sorted[i], origin, first);
                for (int j = 0; j < densities.Length; j++, z += Vector512.Create(8.0 / PointsPerResolution))
                {
                    Vector512<double> kernel = Kernel(z);
                    densities[j] += kernel;
                    squares[j] += kernel * kernel;
                }
            }

            for (int j = 0; j < length; j++)
            {
                double p = density[j] / sorted.Length;
                if (p > 0)
                    _correction.Add(((square[j] / sorted.Length / p) - p) / PointsPerResolution);
                density[j] = p > 0 ? -Math.Log(p) : 0; // from here on the information −ln p
            }

            for (int i = start; i < end; i++)
            {
                int first = First(sorted[i], origin);
                Vector512<double> z = Offset(sorted[i], origin, first), sum = default;
                foreach (Vector512<double> information in Window(density, first))
                {
                    sum += Kernel(z) * information;
                    z += Vector512.Create(8.0 / PointsPerResolution);
                }

                double mean = Vector512.Sum(sum) / PointsPerResolution;
                _information.Add(mean);
                _squares.Add(mean * mean);
                double energy = sorted[i] - sorted[sorted.Length / 2];
                _energies.Add(energy);
                _products.Add(energy * mean);
            }
        }

        private static Vector512<double> Kernel(Vector512<double> z) => Vector512.Exp((-0.5 * z * z) + Vector512.Create(LogKernelPeak));

        private static Span<Vector512<double>> Window(double[] grid, int first) =>
            MemoryMarshal.Cast<double, Vector512<double>>(grid.AsSpan(first, Width));

        // The first grid point within reach of an energy.
        private int First(double energy, double origin) => (int)((((energy - origin) / resolution) - Reach) * PointsPerResolution);

        // Distance of the first eight grid points from the energy, in units of ε.
        private Vector512<double> Offset(double energy, double origin, int first) =>
            Steps + Vector512.Create(((origin - energy) / resolution) + ((double)first / PointsPerResolution));
    }
}
