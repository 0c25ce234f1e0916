using MathNet.Numerics.LinearAlgebra;
using ML.Thermo.Energies;

namespace ML.Thermo.Tempering;

/// <summary>Rows on standardised columns with a column of ones behind them.</summary>
internal sealed class TemperedRows
{
    private TemperedRows(Matrix<double> columns, Vector<double> targets) => (Columns, Targets) = (columns, targets);

    public Matrix<double> Columns { get; }

    public Vector<double> Targets { get; }

    public int Count => Targets.Count;

    /// <exception cref="UnusableDataException">A number is not finite, a target outside the loss's domain, a row too long or short, or there is none.</exception>
    public static TemperedRows Of(IReadOnlyList<double[]> features, IReadOnlyList<double> targets, TemperedScale scale, Energy energy)
    {
        if (features.Count != targets.Count || features.Count == 0)
            throw new UnusableDataException($"There are {features.Count} rows and {targets.Count} targets: expected as many, and at least one.");
        int d = scale.Columns;
        Matrix<double> columns = Matrix<double>.Build.Dense(features.Count, d + 1, 1);
        for (int row = 0; row < features.Count; row++)
        {
            double[] x = features[row];
            if (x.Length != d || !x.All(double.IsFinite))
                throw new UnusableDataException($"Row {row} has {x.Length} features{(x.Length == d ? ", one of which is not finite" : "")}: expected {d} finite ones.");
            if (!double.IsFinite(targets[row]) || energy.Reject(targets[row]) is not null)
                throw new UnusableDataException($"The target of row {row} is {targets[row]}: expected {energy.Domain}.");
            for (int j = 0; j < d; j++)
                columns[row, j] = (x[j] - scale.Means[j]) / scale.Deviations[j];
        }

        return new(columns, Vector<double>.Build.Dense([.. targets]));
    }

    /// <summary>Mean loss a row of a model.</summary>
    public double Loss(Vector<double> parameters, Energy energy)
    {
        Vector<double> outputs = Columns * parameters;
        double sum = 0;
        for (int row = 0; row < Count; row++)
            sum += energy.Loss(outputs[row], Targets[row]);
        return sum / Count;
    }

    /// <summary>Σ over rows of the loss, its gradient and its Hessian.</summary>
    public (double Loss, Vector<double> Gradient, Matrix<double> Hessian) Sums(Vector<double> parameters, Energy energy)
    {
        Vector<double> outputs = Columns * parameters, slopes = Vector<double>.Build.Dense(Count);
        Matrix<double> weighted = Columns.Clone();
        double loss = 0;
        for (int row = 0; row < Count; row++)
        {
            loss += energy.Loss(outputs[row], Targets[row]);
            slopes[row] = energy.Slope(outputs[row], Targets[row]);
            double curvature = energy.Curvature(outputs[row], Targets[row]);
            for (int j = 0; j < weighted.ColumnCount; j++)
                weighted[row, j] *= curvature;
        }

        Matrix<double> hessian = Columns.TransposeThisAndMultiply(weighted);
        for (int i = 0; i < hessian.RowCount; i++)
        {
            for (int j = 0; j < i; j++)
                hessian[j, i] = hessian[i, j]; // to the last bit, as it is saved
        }

        return (loss, Columns.TransposeThisAndMultiply(slopes), hessian);
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
        double[] deviations = [.. Enumerable.Range(0, d).Select(j => Math.Sqrt(rows.Average(row => j < row.Length ? Math.Pow(row[j] - means[j], 2) : double.NaN)))];
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
