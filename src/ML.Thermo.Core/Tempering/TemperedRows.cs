using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;

namespace ML.Thermo.Tempering;

/// <summary>Rows on standardised columns with a column of ones behind them.</summary>
internal sealed class TemperedRows
{
    /// <summary>Deviations beyond which squares of squares would overflow; far beyond what a change of units does.</summary>
    private const double Farthest = 1e50;

    private readonly double[][] _rows;
    private readonly double[] _targets;

    private TemperedRows(double[][] rows, double[] targets) => (_rows, _targets) = (rows, targets);

    public IReadOnlyList<double> Targets => _targets;

    public int Count => _targets.Length;

    /// <exception cref="UnusableDataException">A number is not finite, a target outside the loss's domain, a row too long or short, or there is
    /// none.</exception>
    public static TemperedRows Of(IReadOnlyList<double[]> features, IReadOnlyList<double> targets, TemperedScale scale, TemperedLoss loss)
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

            if (!loss.Takes(targets[row]))
                throw new UnusableDataException($"The target of row {row} is {targets[row]}: expected {loss.Domain}.");
            rows[row] = new double[d + 1];
            rows[row][d] = 1;
            for (int j = 0; j < d; j++)
            {
                rows[row][j] = (x[j] - scale.Means[j]) / scale.Deviations[j];
                if (!(Math.Abs(rows[row][j]) <= Farthest))
                {
                    throw new UnusableDataException(
                        $"Feature {j} of row {row} is {x[j]}, {rows[row][j]:G3} deviations from the reference's mean: expected at most {Farthest:G3}.");
                }
            }
        }

        return new(rows, [.. targets]);
    }

    /// <summary>Mean loss a row of a model.</summary>
    public double Loss(Vector<double> parameters, TemperedLoss loss)
    {
        double[] at = parameters.ToArray(), outputs = new double[loss.Outputs];
        double sum = 0;
        for (int row = 0; row < Count; row++)
        {
            Outputs(_rows[row], at, outputs);
            sum += loss.Loss(outputs, _targets[row]);
        }

        return sum / Count;
    }

    /// <summary>Σ over rows of the loss, its gradient and its Hessian; row by row, so that the same sum comes of any number of threads.</summary>
    public (double Loss, Vector<double> Gradient, Matrix<double> Hessian) Sums(Vector<double> parameters, TemperedLoss loss)
    {
        int size = parameters.Count, classes = loss.Outputs, width = size / classes;
        double[] gradient = new double[size], at = parameters.ToArray(), outputs = new double[classes], slope = new double[classes];
        double[] curvature = new double[classes * (classes + 1) / 2];
        double[][] lower = [.. Enumerable.Range(0, size).Select(i => new double[i + 1])];
        double sum = 0;
        for (int row = 0; row < Count; row++)
        {
            double[] x = _rows[row];
            Outputs(x, at, outputs);
            sum += loss.Derivatives(outputs, _targets[row], slope, curvature);
            for (int k = 0, pair = 0; k < classes; k++)
            {
                Span<double> ofClass = gradient.AsSpan(k * width, width);
                TensorPrimitives.MultiplyAdd(x, slope[k], ofClass, ofClass);
                for (int l = 0; l <= k; l++, pair++)
                    AddBlock(lower, x, curvature[pair], k * width, l * width);
            }
        }

        return (sum, Vector<double>.Build.Dense(gradient), Matrix<double>.Build.Dense(size, size, (i, j) => i >= j ? lower[i][j] : lower[j][i]));
    }

    /// <summary>Adds weight · x xᵀ at a place; on the diagonal the lower triangle alone.</summary>
    private static void AddBlock(double[][] lower, double[] x, double weight, int top, int left)
    {
        for (int i = 0; i < x.Length; i++)
        {
            int length = top == left ? i + 1 : x.Length;
            Span<double> place = lower[top + i].AsSpan(left, length);
            TensorPrimitives.MultiplyAdd(x.AsSpan(0, length), weight * x[i], place, place);
        }
    }

    private static void Outputs(double[] x, double[] parameters, double[] outputs)
    {
        for (int k = 0; k < outputs.Length; k++)
            outputs[k] = TensorPrimitives.Dot<double>(x, parameters.AsSpan(k * x.Length, x.Length));
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

    /// <summary>Weights and bias of standardised columns, output after output, as those of the columns themselves.</summary>
    public double[] FoldBack(Vector<double> parameters)
    {
        double[] folded = parameters.ToArray();
        for (int first = 0; first < folded.Length; first += Columns + 1)
        {
            for (int j = 0; j < Columns; j++)
            {
                folded[first + j] /= Deviations[j];
                folded[first + Columns] -= folded[first + j] * Means[j];
            }
        }

        return folded;
    }
}
