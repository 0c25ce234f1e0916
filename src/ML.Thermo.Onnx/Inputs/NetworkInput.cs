using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Inputs;

/// <summary>All rows of one input of a network, in the type that the network takes, or one array that every batch gets whole.</summary>
internal abstract class NetworkInput
{
    public required string Name { get; init; }

    public required long[] Shape { get; init; }

    /// <summary>Whether the first axis counts rows; else every batch gets the whole.</summary>
    public required bool HasRows { get; init; }

    /// <summary>The rows [first, first + count) as they are in memory, uncopied.</summary>
    public abstract OrtValue Slice(long first, int count);

    /// <summary>Numbers as the element type that an input has.</summary>
    /// <exception cref="UnusableDataException">A number does not fit the type.</exception>
    public static NetworkInput Of(OnnxValue input, long[] shape, bool hasRows, ReadOnlySpan<double> values)
    {
        return input.ElementType switch
        {
            ElementType.Float => Make(values, v => (float)v),
            ElementType.Double => Make(values, v => v),
            ElementType.Float16 => Make(values, v => (Float16)(float)v),
            ElementType.BFloat16 => Make(values, v => (BFloat16)(float)v),
            ElementType.Bool => Make(values, v => v != 0),
            ElementType.Int64 => Make(values, v => (long)Whole(v, long.MinValue, long.MaxValue)),
            ElementType.Int32 => Make(values, v => (int)Whole(v, int.MinValue, int.MaxValue)),
            ElementType.Int16 => Make(values, v => (short)Whole(v, short.MinValue, short.MaxValue)),
            ElementType.Int8 => Make(values, v => (sbyte)Whole(v, sbyte.MinValue, sbyte.MaxValue)),
            ElementType.UInt64 => Make(values, v => (ulong)Whole(v, 0, ulong.MaxValue)),
            ElementType.UInt32 => Make(values, v => (uint)Whole(v, 0, uint.MaxValue)),
            ElementType.UInt16 => Make(values, v => (ushort)Whole(v, 0, ushort.MaxValue)),
            ElementType.UInt8 => Make(values, v => (byte)Whole(v, 0, byte.MaxValue)),
            _ => throw new ThermoException($"Input {input} cannot be given as numbers: inputs of {input.ElementType} are not supported."),
        };

        NetworkInput Make<T>(ReadOnlySpan<double> numbers, Func<double, T> convert)
            where T : unmanaged
        {
            T[] converted = new T[numbers.Length];
            for (int i = 0; i < converted.Length; i++)
                converted[i] = convert(numbers[i]);
            return new Rows<T>(converted) { Name = input.Name, Shape = shape, HasRows = hasRows };
        }

        double Whole(double value, double low, double high) => value == Math.Truncate(value) && value >= low && value <= high
            ? value
            : throw new UnusableDataException($"Input {input} takes whole numbers from {low:R} to {high:R}, and the data hold {value:R}.");
    }

    /// <summary>Elements that are stored in the input's own type.</summary>
    public static NetworkInput OfStored<T>(OnnxValue input, long[] shape, bool hasRows, ReadOnlySpan<byte> stored)
        where T : unmanaged => new Rows<T>(MemoryMarshal.Cast<byte, T>(stored).ToArray()) { Name = input.Name, Shape = shape, HasRows = hasRows };

    private sealed class Rows<T>(T[] values) : NetworkInput
        where T : unmanaged
    {
        public override OrtValue Slice(long first, int count)
        {
            if (!HasRows)
                return OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, values.AsMemory(), Shape);
            long row = values.Length / Math.Max(Shape[0], 1);
            return OrtValue.CreateTensorValueFromMemory(
                OrtMemoryInfo.DefaultInstance, values.AsMemory((int)(first * row), (int)(count * row)), [count, .. Shape.Skip(1)]);
        }
    }
}
