using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ML.Thermo.Onnx.Inputs;

/// <summary>The numbers of a tensor of any type, as doubles.</summary>
internal static class TensorNumbers
{
    /// <exception cref="ThermoException">It holds text or complex numbers.</exception>
    public static double[] Of(OrtValue value) => value.GetTensorTypeAndShape().ElementDataType switch
    {
        TensorElementType.Float => Numbers<float>(value, x => x),
        TensorElementType.Double => Numbers<double>(value, x => x),
        TensorElementType.Float16 => Numbers<Float16>(value, x => (double)(float)x),
        TensorElementType.BFloat16 => Numbers<BFloat16>(value, x => (double)(float)x),
        TensorElementType.Bool => Numbers<bool>(value, x => x ? 1 : 0),
        TensorElementType.Int64 => Numbers<long>(value, x => x),
        TensorElementType.Int32 => Numbers<int>(value, x => x),
        TensorElementType.Int16 => Numbers<short>(value, x => x),
        TensorElementType.Int8 => Numbers<sbyte>(value, x => x),
        TensorElementType.UInt64 => Numbers<ulong>(value, x => x),
        TensorElementType.UInt32 => Numbers<uint>(value, x => x),
        TensorElementType.UInt16 => Numbers<ushort>(value, x => x),
        TensorElementType.UInt8 => Numbers<byte>(value, x => x),
        var other => throw new ThermoException($"A tensor holds {other}: expected numbers."),
    };

    private static double[] Numbers<T>(OrtValue value, Func<T, double> convert)
        where T : unmanaged
    {
        ReadOnlySpan<T> stored = value.GetTensorDataAsSpan<T>();
        double[] numbers = new double[stored.Length];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = convert(stored[i]);
        return numbers;
    }
}
