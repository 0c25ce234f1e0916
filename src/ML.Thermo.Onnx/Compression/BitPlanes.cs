using System.Runtime.InteropServices;
using ML.Thermo.Onnx.Compression.Roundings;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Compression;

/// <summary>
/// Widths that ONNX has no numbers of: codes cut into planes of 4, 2 and 1 bits, packed into bytes, looked up in a table of 256 rows and joined. It runs in
/// any operator set from 6 on, and ONNX Runtime works it out once, when it loads the file, into a byte a weight.
/// </summary>
internal static class BitPlanes
{
    /// <summary>Casts say their type by number from here on.</summary>
    public const long OldestOperatorSet = 6;

    private const string Prefix = "ml.thermo/";

    public static StoredWeight Of(CompressibleWeight weight, ChannelRounding rounding, byte[] codes, IReadOnlyList<int> planes, WireMessage scales)
    {
        string zero = $"{weight.Name}_zero_point";
        byte[] middle = new byte[weight.Channels];
        Array.Fill(middle, (byte)rounding.Middle);
        (string joined, List<WireMessage> nodes, List<WireMessage> initializers, int bytes) = Join(weight, rounding.Bits, codes, planes);
        initializers.InsertRange(0, [scales, StoredWeight.Constant(zero, ElementType.UInt8, [middle.Length], middle)]);
        nodes.Add(StoredWeight.Node("DequantizeLinear", StoredWeight.Microsoft, [joined, $"{weight.Name}_scale", zero], weight.Name, ("axis", weight.Axis)));
        return new($"{rounding.Bits} bits in bytes", nodes, [], initializers, planes) { LevelBytes = bytes + middle.Length + (sizeof(float) * middle.Length) };
    }

    /// <summary>The nodes that make twice every code of its planes, in the weight's shape, with their constants and the bytes of the planes.</summary>
    public static (string Joined, List<WireMessage> Nodes, List<WireMessage> Initializers, int Bytes) Join(
        CompressibleWeight weight, int bits, byte[] codes, IReadOnlyList<int> planes)
    {
        string name = weight.Name, shape = $"{name}_shape";
        long[] extents = [.. weight.Tensor.Shape];
        List<WireMessage> nodes = [];
        List<WireMessage> initializers = [StoredWeight.Constant(shape, ElementType.Int64, [extents.Length], MemoryMarshal.AsBytes(extents.AsSpan()))];
        int below = bits, bytes = 0;
        string joined = "";
        foreach (int width in planes)
        {
            below -= width;
            byte[] packed = Pack(codes, below, width);
            bytes += packed.Length;
            string plane = planes.Count == 1 ? $"{name}_quantized" : $"{name}/{width}_quantized";
            initializers.Add(StoredWeight.Constant(plane, ElementType.UInt8, [packed.Length], packed));
            nodes.Add(StoredWeight.Node("Cast", "", [plane], $"{plane}/i", ("to", (long)ElementType.Int32)));
            nodes.Add(StoredWeight.Node("Gather", "", [TableName(width), $"{plane}/i"], $"{plane}/g"));
            nodes.Add(StoredWeight.Node("Reshape", "", [$"{plane}/g", shape], $"{plane}/c"));
            string own = $"{plane}/c";
            if (joined.Length > 0)
            {
                string[] inputs = [joined, StepName(width), ZeroName, own, StepName(0), ZeroName, StepName(0), ZeroName];
                nodes.Add(StoredWeight.Node("QLinearAdd", StoredWeight.Microsoft, inputs, own = $"{plane}/j"));
            }

            joined = own;
        }

        return (joined, nodes, initializers, bytes);
    }

    /// <summary>The tables and numbers that weights share, for the planes that some of them have.</summary>
    public static IEnumerable<WireMessage> Shared(IReadOnlyCollection<int> planes)
    {
        foreach (int width in planes.Distinct().Order())
        {
            int perByte = 8 / width;
            byte[] table = [.. Enumerable.Range(0, 256 * perByte).Select(i => (byte)(2 * ((i / perByte >> (i % perByte * width)) & ((1 << width) - 1))))];
            yield return StoredWeight.Constant(TableName(width), ElementType.UInt8, [256, perByte], table);
        }

        if (planes.Count == 0)
            yield break;
        yield return StoredWeight.Constant(ZeroName, ElementType.UInt8, [], [0]);
        foreach (int shift in new[] { 0, 1, 2 })
            yield return StoredWeight.Constant(StepName(shift), ElementType.Float, [], BitConverter.GetBytes((float)(1 << shift)));
    }

    private static string ZeroName => $"{Prefix}0";

    private static string TableName(int width) => $"{Prefix}table{width}";

    /// <summary>2 to the power of a plane's width: what the planes above it are multiplied by.</summary>
    private static string StepName(int width) => $"{Prefix}step{width}";

    /// <summary>Some bits of every code, packed from the low bits of a byte up.</summary>
    private static byte[] Pack(byte[] codes, int shift, int width)
    {
        int perByte = 8 / width;
        byte[] packed = new byte[codes.Length / perByte];
        for (int i = 0; i < codes.Length; i++)
            packed[i / perByte] |= (byte)(((codes[i] >> shift) & ((1 << width) - 1)) << (i % perByte * width));
        return packed;
    }
}
