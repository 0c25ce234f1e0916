using System.Numerics.Tensors;

namespace ML.Thermo.Benchmarks.Drift;

/// <summary>MMD² of many windows against one reference, with the median distance of the reference's rows as bandwidth.</summary>
internal sealed class DriftKernel
{
    private readonly double[] _reference;
    private readonly int _columns;
    private readonly double _scale, _within;

    public DriftKernel(double[] reference, int columns)
    {
        (_reference, _columns) = (reference, columns);
        double[] squares = [.. Enumerable.Range(0, Rows(reference)).SelectMany(i => Enumerable.Range(0, i).Select(j => Square(reference, i, reference, j)))];
        double median = squares.Order().ElementAt(squares.Length / 2);
        _scale = -0.5 / (median > 0 ? median : 1);
        _within = squares.Average(square => Math.Exp(_scale * square));
    }

    public double Discrepancy(double[] window)
    {
        int n = Rows(_reference), m = Rows(window);
        double within = 0, across = 0;
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < i; j++)
                within += Math.Exp(_scale * Square(window, i, window, j));
            for (int j = 0; j < n; j++)
                across += Math.Exp(_scale * Square(window, i, _reference, j));
        }

        return _within + (within * 2 / ((double)m * (m - 1))) - (2 * across / ((double)n * m));
    }

    private int Rows(double[] rows) => rows.Length / _columns;

    private double Square(double[] a, int i, double[] b, int j)
    {
        double distance = TensorPrimitives.Distance<double>(a.AsSpan(i * _columns, _columns), b.AsSpan(j * _columns, _columns));
        return distance * distance;
    }
}
