using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace ML.Thermo.Onnx.Reading;

/// <summary>Turns raw elements into numbers.</summary>
internal static class ElementCodec
{
    private static readonly float[] E4M3FN = Table(exponentBits: 4, bias: 7, Special.NanAtAllOnes);
    private static readonly float[] E4M3FNUZ = Table(exponentBits: 4, bias: 8, Special.NanAtNegativeZero);
    private static readonly float[] E5M2 = Table(exponentBits: 5, bias: 15, Special.Ieee);
    private static readonly float[] E5M2FNUZ = Table(exponentBits: 5, bias: 16, Special.NanAtNegativeZero);
    private static readonly float[] E8M0 = [.. Enumerable.Range(0, 256).Select(code => code == 255 ? float.NaN : MathF.ScaleB(1, code - 127))];
    private static readonly float[] E2M1 = [0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6];

    private enum Special
    {
        Ieee,
        NanAtAllOnes,
        NanAtNegativeZero,
    }

    /// <summary>Decodes as many elements as <paramref name="destination"/> takes.</summary>
    /// <param name="type">A numeric type.</param>
    /// <param name="raw">Little-endian; for types below 8 bits, element 0 sits in the low bits of byte 0.</param>
    /// <param name="destination">Where the numbers go.</param>
    /// <exception cref="OnnxFormatException">The type is no real number.</exception>
    public static void Decode<T>(ElementType type, ReadOnlySpan<byte> raw, Span<T> destination)
        where T : unmanaged, INumber<T>
    {
        switch (type)
        {
            case ElementType.Float: Convert<float, T>(raw, destination); break;
            case ElementType.Double: Convert<double, T>(raw, destination); break;
            case ElementType.Float16: Convert<Half, T>(raw, destination); break;
            case ElementType.Int64: Convert<long, T>(raw, destination); break;
            case ElementType.Int32: Convert<int, T>(raw, destination); break;
            case ElementType.Int16: Convert<short, T>(raw, destination); break;
            case ElementType.Int8: Convert<sbyte, T>(raw, destination); break;
            case ElementType.UInt64: Convert<ulong, T>(raw, destination); break;
            case ElementType.UInt32: Convert<uint, T>(raw, destination); break;
            case ElementType.UInt16: Convert<ushort, T>(raw, destination); break;
            case ElementType.UInt8 or ElementType.Bool: Convert<byte, T>(raw, destination); break;
            case ElementType.BFloat16: DecodeBFloat16(raw, destination); break;
            case ElementType.Float8E4M3FN: LookUp(E4M3FN, raw, destination); break;
            case ElementType.Float8E4M3FNUZ: LookUp(E4M3FNUZ, raw, destination); break;
            case ElementType.Float8E5M2: LookUp(E5M2, raw, destination); break;
            case ElementType.Float8E5M2FNUZ: LookUp(E5M2FNUZ, raw, destination); break;
            case ElementType.Float8E8M0: LookUp(E8M0, raw, destination); break;
            case ElementType.Float4E2M1: Unpack(raw, 4, destination, code => T.CreateTruncating(E2M1[code])); break;
            case ElementType.UInt4: Unpack(raw, 4, destination, T.CreateTruncating); break;
            case ElementType.UInt2: Unpack(raw, 2, destination, T.CreateTruncating); break;
            case ElementType.Int4: Unpack(raw, 4, destination, code => T.CreateTruncating(code < 8 ? code : code - 16)); break;
            case ElementType.Int2: Unpack(raw, 2, destination, code => T.CreateTruncating(code < 2 ? code : code - 4)); break;
            default: throw new OnnxFormatException($"Elements of type {type} cannot be read as real numbers.");
        }
    }

    private static void Convert<TFrom, T>(ReadOnlySpan<byte> raw, Span<T> destination)
        where TFrom : unmanaged, INumber<TFrom>
        where T : unmanaged, INumber<T>
    {
        ReadOnlySpan<TFrom> values = MemoryMarshal.Cast<byte, TFrom>(raw)[..destination.Length];
        if (typeof(TFrom) == typeof(T))
            MemoryMarshal.Cast<TFrom, T>(values).CopyTo(destination);
        else
            TensorPrimitives.ConvertTruncating(values, destination);
    }

    private static void DecodeBFloat16<T>(ReadOnlySpan<byte> raw, Span<T> destination)
        where T : unmanaged, INumber<T>
    {
        ReadOnlySpan<ushort> codes = MemoryMarshal.Cast<byte, ushort>(raw);
        for (int i = 0; i < destination.Length; i++)
            destination[i] = T.CreateTruncating(BitConverter.Int32BitsToSingle(codes[i] << 16));
    }

    private static void LookUp<T>(float[] table, ReadOnlySpan<byte> raw, Span<T> destination)
        where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < destination.Length; i++)
            destination[i] = T.CreateTruncating(table[raw[i]]);
    }

    private static void Unpack<T>(ReadOnlySpan<byte> raw, int bits, Span<T> destination, Func<int, T> value)
    {
        int perByte = 8 / bits;
        int mask = (1 << bits) - 1;
        for (int i = 0; i < destination.Length; i++)
            destination[i] = value((raw[i / perByte] >> (i % perByte * bits)) & mask);
    }

    /// <summary>The 256 values of a sign bit, exponent bits and mantissa bits.</summary>
    private static float[] Table(int exponentBits, int bias, Special special)
    {
        int mantissaBits = 7 - exponentBits;
        int topExponent = (1 << exponentBits) - 1;
        float[] table = new float[256];
        for (int code = 0; code < 256; code++)
        {
            int exponent = (code >> mantissaBits) & topExponent;
            int mantissa = code & ((1 << mantissaBits) - 1);
            float magnitude = exponent == 0
                ? MathF.ScaleB(mantissa, 1 - bias - mantissaBits)
                : MathF.ScaleB((1 << mantissaBits) + mantissa, exponent - bias - mantissaBits);
            magnitude = special switch
            {
                Special.Ieee when exponent == topExponent => mantissa == 0 ? float.PositiveInfinity : float.NaN,
                Special.NanAtAllOnes when (code & 0x7F) == 0x7F => float.NaN,
                Special.NanAtNegativeZero when code == 0x80 => float.NaN,
                _ => magnitude,
            };
            table[code] = code < 128 ? magnitude : -magnitude;
        }

        return table;
    }
}
