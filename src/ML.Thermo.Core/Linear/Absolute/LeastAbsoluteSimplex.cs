using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Algebra;

namespace ML.Thermo.Linear.Absolute;

/// <summary>The walk along the edges of the least-absolute-deviations programme, for independent columns.</summary>
internal sealed class LeastAbsoluteSimplex
{
    private const int StepsBetweenInversions = 50;

    private readonly int _rows, _columns;
    private readonly double[] _x, _y, _perturbed, _scales;
    private readonly int[] _basis;          // the interpolated rows
    private readonly bool[] _inBasis;
    private readonly double[] _residuals;   // of the perturbed targets
    private readonly double[] _gradient;    // Σ sgn(r) x over the rows outside the basis
    private readonly double[][] _edges;     // columns of the inverse of the basis' feature matrix

    /// <summary>Scales the columns and perturbs the targets.</summary>
    /// <param name="features">n × d, row-major, independent columns.</param>
    /// <param name="targets">n targets.</param>
    /// <param name="size">Mean |target|, &gt; 0.</param>
    public LeastAbsoluteSimplex(double[] features, double[] targets, double size)
    {
        _rows = targets.Length;
        _columns = features.Length / _rows;
        (_x, _y) = (features, targets);
        _scales = new double[_columns];
        for (int cell = 0; cell < _x.Length; cell++)
            _scales[cell % _columns] += Math.Abs(_x[cell]) / _rows;
        for (int cell = 0; cell < _x.Length; cell++)
            _x[cell] /= _scales[cell % _columns];
        var random = new RandomStream(0, 0);
        _perturbed = [.. _y.Select(y => y + (1e-10 * size * (random.NextDouble() - 0.5)))];
        (_residuals, _gradient) = (new double[_rows], new double[_columns]);
        (_basis, _inBasis) = (new int[_columns], new bool[_rows]);
        _edges = [.. Enumerable.Range(0, _columns).Select(_ => new double[_columns])];
    }

    /// <summary>Whether the last walk ended at a proven optimum.</summary>
    public bool Converged { get; private set; }

    /// <summary>The parameters at the optimum.</summary>
    public double[] Solve(CancellationToken cancellation)
    {
        StartNear(ReweightedFit(cancellation));
        Invert();
        for (int step = 1; step < 1000 + (20 * (_rows + _columns)); step++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (step % StepsBetweenInversions == 0)
                Invert();
            if (Step())
                continue;
            Invert(); // make sure that it is not rounding which says so
            Converged = !Step();
            if (Converged)
                break;
        }

        double[] parameters = [.. BasisMatrix().LU().Solve(Vector<double>.Build.DenseOfEnumerable(_basis.Select(row => _y[row])))];
        TensorPrimitives.Divide(parameters, _scales, parameters);
        return parameters;
    }

    /// <summary>Leaves one interpolated row, if that descends, and goes to where descent ends.</summary>
    /// <returns>False if no edge descends.</returns>
    private bool Step()
    {
        double[] multipliers = [.. _edges.Select(edge => -TensorPrimitives.Dot<double>(edge, _gradient))];
        int leaving = TensorPrimitives.IndexOfMaxMagnitude<double>(multipliers);
        double excess = Math.Abs(multipliers[leaving]) - 1;
        if (excess < 1e-9)
            return false;

        double sign = Math.Sign(multipliers[leaving]);
        double[] direction = new double[_columns], speeds = new double[_rows];
        TensorPrimitives.Multiply(_edges[leaving], -sign, direction);
        var crossings = new List<(double Time, int Row)>();
        for (int i = 0; i < _rows; i++)
        {
            speeds[i] = TensorPrimitives.Dot(Row(i), direction);
            if (!_inBasis[i] && _residuals[i] * speeds[i] > 0 && Math.Abs(speeds[i]) > 1e-12)
                crossings.Add((_residuals[i] / speeds[i], i));
        }

        if (crossings.Count == 0)
            return false;
        int entering = WeightedMedian(crossings, speeds, excess / 2);
        double time = _residuals[entering] / speeds[entering];
        foreach ((double crossing, int row) in crossings)
        {
            if (crossing < time)
                AddToGradient(row, -2 * Math.Sign(_residuals[row]));
        }

        AddToGradient(entering, -Math.Sign(_residuals[entering]));
        AddToGradient(_basis[leaving], sign);
        TensorPrimitives.MultiplyAdd(speeds, -time, _residuals, _residuals);
        _residuals[_basis[leaving]] = sign * time;
        Exchange(leaving, entering);
        return true;
    }

    /// <summary>The row at whose crossing the speeds of the rows crossed so far first exceed the weight.</summary>
    private static int WeightedMedian(List<(double Time, int Row)> crossings, double[] speeds, double weight)
    {
        Span<(double Time, int Row)> left = crossings.ToArray();
        while (left.Length > 1)
        {
            double pivot = left[left.Length / 2].Time;
            int below = 0, upTo = 0;
            double sum = 0;
            for (int i = 0; i < left.Length; i++)
            {
                if (left[i].Time > pivot)
                    continue;
                sum += Math.Abs(speeds[left[i].Row]);
                (left[i], left[upTo]) = (left[upTo], left[i]);
                if (left[upTo].Time < pivot)
                {
                    (left[upTo], left[below]) = (left[below], left[upTo]);
                    below++;
                }

                upTo++;
            }

            double atPivot = 0;
            foreach ((_, int row) in left[below..upTo])
                atPivot += Math.Abs(speeds[row]);
            if (sum - atPivot > weight)
                left = left[..below];
            else if (sum > weight || upTo == left.Length)
                return left[below].Row;
            else
            {
                left = left[upTo..];
                weight -= sum;
            }
        }

        return left[0].Row;
    }

    private void Exchange(int leaving, int entering)
    {
        double[] edge = _edges[leaving];
        TensorPrimitives.Divide(edge, TensorPrimitives.Dot(Row(entering), edge), edge);
        for (int k = 0; k < _columns; k++)
        {
            if (k != leaving)
                TensorPrimitives.MultiplyAdd(edge, -TensorPrimitives.Dot(Row(entering), _edges[k]), _edges[k], _edges[k]);
        }

        _inBasis[_basis[leaving]] = false;
        _inBasis[entering] = true;
        _residuals[entering] = 0;
        _basis[leaving] = entering;
    }

    /// <summary>Recomputes edges, residuals and gradient from the basis alone.</summary>
    private void Invert()
    {
        Matrix<double> inverse = BasisMatrix().Inverse();
        for (int k = 0; k < _columns; k++)
            inverse.Column(k).ToArray().CopyTo(_edges[k], 0);
        double[] parameters = new double[_columns];
        for (int k = 0; k < _columns; k++)
            TensorPrimitives.MultiplyAdd(_edges[k], _perturbed[_basis[k]], parameters, parameters);
        Array.Clear(_gradient);
        for (int i = 0; i < _rows; i++)
        {
            _residuals[i] = _inBasis[i] ? 0 : _perturbed[i] - TensorPrimitives.Dot(Row(i), parameters);
            AddToGradient(i, Math.Sign(_residuals[i]));
        }
    }

    /// <summary>A fit near the optimum: least squares with weights 1/max(|r|, δ) and falling δ.</summary>
    private double[] ReweightedFit(CancellationToken cancellation)
    {
        double[] weights = new double[_rows], fit = new double[_columns];
        Array.Fill(weights, 1);
        for (int pass = 0; pass < 8; pass++)
        {
            cancellation.ThrowIfCancellationRequested();
            double[] right = new double[_columns];
            for (int i = 0; i < _rows; i++)
                TensorPrimitives.MultiplyAdd(Row(i), weights[i] * _y[i], right, right);
            fit = [.. WeightedGram.Of(_x, weights).LU().Solve(Vector<double>.Build.Dense(right))];
            double[] sizes = Sizes(fit);
            double floor = TensorPrimitives.Sum<double>(sizes) / _rows * Math.Pow(10, -0.5 * pass);
            for (int i = 0; i < _rows && floor > 0; i++)
                weights[i] = floor / Math.Max(sizes[i], floor);
        }

        return fit;
    }

    /// <summary>The first basis: independent rows with small residuals.</summary>
    private void StartNear(double[] fit)
    {
        double[] sizes = Sizes(fit);
        int[] order = [.. Enumerable.Range(0, _rows)];
        Array.Sort(sizes, order);
        var chosen = new List<double[]>();
        foreach (double tolerance in (double[])[1e-3, 1e-7, 1e-14])
        {
            foreach (int row in order)
            {
                if (chosen.Count == _columns)
                    return;
                if (_inBasis[row])
                    continue;
                double[] rest = Row(row).ToArray();
                double length = TensorPrimitives.Norm<double>(rest);
                foreach (double[] other in chosen)
                    TensorPrimitives.MultiplyAdd(other, -TensorPrimitives.Dot<double>(other, rest), rest, rest);
                double left = TensorPrimitives.Norm<double>(rest);
                if (!(left > tolerance * length))
                    continue;
                TensorPrimitives.Divide(rest, left, rest);
                _basis[chosen.Count] = row;
                _inBasis[row] = true;
                chosen.Add(rest);
            }
        }
    }

    private double[] Sizes(double[] fit) => [.. Enumerable.Range(0, _rows).Select(i => Math.Abs(_y[i] - TensorPrimitives.Dot<double>(Row(i), fit)))];

    private ReadOnlySpan<double> Row(int row) => _x.AsSpan(row * _columns, _columns);

    private void AddToGradient(int row, double factor) => TensorPrimitives.MultiplyAdd(Row(row), factor, _gradient, _gradient);

    private Matrix<double> BasisMatrix() => Matrix<double>.Build.Dense(_columns, _columns, (k, j) => _x[(_basis[k] * _columns) + j]);
}
