using System.Numerics;
using System.Runtime.InteropServices;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Inputs;

/// <summary>An array of numbers as NumPy stores it: .npy, or one entry of an .npz.</summary>
public sealed class NumpyArray
{
    private readonly byte[] _bytes;

    internal NumpyArray(NumpyHeader header, byte[] bytes) => (Name, ElementType, Shape, _bytes) = (header.Name, header.ElementType, header.Shape, bytes);

    /// <summary>The entry's name in an .npz, else the file's, without extension.</summary>
    public string Name { get; }

    /// <summary>The type of its elements.</summary>
    public ElementType ElementType { get; }

    /// <summary>Its extents, row-major; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Reads an .npy file as one array, or all arrays of an .npz file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ThermoException">The file is missing, damaged or truncated (of every zipped array the CRC-32 is compared), inflates out of
    /// proportion, or holds what is not plain numbers in row-major order.</exception>
    public static IReadOnlyList<NumpyArray> ReadFile(string path)
    {
        var file = NumpyFile.Open(path);
        return file.Read(file.Arrays);
    }

    /// <summary>All elements as doubles.</summary>
    public double[] ToDoubles() => ElementType switch
    {
        ElementType.Double => Convert<double>(),
        ElementType.Float => Convert<float>(),
        ElementType.Float16 => Convert<Half>(),
        ElementType.Int64 => Convert<long>(),
        ElementType.Int32 => Convert<int>(),
        ElementType.Int16 => Convert<short>(),
        ElementType.Int8 => Convert<sbyte>(),
        ElementType.UInt64 => Convert<ulong>(),
        ElementType.UInt32 => Convert<uint>(),
        ElementType.UInt16 => Convert<ushort>(),
        _ => Convert<byte>(),
    };

    /// <summary>Itself, if no element is infinite or NaN.</summary>
    /// <exception cref="UnusableDataException">One is; its row is named.</exception>
    internal NumpyArray Finite()
    {
        long at = ElementType switch
        {
            ElementType.Double => FirstNotFinite<double>(),
            ElementType.Float => FirstNotFinite<float>(),
            ElementType.Float16 => FirstNotFinite<Half>(),
            _ => -1,
        };
        long width = Math.Max(1, Shape.Skip(1).Aggregate(1L, (a, b) => a * b));
        return at < 0 ? this : throw new UnusableDataException($"Array '{Name}', row {(at / width) + 1}: a number is infinite or NaN, expected finite ones.");
    }

    /// <summary>The elements as they are stored, little-endian.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes;

    private long FirstNotFinite<T>()
        where T : unmanaged, INumberBase<T>
    {
        ReadOnlySpan<T> stored = MemoryMarshal.Cast<byte, T>(_bytes);
        for (int i = 0; i < stored.Length; i++)
        {
            if (!T.IsFinite(stored[i]))
                return i;
        }

        return -1;
    }

    private double[] Convert<T>()
        where T : unmanaged, INumberBase<T>
    {
        ReadOnlySpan<T> stored = MemoryMarshal.Cast<byte, T>(_bytes);
        double[] values = new double[stored.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = double.CreateTruncating(stored[i]);
        return values;
    }
}
