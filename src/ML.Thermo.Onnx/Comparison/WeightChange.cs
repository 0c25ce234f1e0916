using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Weights;

namespace ML.Thermo.Onnx.Comparison;

/// <summary>How one layer's weights differ from another's, element by element of their matrices whatever their storage.</summary>
[Maturity(Maturity.Theorem, "definitions")]
public sealed record WeightChange
{
    private const double Counted = 1e-3;

    private WeightChange()
    {
    }

    /// <summary>‖W_B − W_A‖/‖W_A‖ (Frobenius); 0 for equal weights, ∞ where W_A is zero and W_B is not.</summary>
    public required double RelativeChange { get; init; }

    /// <summary>⟨W_A, W_B⟩/(‖W_A‖‖W_B‖), −1 … 1; NaN where either is zero.</summary>
    public required double Cosine { get; init; }

    /// <summary>How many singular values of W_B − W_A exceed a thousandth of the largest, over all groups; 0 for equal weights.</summary>
    public required int RankOfChange { get; init; }

    /// <summary>Share of the weights that are zero in the second and were not in the first: what was pruned.</summary>
    public required double Pruned { get; init; }

    /// <summary>Compares two weights of the same matrices; null where either cannot be read as matrices or they differ in size.</summary>
    /// <param name="first">A weight.</param>
    /// <param name="second">Another.</param>
    public static WeightChange? Of(ParameterTensor first, ParameterTensor second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Layout is not { } layout || second.Layout is not { } other || !HaveSameSize(layout, other) || layout.Count > int.MaxValue / 2)
            return null;
        double[] a, b;
        try
        {
            (a, b) = (InOrder(first.ToDoubles(), layout), InOrder(second.ToDoubles(), other));
        }
        catch (ThermoException)
        {
            return null;
        }

        double squareA = 0, squareB = 0, product = 0, squareChange = 0;
        long pruned = 0;
        double[] change = new double[a.Length];
        for (int i = 0; i < a.Length; i++)
        {
            change[i] = b[i] - a[i];
            squareA += a[i] * a[i];
            squareB += b[i] * b[i];
            product += a[i] * b[i];
            squareChange += change[i] * change[i];
            pruned += b[i] == 0 && a[i] != 0 ? 1 : 0;
        }

        return new()
        {
            RelativeChange = squareChange == 0 ? 0 : Math.Sqrt(squareChange / squareA),
            Cosine = squareA > 0 && squareB > 0 ? Math.Clamp(product / (Math.Sqrt(squareA) * Math.Sqrt(squareB)), -1, 1) : double.NaN,
            RankOfChange = squareChange > 0 && double.IsFinite(squareChange) ? Rank(change, layout) : 0,
            Pruned = pruned / (double)a.Length,
        };
    }

    private static int Rank(double[] change, WeightLayout layout)
    {
        long columns = layout.FanIn;
        WeightLayout ordered = new(layout.Rows, (int)columns, 1, layout.Groups, columns, 1, 1, layout.Rows * columns);
        Spectrum spectrum = Spectrum.Of(new WeightMatrix(change, ordered));
        return spectrum.CountAbove(Counted * spectrum.SpectralNorm.Value);
    }

    private static bool HaveSameSize(WeightLayout a, WeightLayout b) =>
        (a.Rows, a.Columns, a.Positions, a.Groups) == (b.Rows, b.Columns, b.Positions, b.Groups);

    /// <summary>Group by group, row by row, column by column, position by position.</summary>
    private static double[] InOrder(double[] entries, WeightLayout layout)
    {
        double[] ordered = new double[layout.Count];
        int next = 0;
        for (int group = 0; group < layout.Groups; group++)
            for (int row = 0; row < layout.Rows; row++)
                for (int column = 0; column < layout.Columns; column++)
                {
                    long start = (group * layout.GroupStride) + (row * layout.RowStride) + (column * layout.ColumnStride);
                    for (int position = 0; position < layout.Positions; position++)
                        ordered[next++] = entries[start + (position * layout.PositionStride)];
                }

        return ordered;
    }
}
