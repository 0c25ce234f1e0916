namespace ML.Thermo.Explanations.Weighted;

/// <summary>Weighted covariances of features and output, swept: the selected features' least squares without solving a system anew.</summary>
/// <remarks>The sweep operator of Beaton 1964 in the form of Goodnight 1979: after a sweep by a set, the last column holds its
/// coefficients, and for the rest covariances given the set.</remarks>
internal sealed class WeightedMoments
{
    private const double Dependent = 1e-10;
    private readonly double[,] _matrix;
    private readonly double[] _variances;
    private readonly bool[] _isIn;

    private WeightedMoments(double[,] matrix, double[] variances, bool[] isIn) => (_matrix, _variances, _isIn) = (matrix, variances, isIn);

    /// <summary>Moments of rows.</summary>
    /// <param name="coordinates">z, row by row.</param>
    /// <param name="outputs">One a row.</param>
    /// <param name="weights">One a row.</param>
    public static WeightedMoments Of(ReadOnlySpan<double> coordinates, ReadOnlySpan<double> outputs, ReadOnlySpan<double> weights)
    {
        int rows = outputs.Length, d = coordinates.Length / rows;
        double[] mean = new double[d + 1], off = new double[d + 1];
        double total = 0;
        for (int i = 0; i < rows; i++)
        {
            total += weights[i];
            for (int j = 0; j < d; j++)
                mean[j] += weights[i] * coordinates[(i * d) + j];
            mean[d] += weights[i] * (outputs[i] - outputs[0]);
        }

        for (int j = 0; j <= d; j++)
            mean[j] /= total;
        double[,] matrix = new double[d + 1, d + 1];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < d; j++)
                off[j] = coordinates[(i * d) + j] - mean[j];
            off[d] = outputs[i] - outputs[0] - mean[d];
            for (int j = 0; j <= d; j++)
            {
                double scaled = weights[i] / total * off[j];
                for (int k = j; k <= d; k++)
                    matrix[j, k] += scaled * off[k];
            }
        }

        double[] variances = new double[d + 1];
        for (int j = 0; j <= d; j++)
        {
            variances[j] = matrix[j, j];
            for (int k = 0; k < j; k++)
                matrix[j, k] = matrix[k, j];
        }

        return new(matrix, variances, new bool[d]);
    }

    /// <summary>d.</summary>
    public int Features => _isIn.Length;

    /// <summary>Weighted variance of the output.</summary>
    public double OutputVariance => _variances[Features];

    /// <summary>Share of it that the selected features leave.</summary>
    public double Left => _matrix[Features, Features] / OutputVariance;

    public bool IsIn(int j) => _isIn[j];

    /// <summary>Weighted standard deviation of a coordinate.</summary>
    public double Spread(int j) => Math.Sqrt(_variances[j]);

    /// <summary>Coefficient of a selected feature.</summary>
    public double Coefficient(int j) => _matrix[j, Features];

    /// <summary>Share of the output's variance that another feature would explain more; 0 where it is a linear function of the selected ones.</summary>
    public double Gain(int j) => IsDependent(j) ? 0 : _matrix[j, Features] * _matrix[j, Features] / _matrix[j, j] / OutputVariance;

    /// <summary>A feature that is not selected and adds nothing to those that are.</summary>
    public bool IsDependent(int j) => _matrix[j, j] <= Dependent * _variances[j] || _variances[j] == 0;

    public WeightedMoments Copy() => new((double[,])_matrix.Clone(), _variances, (bool[])_isIn.Clone());

    /// <summary>Takes a feature in, or out again: the operator is its own inverse.</summary>
    public void Sweep(int j)
    {
        int size = Features + 1;
        double pivot = _matrix[j, j];
        for (int b = 0; b < size; b++)
            _matrix[j, b] /= pivot;
        for (int a = 0; a < size; a++)
        {
            double factor = _matrix[a, j];
            if (a == j || factor == 0)
                continue;
            for (int b = 0; b < size; b++)
                _matrix[a, b] -= factor * _matrix[j, b];
            _matrix[a, j] = -factor / pivot;
        }

        _matrix[j, j] = 1 / pivot;
        _isIn[j] = !_isIn[j];
    }
}
