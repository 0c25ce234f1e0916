using System.Runtime.InteropServices;
using ML.Thermo.Onnx.Compression.Roundings;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Compression;

/// <summary>
/// A weight whose codes ONNX Runtime turns into floats once, when it loads the file: by operations on constants that it folds, where DequantizeLinear would run
/// with every row. Small on disk, as fast as floats, as large as floats in memory.
/// </summary>
internal static class FoldedWeight
{
    /// <summary>Numbers meet along axes of their own from here on.</summary>
    private const long OldestOperatorSet = 7;

    /// <summary>Null where the width cannot be stored so.</summary>
    public static StoredWeight? Of(CompressibleWeight weight, ChannelRounding rounding, OnnxModel model)
    {
        int[] planes = rounding.Bits == 4 ? [4] : [.. StoredWeight.Planes(rounding.Bits)];
        if (model.OperatorSet < OldestOperatorSet || planes.Any(plane => weight.Count % (8 / plane) != 0))
            return null;
        byte[] codes = rounding.Codes();
        long[] along = [.. weight.Tensor.Shape.Select((_, axis) => axis == weight.Axis ? weight.Channels : 1L)];
        string name = weight.Name, scale = $"{name}_scale", real = $"{name}_real";
        if (planes.Length == 0)
        {
            string stored = StoredWeight.CodesOf(name);
            return new("int8, floats at load", [Real(stored, real), StoredWeight.Node("Mul", "", [real, scale], name)], [],
                [Floats(scale, along, rounding.Scales), StoredWeight.Constant(stored, ElementType.Int8, weight.Tensor.Shape, codes)], [])
            {
                LevelBytes = codes.Length + (sizeof(float) * rounding.Scales.Length),
            };
        }

        // Planes give twice an index from 0: of the odd levels 2c − middle, of whole numbers 2(c + 8) − 16 in half scales.
        bool isOdd = rounding.IsOdd;
        byte[] indices = isOdd ? codes : [.. codes.Select(code => (byte)((sbyte)code + 8))];
        float[] scales = isOdd ? rounding.Scales : [.. rounding.Scales.Select(size => size / 2)];
        (string joined, List<WireMessage> nodes, List<WireMessage> constants, int bytes) = BitPlanes.Join(weight, rounding.Bits, indices, planes);
        nodes.AddRange([Real(joined, real), StoredWeight.Node("Sub", "", [real, $"{name}_middle"], $"{real}/0"),
            StoredWeight.Node("Mul", "", [$"{real}/0", scale], name)]);
        constants.AddRange([Floats(scale, along, scales), Floats($"{name}_middle", [], [isOdd ? rounding.Middle : 16])]);
        return new($"{rounding.Bits} bits in bytes, floats at load", nodes, [], constants, planes)
        {
            LevelBytes = bytes + (sizeof(float) * (scales.Length + 1)),
        };
    }

    private static WireMessage Real(string codes, string real) => StoredWeight.Node("Cast", "", [codes], real, ("to", (long)ElementType.Float));

    private static WireMessage Floats(string name, long[] shape, float[] values) =>
        StoredWeight.Constant(name, ElementType.Float, shape, MemoryMarshal.AsBytes(values.AsSpan()));
}
