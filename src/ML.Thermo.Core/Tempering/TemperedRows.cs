using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using ML.Thermo.Energies;

namespace ML.Thermo.Tempering;

/// <summary>Rows on standardised columns with a column of ones behind them.</summary>
internal sealed class TemperedRows
{
    private readonly double[][] _rows;
    private readonly double[] _targets;

    private TemperedRows(double[][] rows, double[] targets) => (_rows, _targets) = (rows, targets);

    public IReadOnlyList<double> Targets => _targets;

    public int Count => _targets.Length;

    /// <exception cref="UnusableDataException">A number is not finite, a target outside the loss's domain, a row too long or short, or there is
    /// none.</exception>
    public static TemperedRows Of(IReadOnlyList<double[]> features, IReadOnlyList<double> targets, TemperedScale scale, Energy energy)
    {
        if (features.Count != targets.Count || features.Count == 0)
            throw new UnusableDataException($"There are {features.Count} rows and {targets.Count} targets: expected as many, and at least one.");
        int d = scale.Columns;
        double[][] rows = new double[features.Count][];
        for (int row = 0; row < features.Count; row++)
        {
            double[] x = features[row];
            if (x.Length != d || !x.All(double.IsFinite))
            {
                string bad = x.Length == d ? ", one of which is not finite" : "";
                throw new UnusableDataException($"Row {row} has {x.Length} features{bad}: expected {d} finite ones.");
            }

            if (!double.IsFinite(targets[row]) || energy.Reject(targets[row]) is not null)
                throw new UnusableDataException($"The target of row {row} is {targets[row]}: expected {energy.Domain}.");
            rows[row] = new double[d + 1];
            rows[row][d] = 1;
            for (int j = 0; j < d; j++)
                rows[row][j] = (x[j] - scale.Means[j]) / scale.Deviations[j];
        }

        return new(rows, [.. targets]);
    }

    /// <summary>Mean loss a row of a model.</summary>
    public double Loss(Vector<double> parameters, Energy energy)
    {
        double[] at = parameters.ToArray();
        double sum = 0;
        for (int row = 0; row < Count; row++)
            sum += energy.Loss(TensorPrimitives.Dot<double>(_rows[row], at), _targets[row]);
        return sum / Count;
    }

    /// <summary>Σ over rows of the loss, its gradient and its Hessian; row by row, so that the same sum comes of any number of threads.</summary>
    public (double Loss, Vector<double> Gradient, Matrix<double> Hessian) Sums(Vector<double> parameters, Energy energy)
    {
        int size = parameters.Count;
        double[] gradient = new double[size], at = parameters.ToArray();
        double[][] lower = [.. Enumerable.Range(0, size).Select(i => new double[i + 1])];
        double loss = 0;
        for (int row = 0; row < Count; row++)
        {
            ReadOnlySpan<double> x = _rows[row];
            double output = TensorPrimitives.Dot(x, at), slope = energy.Slope(output, _targets[row]), curvature = energy.Curvature(output, _targets[row]);
            loss += energy.Loss(output, _targets[row]);
            TensorPrimitives.MultiplyAdd(x, slope, gradient, gradient);
            for (int i = 0; i < size; i++)
                TensorPrimitives.MultiplyAdd(x[..(i + 1)], curvature * x[i], lower[i], lower[i]);
        }

        return (loss, Vector<double>.Build.Dense(gradient), Matrix<double>.Build.Dense(size, size, (i, j) => i >= j ? lower[i][j] : lower[j][i]));
    }
}

/// <summary>Means and deviations of the reference's columns.</summary>
internal sealed record TemperedScale(double[] Means, double[] Deviations)
{
    public int Columns => Means.Length;

    /// <summary>Those of rows; a column that never varied keeps its unit.</summary>
    public static TemperedScale Of(IReadOnlyList<double[]> rows)
    {
        int d = rows.Count == 0 ? 0 : rows[0].Length;
        double[] means = [.. Enumerable.Range(0, d).Select(j => rows.Average(row => j < row.Length ? row[j] : double.NaN))];
        double[] deviations = [.. Enumerable.Range(0, d).Select(j =>
            Math.Sqrt(rows.Average(row => j < row.Length ? Math.Pow(row[j] - means[j], 2) : double.NaN)))];
        return new(means, [.. deviations.Select(deviation => deviation > 0 ? deviation : 1)]);
    }

    /// <summary>Weights and bias of standardised columns as those of the columns themselves.</summary>
    public double[] FoldBack(Vector<double> parameters)
    {
        double[] folded = parameters.ToArray();
        for (int j = 0; j < Columns; j++)
        {
            folded[j] /= Deviations[j];
            folded[Columns] -= folded[j] * Means[j];
        }

        return folded;
    }
}
