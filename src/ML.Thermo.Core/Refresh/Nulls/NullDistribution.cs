using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;
using ML.Thermo.Initialization;

namespace ML.Thermo.Refresh.Nulls;

/// <summary>A statistic's values where nothing has drifted, to rank an observed value among.</summary>
internal sealed class NullDistribution
{
    private readonly double[] _sorted;

    public NullDistribution(double[] values)
    {
        _sorted = values;
        Array.Sort(_sorted);
    }

    /// <summary>(1 + draws at least as large)/(1 + draws): the p-value of a permutation or Monte Carlo test, never zero.</summary>
    public double PValue(double statistic)
    {
        int low = 0, high = _sorted.Length;
        double least = statistic - (1e-9 * Math.Abs(statistic)); // equal but for rounding is equal
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_sorted[middle] >= least)
                high = middle;
            else
                low = middle + 1;
        }

        return (1.0 + _sorted.Length - low) / (1 + _sorted.Length);
    }

    /// <summary>Draws of correlated standard normal vectors.</summary>
    /// <param name="correlation">Correlation matrix; rank-deficient ones too.</param>
    /// <param name="draws">How many.</param>
    /// <param name="seed">Draw i depends on seed and i only.</param>
    public static double[][] Normals(double[,] correlation, int draws, ulong seed)
    {
        int p = correlation.GetLength(0);
        Evd<double> spectrum = Matrix<double>.Build.DenseOfArray(correlation).Evd(Symmetricity.Symmetric);
        Matrix<double> root = spectrum.EigenVectors * Matrix<double>.Build.DenseDiagonal(p, p, j => Math.Sqrt(Math.Max(spectrum.EigenValues[j].Real, 0)));
        var normals = Matrix<double>.Build.Dense(p, draws);
        double[] column = new double[p];
        for (int i = 0; i < draws; i++)
        {
            new RandomStream(seed, (ulong)i).FillNormal(column);
            normals.SetColumn(i, column);
        }

        return (root * normals).ToColumnArrays();
    }
}
