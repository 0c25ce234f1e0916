namespace ML.Thermo.Onnx.Reading;

/// <summary>The element types of ONNX tensors, under the numbers that the format gives them.</summary>
public enum ElementType
{
    /// <summary>Not said.</summary>
    Undefined = 0,

    /// <summary>IEEE binary32.</summary>
    Float = 1,

    /// <summary>Unsigned, 8 bits.</summary>
    UInt8 = 2,

    /// <summary>Signed, 8 bits.</summary>
    Int8 = 3,

    /// <summary>Unsigned, 16 bits.</summary>
    UInt16 = 4,

    /// <summary>Signed, 16 bits.</summary>
    Int16 = 5,

    /// <summary>Signed, 32 bits.</summary>
    Int32 = 6,

    /// <summary>Signed, 64 bits.</summary>
    Int64 = 7,

    /// <summary>UTF-8 text.</summary>
    Text = 8,

    /// <summary>One byte, 0 or 1.</summary>
    Bool = 9,

    /// <summary>IEEE binary16.</summary>
    Float16 = 10,

    /// <summary>IEEE binary64.</summary>
    Double = 11,

    /// <summary>Unsigned, 32 bits.</summary>
    UInt32 = 12,

    /// <summary>Unsigned, 64 bits.</summary>
    UInt64 = 13,

    /// <summary>Two binary32.</summary>
    Complex64 = 14,

    /// <summary>Two binary64.</summary>
    Complex128 = 15,

    /// <summary>The upper half of a binary32.</summary>
    BFloat16 = 16,

    /// <summary>4 exponent bits, 3 mantissa bits, bias 7, no infinities.</summary>
    Float8E4M3FN = 17,

    /// <summary>4 exponent bits, 3 mantissa bits, bias 8, no infinities, no negative zero.</summary>
    Float8E4M3FNUZ = 18,

    /// <summary>5 exponent bits, 2 mantissa bits, bias 15.</summary>
    Float8E5M2 = 19,

    /// <summary>5 exponent bits, 2 mantissa bits, bias 16, no infinities, no negative zero.</summary>
    Float8E5M2FNUZ = 20,

    /// <summary>Unsigned, two to a byte, the first in the low bits.</summary>
    UInt4 = 21,

    /// <summary>Signed, two to a byte, the first in the low bits.</summary>
    Int4 = 22,

    /// <summary>2 exponent bits, 1 mantissa bit, two to a byte, the first in the low bits.</summary>
    Float4E2M1 = 23,

    /// <summary>A power of two, 2^(code − 127).</summary>
    Float8E8M0 = 24,

    /// <summary>Unsigned, four to a byte, the first in the low bits.</summary>
    UInt2 = 25,

    /// <summary>Signed, four to a byte, the first in the low bits.</summary>
    Int2 = 26,
}

/// <summary>What follows from an element type alone.</summary>
internal static class ElementTypes
{
    /// <summary>Bits of one element in raw data; 0 for text and for types that this reader does not know.</summary>
    public static int Bits(this ElementType type) => type switch
    {
        ElementType.UInt2 or ElementType.Int2 => 2,
        ElementType.UInt4 or ElementType.Int4 or ElementType.Float4E2M1 => 4,
        ElementType.UInt8 or ElementType.Int8 or ElementType.Bool
            or (>= ElementType.Float8E4M3FN and <= ElementType.Float8E5M2FNUZ) or ElementType.Float8E8M0 => 8,
        ElementType.UInt16 or ElementType.Int16 or ElementType.Float16 or ElementType.BFloat16 => 16,
        ElementType.Float or ElementType.Int32 or ElementType.UInt32 => 32,
        ElementType.Double or ElementType.Int64 or ElementType.UInt64 or ElementType.Complex64 => 64,
        ElementType.Complex128 => 128,
        _ => 0,
    };

    public static bool IsFloating(this ElementType type) => type
        is ElementType.Float or ElementType.Double or ElementType.Float16 or ElementType.BFloat16 or ElementType.Float8E8M0
        or (>= ElementType.Float8E4M3FN and <= ElementType.Float8E5M2FNUZ) or ElementType.Float4E2M1;

    /// <summary>Bytes that <paramref name="count"/> elements take in raw data; 2⁶³ − 1 where they take more than that.</summary>
    public static long ByteLength(this ElementType type, long count) =>
        (long)Int128.Min(long.MaxValue, (((Int128)count * type.Bits()) + 7) / 8);

    /// <summary>The field of TensorProto that holds such elements one by one, where they are not raw.</summary>
    public static int TypedField(this ElementType type) => type switch
    {
        ElementType.Float or ElementType.Complex64 => 4,
        ElementType.Text => 6,
        ElementType.Int64 => 7,
        ElementType.Double or ElementType.Complex128 => 10,
        ElementType.UInt32 or ElementType.UInt64 => 11,
        _ => 5,
    };
}
