using System.Numerics.Tensors;
using ML.Thermo.Energies;
using ML.Thermo.Numerics;

namespace ML.Thermo.Linear.Logistic;

/// <summary>Covariances of softplus losses under normal parameters by Mehler's formula, Cov(ℓᵢ, ℓⱼ) = Σₖ ρᵢⱼᵏ cᵢₖcⱼₖ, cut at a degree.</summary>
/// <param name="rows">n.</param>
/// <param name="degrees">K.</param>
internal sealed class HermiteCovariance(int rows, int degrees)
{
    private readonly double[][] _coefficients = [.. Enumerable.Range(0, degrees).Select(_ => new double[rows])];
    private readonly double[] _tails = new double[rows]; // √(Var ℓ − Σ c²), the length of what is cut

    /// <summary>Var ℓᵢ, by quadrature.</summary>
    public double[] Variances { get; } = new double[rows];

    /// <summary>Sets the law of one signed output aᵢ·w ~ N(mean, deviation²).</summary>
    /// <param name="row">i.</param>
    /// <param name="mean">Its mean.</param>
    /// <param name="deviation">Its standard deviation.</param>
    /// <param name="reversed">Whether the signed output runs against the output xᵢ·w whose correlations are given: it changes the
    /// sign of the odd degrees.</param>
    public void Set(int row, double mean, double deviation, bool reversed)
    {
        double expected = LogisticExpectation.Softplus(mean, deviation);
        Variances[row] = NormalExpectation.Of(z => Math.Pow(Energy.CrossEntropy.Loss(z, 0) - expected, 2), mean, deviation * deviation, [0], 1e-12).Value;
        double[] coefficients = new double[degrees];
        LogisticExpectation.HermiteCoefficients(mean, deviation, coefficients);
        _tails[row] = Math.Sqrt(Math.Max(0, Variances[row] - TensorPrimitives.SumOfSquares<double>(coefficients)) + (1e-14 * Variances[row]));
        for (int k = 0; k < degrees; k++)
            _coefficients[k][row] = reversed && k % 2 == 0 ? -coefficients[k] : coefficients[k];
    }

    /// <summary>Sum over j &gt; i of the covariances, and of the bounds |ρ|^(K+1) √(tailᵢ tailⱼ) on what is cut.</summary>
    public (double Sum, double Bound) LaterRows(int row, double[] correlations)
    {
        ReadOnlySpan<double> rho = correlations.AsSpan(row + 1);
        double[] sums = new double[rho.Length];
        for (int k = degrees - 1; k >= 0; k--)
        {
            TensorPrimitives.MultiplyAdd(_coefficients[k].AsSpan(row + 1), _coefficients[k][row], sums, sums);
            TensorPrimitives.Multiply(sums, rho, sums);
        }

        double bound = 0;
        for (int j = 0; j < rho.Length; j++)
            bound += Math.Pow(Math.Abs(rho[j]), degrees + 1) * _tails[row] * _tails[row + 1 + j];
        return (TensorPrimitives.Sum<double>(sums), bound);
    }
}
