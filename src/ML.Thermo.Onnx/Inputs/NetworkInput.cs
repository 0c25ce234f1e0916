using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Inputs;

/// <summary>All rows of one input of a network, in the type that the network takes, or one array that every batch gets whole.</summary>
internal abstract class NetworkInput
{
    public required string Name { get; init; }

    public required long[] Shape { get; init; }

    /// <summary>The axis that counts rows; −1 where every batch gets the whole.</summary>
    public required int RowAxis { get; init; }

    public bool HasRows => RowAxis >= 0;

    public long Rows => HasRows ? Shape[RowAxis] : 1;

    /// <summary>Whether all rows hold the same numbers, as far as this input goes.</summary>
    public abstract bool HasEqualRows { get; }

    /// <summary>Sets numbers that lie together.</summary>
    /// <param name="start">Where the first belongs.</param>
    /// <param name="numbers">Converted to the input's own type.</param>
    /// <exception cref="UnusableDataException">A number does not fit the type.</exception>
    public abstract void Set(int start, ReadOnlySpan<double> numbers);

    /// <summary>The rows [first, first + count) as they are in memory, uncopied.</summary>
    public abstract OrtValue Slice(long first, int count);

    /// <summary>The numbers of one row, or of the whole where it has no rows.</summary>
    public double[] Row(long row)
    {
        using OrtValue slice = Slice(HasRows ? row : 0, 1);
        return TensorNumbers.Of(slice);
    }

    /// <summary>One row, repeated; itself where it has no rows.</summary>
    public abstract NetworkInput Repeated(long row, int count);

    /// <summary>Numbers as the element type that an input has.</summary>
    /// <exception cref="UnusableDataException">A number does not fit the type.</exception>
    public static NetworkInput Of(OnnxValue input, long[] shape, int rowAxis, ReadOnlySpan<double> values)
    {
        NetworkInput made = Zeros(input, shape, rowAxis);
        made.Set(0, values);
        return made;
    }

    /// <summary>Zeros, to be set.</summary>
    public static NetworkInput Zeros(OnnxValue input, long[] shape, int rowAxis)
    {
        long all = Reading.Shape.Count(shape, $"Input {input}");
        int count = all <= Array.MaxLength ? (int)all
            : throw new ThermoException($"Input {input} in the shape [{string.Join(',', shape)}] has {all} numbers, "
                + "more than one array holds: take fewer rows.");
        return input.ElementType switch
        {
            ElementType.Float => Make(v => Real(v, (float)v, x => x)),
            ElementType.Double => Make(v => v),
            ElementType.Float16 => Make(v => Real(v, (Float16)(float)v, x => (float)x)),
            ElementType.BFloat16 => Make(v => Real(v, (BFloat16)(float)v, x => (float)x)),
            ElementType.Bool => Make(v => v != 0),
            ElementType.Int64 => Make(v => (long)Whole(v, long.MinValue, long.MaxValue)),
            ElementType.Int32 => Make(v => (int)Whole(v, int.MinValue, int.MaxValue)),
            ElementType.Int16 => Make(v => (short)Whole(v, short.MinValue, short.MaxValue)),
            ElementType.Int8 => Make(v => (sbyte)Whole(v, sbyte.MinValue, sbyte.MaxValue)),
            ElementType.UInt64 => Make(v => (ulong)Whole(v, 0, ulong.MaxValue)),
            ElementType.UInt32 => Make(v => (uint)Whole(v, 0, uint.MaxValue)),
            ElementType.UInt16 => Make(v => (ushort)Whole(v, 0, ushort.MaxValue)),
            ElementType.UInt8 => Make(v => (byte)Whole(v, 0, byte.MaxValue)),
            _ => throw new ThermoException($"Input {input} cannot be given as numbers: inputs of {input.ElementType} are not supported."),
        };

        NetworkInput Make<T>(Func<double, T> convert)
            where T : unmanaged => new Stored<T>(new T[count], convert) { Name = input.Name, Shape = shape, RowAxis = rowAxis };

        // Of 64 bits the largest number is no double: it rounds to the next, which does not fit.
        double Whole(double value, double low, double high) => value == Math.Truncate(value) && value >= low && value < high + 1
            ? value
            : throw new UnusableDataException($"Input {input} takes whole numbers from {low:R} to {high:R}, and the data hold {value:R}.");

        T Real<T>(double value, T stored, Func<T, float> read) => float.IsFinite(read(stored)) || !double.IsFinite(value)
            ? stored
            : throw new UnusableDataException($"Input {input} takes numbers of {input.ElementType}, and {value:R} is beyond them.");
    }

    /// <summary>Elements that are stored in the input's own type.</summary>
    public static NetworkInput OfStored<T>(OnnxValue input, long[] shape, int rowAxis, ReadOnlySpan<byte> stored)
        where T : unmanaged => new Stored<T>(MemoryMarshal.Cast<byte, T>(stored).ToArray(), null) { Name = input.Name, Shape = shape, RowAxis = rowAxis };

    private sealed class Stored<T>(T[] values, Func<double, T>? convert) : NetworkInput
        where T : unmanaged
    {
        /// <summary>Numbers of one row that lie together, and how often such a run comes.</summary>
        private (int Inner, int Outer) Strides
        {
            get
            {
                int inner = (int)Shape.Skip(RowAxis + 1).Aggregate(1L, (a, b) => a * b);
                return (inner, (int)(values.Length / Math.Max(Shape[RowAxis] * inner, 1)));
            }
        }

        public override bool HasEqualRows
        {
            get
            {
                if (!HasRows)
                    return true;
                (int inner, int outer) = Strides;
                int rows = (int)Shape[RowAxis];
                for (int row = 1; row < rows; row++)
                {
                    for (int o = 0; o < outer; o++)
                    {
                        ReadOnlySpan<byte> first = MemoryMarshal.AsBytes(values.AsSpan(o * rows * inner, inner));
                        if (!first.SequenceEqual(MemoryMarshal.AsBytes(values.AsSpan(((o * rows) + row) * inner, inner))))
                            return false;
                    }
                }

                return true;
            }
        }

        public override void Set(int start, ReadOnlySpan<double> numbers)
        {
            for (int i = 0; i < numbers.Length; i++)
                values[start + i] = convert!(numbers[i]);
        }

        public override NetworkInput Repeated(long row, int count)
        {
            if (!HasRows)
                return this;
            (int inner, int outer) = Strides;
            long[] shape = [.. Shape];
            shape[RowAxis] = count;
            T[] repeated = new T[outer * count * inner];
            for (int o = 0; o < outer * count; o++)
                values.AsSpan((int)(((o / count * Shape[RowAxis]) + row) * inner), inner).CopyTo(repeated.AsSpan(o * inner));
            return new Stored<T>(repeated, convert) { Name = Name, Shape = shape, RowAxis = RowAxis };
        }

        public override OrtValue Slice(long first, int count)
        {
            if (!HasRows)
                return OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, values.AsMemory(), Shape);
            (int inner, int outer) = Strides;
            long[] shape = [.. Shape];
            shape[RowAxis] = count;
            if (outer == 1)
                return OrtValue.CreateTensorValueFromMemory(
                    OrtMemoryInfo.DefaultInstance, values.AsMemory((int)(first * inner), count * inner), shape);
            T[] part = new T[outer * count * inner];
            for (int o = 0; o < outer; o++)
                values.AsSpan((int)((o * Shape[RowAxis]) + first) * inner, count * inner).CopyTo(part.AsSpan(o * count * inner));
            return OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, part.AsMemory(), shape);
        }
    }
}
