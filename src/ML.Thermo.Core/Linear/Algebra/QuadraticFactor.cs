using System.Numerics.Tensors;

namespace ML.Thermo.Linear.Algebra;

/// <summary>
/// A squared-error energy as a sum of squares, E(w) = floor + |F w − t|², with F of full row rank and upper trapezoidal in the order
/// of its pivots. Found from moments (pivoted Cholesky) or from a triangle of the data itself (pivoted QR), with columns scaled to
/// length 1, so that units of features do not matter.
/// </summary>
internal sealed class QuadraticFactor
{
    private const double WeakestPivotOfTriangle = 1e-12;

    private readonly double[][] _rows;
    private readonly double[] _target;
    private readonly int[] _order;

    /// <summary>Takes scaled rows, in the order of pivots, and gives their columns the units of the features.</summary>
    private QuadraticFactor(double[][] rows, double[] target, int[] order, double[] scale, double floor)
    {
        _rows = rows;
        _target = target;
        _order = order;
        Floor = floor;
        WeakestPivot = rows.Length == 0 ? 0 : rows.Select((row, i) => Math.Abs(row[i])).Min();
        double[] ordered = [.. order.Select(j => scale[j])];
        foreach (double[] row in rows)
            TensorPrimitives.Multiply(row, ordered, row);
    }

    /// <summary>Rows of F.</summary>
    public int Rank => _rows.Length;

    /// <summary>d.</summary>
    public int Columns => _order.Length;

    /// <summary>min E.</summary>
    public double Floor { get; }

    /// <summary>Smallest accepted pivot of the scaled columns: about 1/κ, κ their condition number.</summary>
    public double WeakestPivot { get; }

    /// <summary>Factor of E(w) = s − 2c·w + w·A w. Squared pivots below 10⁻¹⁴ d cannot be told from rounding and end the factor.</summary>
    public static QuadraticFactor FromMoments(Func<int, int, double> moments, ReadOnlySpan<double> cross, double target)
    {
        int d = cross.Length;
        double[] scale = [.. Enumerable.Range(0, d).Select(j => Math.Sqrt(moments(j, j)))];
        double[] left = [.. scale.Select(length => length > 0 ? 1.0 : 0.0)];
        int[] order = [.. Enumerable.Range(0, d)];
        var rows = new List<double[]>();
        var t = new List<double>();
        for (int k = 0; k < d; k++)
        {
            int pivot = k + TensorPrimitives.IndexOfMax<double>(left.AsSpan(k));
            if (left[pivot] <= 1e-14 * d)
                break;
            (order[k], order[pivot], left[k], left[pivot]) = (order[pivot], order[k], left[pivot], left[k]);
            foreach (double[] earlier in rows)
                (earlier[k], earlier[pivot]) = (earlier[pivot], earlier[k]);

            double[] row = new double[d];
            double rest = cross[order[k]] / scale[order[k]], root = Math.Sqrt(left[k]);
            for (int j = k; j < d; j++)
                row[j] = scale[order[j]] > 0 ? moments(order[k], order[j]) / (scale[order[k]] * scale[order[j]]) : 0;
            for (int i = 0; i < k; i++)
            {
                TensorPrimitives.MultiplyAdd(rows[i].AsSpan(k), -rows[i][k], row.AsSpan(k), row.AsSpan(k));
                rest -= rows[i][k] * t[i];
            }

            TensorPrimitives.Divide(row, root, row);
            row[k] = root;
            for (int j = k + 1; j < d; j++)
                left[j] -= row[j] * row[j];
            rows.Add(row);
            t.Add(rest / root);
        }

        double[] found = [.. t];
        return new QuadraticFactor([.. rows], found, order, scale, Math.Max(0, target - TensorPrimitives.SumOfSquares<double>(found)));
    }

    /// <summary>Factor of E(w) = residual + |R w − b|², R given by its columns, which are destroyed as is b. Pivots below 10⁻¹² of a
    /// column's length end the factor.</summary>
    public static QuadraticFactor FromTriangle(double[][] columns, double[] b, double residual)
    {
        double[] scale = [.. columns.Select(column => TensorPrimitives.Norm<double>(column))];
        int[] order = [.. Enumerable.Range(0, columns.Length)];
        for (int j = 0; j < columns.Length; j++)
            TensorPrimitives.Divide(columns[j], scale[j] > 0 ? scale[j] : 1, columns[j]);

        int rank = 0;
        for (; rank < Math.Min(columns.Length, b.Length); rank++)
        {
            int k = rank, pivot = Enumerable.Range(k, columns.Length - k).MaxBy(j => TensorPrimitives.SumOfSquares<double>(columns[j].AsSpan(k)));
            double length = TensorPrimitives.Norm<double>(columns[pivot].AsSpan(k));
            if (length <= WeakestPivotOfTriangle)
                break;
            (order[k], order[pivot], columns[k], columns[pivot]) = (order[pivot], order[k], columns[pivot], columns[k]);
            double[] mirror = columns[k][k..];
            double diagonal = mirror[0] > 0 ? -length : length;
            mirror[0] -= diagonal;
            foreach (double[] column in columns.Skip(k + 1).Append(b))
                Reflect(mirror, column.AsSpan(k), -mirror[0] * diagonal);
            columns[k].AsSpan(k).Clear();
            columns[k][k] = diagonal;
        }

        double[][] rows = [.. Enumerable.Range(0, rank).Select(i => columns.Select(column => column[i]).ToArray())];
        return new QuadraticFactor(rows, b[..rank], order, scale, residual + TensorPrimitives.SumOfSquares<double>(b.AsSpan(rank)));
    }

    /// <summary>x − v (v·x)/halfSquare: the Householder reflection in v, halfSquare = |v|²/2.</summary>
    public static void Reflect(ReadOnlySpan<double> mirror, Span<double> x, double halfSquare) =>
        TensorPrimitives.MultiplyAdd(mirror, -TensorPrimitives.Dot(mirror, x) / halfSquare, x, x);

    /// <summary>ŵ of least norm: where F has fewer rows than columns, a basic solution is projected on the space of the rows.</summary>
    public double[] Minimizer()
    {
        double[] basic = Solve(_target);
        if (Rank == Columns)
            return basic;
        double[] least = new double[Columns];
        foreach (double[] direction in OrthonormalRows())
            TensorPrimitives.MultiplyAdd(direction, TensorPrimitives.Dot<double>(direction, basic), least, least);
        double[] missed = new double[Rank];
        Displacement(least, missed);
        return [.. least.Zip(Solve(missed), (w, step) => w - step)];
    }

    /// <summary>A solution of FᵀF δ = g: the step that removes the gradient −2g of E.</summary>
    public double[] Step(ReadOnlySpan<double> g)
    {
        double[] z = new double[Rank];
        for (int i = 0; i < Rank; i++)
        {
            z[i] = g[_order[i]];
            for (int k = 0; k < i; k++)
                z[i] -= _rows[k][i] * z[k];
            z[i] /= _rows[i][i];
        }

        return Solve(z);
    }

    /// <summary>F w − t, so that E(w) = floor + |F w − t|²: no cancellation however near w is to the ground state.</summary>
    public void Displacement(ReadOnlySpan<double> w, Span<double> displacement)
    {
        Span<double> ordered = Columns <= 256 ? stackalloc double[Columns] : new double[Columns];
        for (int j = 0; j < ordered.Length; j++)
            ordered[j] = w[_order[j]];
        for (int i = 0; i < Rank; i++)
            displacement[i] = TensorPrimitives.Dot(_rows[i].AsSpan(i), ordered[i..]) - _target[i];
    }

    /// <summary>Rows of F V^½ in the original order of columns.</summary>
    public double[][] Rows(IReadOnlyList<double> deviations)
    {
        double[][] rows = [.. _rows.Select(_ => new double[Columns])];
        for (int i = 0; i < Rank; i++)
        {
            for (int j = i; j < Columns; j++)
                rows[i][_order[j]] = _rows[i][j] * deviations[_order[j]];
        }

        return rows;
    }

    /// <summary>The basic solution of F w = b: zero for every column that is no pivot.</summary>
    private double[] Solve(ReadOnlySpan<double> b)
    {
        double[] z = b.ToArray(), w = new double[Columns];
        for (int i = Rank - 1; i >= 0; i--)
        {
            z[i] = (z[i] - TensorPrimitives.Dot<double>(_rows[i].AsSpan((i + 1)..Rank), z.AsSpan(i + 1))) / _rows[i][i];
            w[_order[i]] = z[i];
        }

        return w;
    }

    /// <summary>Gram–Schmidt, each row twice: orthogonal to rounding.</summary>
    private List<double[]> OrthonormalRows()
    {
        var basis = new List<double[]>();
        foreach (double[] row in Rows([.. Enumerable.Repeat(1.0, Columns)]))
        {
            for (int pass = 0; pass < 2; pass++)
            {
                foreach (double[] direction in basis)
                    TensorPrimitives.MultiplyAdd(direction, -TensorPrimitives.Dot<double>(direction, row), row, row);
                TensorPrimitives.Divide(row, TensorPrimitives.Norm<double>(row), row);
            }

            basis.Add(row);
        }

        return basis;
    }
}
