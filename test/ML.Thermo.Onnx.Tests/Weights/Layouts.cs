using ML.Thermo.Onnx.Layers;

namespace ML.Thermo.Tests.Weights;

/// <summary>Layouts of contiguous weights.</summary>
internal static class Layouts
{
    public static WeightLayout Dense(int rows, int columns) => Stacked(1, rows, columns);

    public static WeightLayout Transposed(int rows, int columns) => new(rows, columns, 1, 1, 1, rows, 0, 0);

    public static WeightLayout Stacked(int groups, int rows, int columns) => new(rows, columns, 1, groups, columns, 1, 0, rows * columns);

    /// <summary>[outputs, inputs of a group, positions].</summary>
    public static WeightLayout Convolution(int outputs, int inputs, int positions, int groups = 1) =>
        new(outputs / groups, inputs, positions, groups, inputs * positions, positions, 1, outputs / groups * inputs * positions);

    /// <summary>[inputs, outputs, positions].</summary>
    public static WeightLayout TransposedConvolution(int inputs, int outputs, int positions) =>
        new(outputs, inputs, positions, 1, positions, outputs * positions, 1, 0);
}
