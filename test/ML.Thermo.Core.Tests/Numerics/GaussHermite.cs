using MathNet.Numerics.LinearAlgebra;
using ML.Thermo.Numerics;

namespace ML.Thermo.Tests.Numerics;

/// <summary>Gauss–Hermite quadrature for the standard normal weight: E f(Z) = Σ wᵢ f(zᵢ), exact for polynomials of degree below 2n.</summary>
/// <remarks>Source: Golub and Welsch 1969 for the nodes, one Newton step on the orthonormal recurrence to full precision.</remarks>
internal sealed class GaussHermite
{
    private static readonly Lazy<GaussHermite> Rule64 = new(() => new GaussHermite(64)), Rule128 = new(() => new GaussHermite(128));

    /// <summary>Makes the rule with n nodes.</summary>
    /// <param name="count">n, from 2 to 256.</param>
    public GaussHermite(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 256);
        Matrix<double> jacobi = Matrix<double>.Build.Dense(count, count, (i, j) => Math.Abs(i - j) == 1 ? Math.Sqrt(Math.Max(i, j)) : 0);
        double[] nodes = [.. jacobi.Evd(Symmetricity.Symmetric).EigenValues.Select(value => value.Real).Order()];
        Nodes = new double[count];
        Weights = new double[count];
        for (int i = 0; i < count; i++)
        {
            double z = (nodes[i] - nodes[count - 1 - i]) / 2; // symmetric to the last bit
            for (int step = 0; step < 3; step++)
            {
                (double top, double below, _) = Hermite(count, z);
                z -= top / (Math.Sqrt(count) * below);
            }

            Nodes[i] = z;
            Weights[i] = 1 / Hermite(count, z).SumOfSquares;
        }
    }

    /// <summary>64 nodes, computed once.</summary>
    public static GaussHermite Of64 => Rule64.Value;

    /// <summary>128 nodes, computed once.</summary>
    public static GaussHermite Of128 => Rule128.Value;

    /// <summary>zᵢ, ascending.</summary>
    public double[] Nodes { get; }

    /// <summary>wᵢ, with sum one.</summary>
    public double[] Weights { get; }

    /// <summary>E f(X), X ~ N(mean, variance), by 64 nodes; for smooth f only (see <see cref="NormalExpectation"/> for kinks).</summary>
    public static double Expect(Func<double, double> f, double mean, double variance) => Of64.Expectation(f, mean, variance);

    /// <summary>E f(X), X ~ N(mean, variance), by the nodes of this rule.</summary>
    public double Expectation(Func<double, double> f, double mean, double variance)
    {
        if (variance == 0)
            return f(mean);
        double sd = Math.Sqrt(variance);
        var sum = default(CompensatedSum);
        for (int i = 0; i < Nodes.Length; i++)
            sum.Add(Weights[i] * f(mean + (sd * Nodes[i])));
        return sum.Value;
    }

    // Orthonormal polynomials h_n and h_(n−1) at z, and Σ_{k<n} h_k².
    private static (double Top, double Below, double SumOfSquares) Hermite(int n, double z)
    {
        double below = 0, top = 1, squares = 0;
        for (int k = 0; k < n; k++)
        {
            squares += top * top;
            (below, top) = (top, ((z * top) - (Math.Sqrt(k) * below)) / Math.Sqrt(k + 1));
        }

        return (top, below, squares);
    }
}
