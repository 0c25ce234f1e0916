using System.Runtime.InteropServices;
using ML.Thermo.Onnx.Compression.Roundings;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Compression;

/// <summary>A weight in the form in which a file stores it: constants, and the operations that make the weight of them, under its old name.</summary>
/// <param name="Form">What it is called.</param>
/// <param name="Nodes">The operations, which go before all others; none for a table that is only gathered from.</param>
/// <param name="Gathered">For a table: what follows each Gather of codes, one a Gather.</param>
/// <param name="Initializers">The constants of its own.</param>
/// <param name="Tables">Widths of the tables of bit planes that it shares with others.</param>
internal sealed record StoredWeight(
    string Form, IReadOnlyList<WireMessage> Nodes, IReadOnlyList<WireMessage> Gathered, IReadOnlyList<WireMessage> Initializers, IReadOnlyList<int> Tables)
{
    public const string Microsoft = "com.microsoft";

    private static readonly int[] s_planes = [4, 2, 1];

    /// <summary>Bytes that levels, scales and zero points take as raw data.</summary>
    public required long LevelBytes { get; init; }

    /// <summary>Bytes of all its messages in a file.</summary>
    public long Bytes => Nodes.Concat(Gathered).Concat(Initializers).Sum(message => FramedLength(message.Written.Length));

    /// <summary>The widths of the planes that a width is split into; none where it is stored whole.</summary>
    public static IReadOnlyList<int> Planes(int bits) => bits is 4 or 8 or 16 ? [] : [.. s_planes.Where(plane => (bits & plane) != 0)];

    /// <summary>The form of a weight of a width; null where the width cannot be stored: its planes would not fill their bytes, or a number overflows; or
    /// where the form is not what is preferred.</summary>
    public static StoredWeight? Of(CompressibleWeight weight, ChannelRounding rounding, OnnxModel model, CompressionPreference preference)
    {
        if (preference == CompressionPreference.Memory && rounding.Bits is not (4 or 8))
            return null;
        if (preference == CompressionPreference.Speed && rounding.Bits != 16)
            return FoldedWeight.Of(weight, rounding, model);
        IReadOnlyList<int> planes = Planes(rounding.Bits);
        bool fills = planes.All(plane => weight.Count % (8 / plane) == 0), isOld = model.OperatorSet < BitPlanes.OldestOperatorSet;
        if (planes.Count > 0 && (!fills || weight.Gathers.Count > 0 || isOld))
            return null;
        if (rounding.Bits == 16)
            return weight.Largest > 65504 || isOld ? null : Halves(weight, model);
        WireMessage scales = Constant($"{weight.Name}_scale", ElementType.Float, [rounding.Scales.Length], MemoryMarshal.AsBytes(rounding.Scales.AsSpan()));
        byte[] codes = rounding.Codes();
        if (planes.Count > 0)
            return BitPlanes.Of(weight, rounding, codes, planes, scales);
        if (rounding.Bits == 4 && weight.Gathers.Count > 0)
            return null; // ONNX Runtime gathers no 4-bit numbers
        byte[] packed = rounding.Bits == 8 ? codes : Nibbles(codes);
        WireMessage levels = Constant(CodesOf(weight.Name), rounding.Bits == 8 ? ElementType.Int8 : ElementType.Int4, weight.Tensor.Shape, packed);
        return new(
            rounding.Bits == 8 ? "int8" : "int4",
            weight.IsGatheredOnly ? [] : [Dequantized(weight, CodesOf(weight.Name), weight.Name, weight.Axis)],
            [.. GatherOutputs(weight, model).Select(output => Dequantized(weight, CodesOf(output), output, -1))],
            [levels, scales], [])
        {
            LevelBytes = packed.Length + (sizeof(float) * rounding.Scales.Length),
        };
    }

    /// <summary>The name of codes in the place of the numbers that a name stands for.</summary>
    public static string CodesOf(string name) => $"{name}_quantized";

    /// <summary>A constant tensor.</summary>
    public static WireMessage Constant(string name, ElementType type, IReadOnlyList<long> shape, ReadOnlySpan<byte> raw)
    {
        WireMessage tensor = new();
        foreach (long extent in shape)
            tensor.Number(1, extent);
        return tensor.Number(2, (long)type).Text(8, name).Bytes(9, raw);
    }

    /// <summary>An operation without attributes but whole numbers.</summary>
    public static WireMessage Node(string opType, string domain, string[] inputs, string output, params (string Name, long Value)[] attributes)
    {
        WireMessage node = new();
        foreach (string input in inputs)
            node.Text(1, input);
        node.Text(2, output).Text(4, opType);
        foreach ((string name, long value) in attributes)
            node.Message(5, PatchAttribute.Of(name, value).Message);
        return domain.Length > 0 ? node.Text(7, domain) : node;
    }

    /// <summary>Bytes of a message as a field of another: its key, its length, and itself.</summary>
    public static long FramedLength(long length)
    {
        long framed = length + 2;
        for (; length > 0x7F; length >>= 7)
            framed++;
        return framed;
    }

    private static WireMessage Dequantized(CompressibleWeight weight, string codes, string output, int axis) =>
        Node("DequantizeLinear", Microsoft, [codes, $"{weight.Name}_scale"], output, ("axis", axis));

    private static IEnumerable<string> GatherOutputs(CompressibleWeight weight, OnnxModel model) =>
        weight.Gathers.Select(node => model.Graph.Nodes[node].Output(0));

    private static StoredWeight Halves(CompressibleWeight weight, OnnxModel model)
    {
        byte[] raw = new byte[sizeof(short) * weight.Count];
        System.Numerics.Tensors.TensorPrimitives.ConvertToHalf(weight.Values, MemoryMarshal.Cast<byte, Half>(raw.AsSpan()));
        return new(
            "float16",
            weight.IsGatheredOnly ? [] : [Floats(weight.Name)],
            [.. GatherOutputs(weight, model).Select(Floats)],
            [Constant(CodesOf(weight.Name), ElementType.Float16, weight.Tensor.Shape, raw)], [])
        {
            LevelBytes = raw.Length,
        };

        static WireMessage Floats(string output) => Node("Cast", "", [CodesOf(output)], output, ("to", (long)ElementType.Float));
    }

    /// <summary>Two codes a byte, the first in the low bits.</summary>
    private static byte[] Nibbles(byte[] codes)
    {
        byte[] packed = new byte[(codes.Length + 1) / 2];
        for (int i = 0; i < codes.Length; i++)
            packed[i / 2] |= (byte)((codes[i] & 0xF) << (i % 2 * 4));
        return packed;
    }
}
