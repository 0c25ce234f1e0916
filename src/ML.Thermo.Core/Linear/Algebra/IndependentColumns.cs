using System.Numerics.Tensors;

namespace ML.Thermo.Linear.Algebra;

/// <summary>
/// A largest set of linearly independent columns of a feature matrix, found by Gram–Schmidt with pivoting, and how the others
/// depend on them.
/// </summary>
/// <remarks>A column counts as dependent where less than 1e-10 of its length is left after the others are taken out.</remarks>
internal sealed class IndependentColumns
{
    private const double Tolerance = 1e-10;

    private readonly int _columns;
    private readonly List<double[]> _null = []; // orthonormal basis of the directions that change no output

    /// <summary>Finds the columns.</summary>
    /// <param name="features">n × d, row-major.</param>
    /// <param name="columns">d.</param>
    public IndependentColumns(ReadOnlySpan<double> features, int columns)
    {
        _columns = columns;
        double[][] vectors = HouseholderTriangle.Of(features, columns); // the same inner products in d entries
        double[] norms = [.. vectors.Select(vector => TensorPrimitives.Norm<double>(vector))];
        for (int j = 0; j < columns; j++)
            TensorPrimitives.Divide(vectors[j], norms[j] == 0 ? 1 : norms[j], vectors[j]);

        // combinations[j]: the column's residual as a combination of the original columns, so that a residual of zero is a null direction.
        double[][] combinations = [.. Enumerable.Range(0, columns).Select(j => Unit(j, norms[j]))];
        var remaining = Enumerable.Range(0, columns).ToList();
        var chosen = new List<int>();
        while (remaining.Count > 0)
        {
            int pivot = remaining.MaxBy(j => TensorPrimitives.Norm<double>(vectors[j]));
            double norm = TensorPrimitives.Norm<double>(vectors[pivot]);
            if (norm < Tolerance)
                break;
            chosen.Add(pivot);
            remaining.Remove(pivot);
            TensorPrimitives.Divide(vectors[pivot], norm, vectors[pivot]);
            TensorPrimitives.Divide(combinations[pivot], norm, combinations[pivot]);
            foreach (int j in remaining)
            {
                double overlap = -TensorPrimitives.Dot<double>(vectors[pivot], vectors[j]);
                TensorPrimitives.MultiplyAdd(vectors[pivot], overlap, vectors[j], vectors[j]);
                TensorPrimitives.MultiplyAdd(combinations[pivot], overlap, combinations[j], combinations[j]);
            }
        }

        Chosen = [.. chosen.Order()];
        foreach (int j in remaining)
        {
            double[] direction = Project(combinations[j]);
            TensorPrimitives.Divide(direction, TensorPrimitives.Norm<double>(direction), direction);
            _null.Add(direction);
        }

        double[] Unit(int j, double norm)
        {
            double[] unit = new double[columns];
            unit[j] = norm == 0 ? 1 : 1 / norm;
            return unit;
        }
    }

    /// <summary>The independent columns, ascending.</summary>
    public int[] Chosen { get; }

    /// <summary>Whether some columns depend on others.</summary>
    public bool Deficient => Chosen.Length < _columns;

    /// <summary>The chosen columns alone, row-major.</summary>
    public double[] Select(ReadOnlySpan<double> features)
    {
        if (!Deficient)
            return features.ToArray();
        double[] selected = new double[features.Length / _columns * Chosen.Length];
        for (int i = 0; i < selected.Length; i++)
            selected[i] = features[(i / Chosen.Length * _columns) + Chosen[i % Chosen.Length]];
        return selected;
    }

    /// <summary>Parameters of all columns with the same outputs as the given ones of the chosen columns, and the least norm.</summary>
    public double[] LeastNorm(ReadOnlySpan<double> chosenParameters)
    {
        double[] all = new double[_columns];
        for (int j = 0; j < Chosen.Length; j++)
            all[Chosen[j]] = chosenParameters[j];
        return Project(all);
    }

    /// <summary>The part orthogonal to the null directions; taken twice for the sake of rounding.</summary>
    private double[] Project(double[] vector)
    {
        double[] result = [.. vector];
        for (int pass = 0; pass < 2; pass++)
        {
            foreach (double[] direction in _null)
                TensorPrimitives.MultiplyAdd(direction, -TensorPrimitives.Dot<double>(direction, result), result, result);
        }

        return result;
    }
}
