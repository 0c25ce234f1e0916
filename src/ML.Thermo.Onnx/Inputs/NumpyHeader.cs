using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Inputs;

/// <summary>What a NumPy array says of itself before its numbers.</summary>
/// <param name="Name">The entry's name in an .npz, else the file's, without extension.</param>
/// <param name="ElementType">The type of its elements.</param>
/// <param name="Shape">Its extents, row-major.</param>
/// <param name="Length">Bytes of the header, from the first on.</param>
/// <param name="Bytes">Bytes that the elements take.</param>
internal sealed partial record NumpyHeader(string Name, ElementType ElementType, long[] Shape, int Length, long Bytes)
{
    private const int LongestText = 1 << 20;

    /// <summary>Reads the header at the beginning of a stream.</summary>
    /// <param name="stream">Stands behind the header afterwards.</param>
    /// <param name="name">What the array is called.</param>
    /// <param name="length">Bytes of the whole array; more or fewer than it says are refused.</param>
    /// <exception cref="ThermoException">It is no header, or not one of plain numbers in row-major order, or the numbers are not all there.</exception>
    public static NumpyHeader Read(Stream stream, string name, long length)
    {
        Span<byte> start = stackalloc byte[12];
        stream.ReadExactly(start[..10]);
        if (start[0] != 0x93 || !start[1..6].SequenceEqual("NUMPY"u8))
            throw new ThermoException($"'{name}' is no NumPy array: expected a file that begins with \\x93NUMPY.");
        if (start[6] is < 1 or > 3)
            throw new ThermoException($"The NumPy array '{name}' has format {start[6]}: expected 1 to 3.");
        long textLength = BinaryPrimitives.ReadUInt16LittleEndian(start[8..]);
        int prefix = 10;
        if (start[6] > 1)
        {
            stream.ReadExactly(start[10..]);
            (textLength, prefix) = (BinaryPrimitives.ReadUInt32LittleEndian(start[8..]), 12);
        }

        if (textLength > Math.Min(LongestText, length - prefix))
            throw new ThermoException($"The NumPy array '{name}' claims a header of {textLength} bytes: the file is damaged.");
        byte[] text = new byte[textLength];
        stream.ReadExactly(text);
        (string description, bool isByColumns, string extents) = Entries(Encoding.UTF8.GetString(text), name);
        ElementType type = TypeOf(description, name);
        if (isByColumns)
            throw new ThermoException($"The NumPy array '{name}' is stored by columns: save it with numpy.ascontiguousarray.");
        long[] shape = [.. extents.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(extent => long.TryParse(extent.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value
                : throw new ThermoException($"The NumPy array '{name}' has the extent '{extent}'."))];
        long bytes = type.ByteLength(Reading.Shape.Count(shape, $"NumPy array '{name}'")), there = length - prefix - textLength;
        if (bytes > there || bytes > Array.MaxLength)
            throw new ThermoException($"The NumPy array '{name}' of shape [{string.Join(',', shape)}] needs {bytes} bytes and the file has {there}: "
                + "it is truncated.");
        if (bytes < there)
            throw new ThermoException($"The NumPy array '{name}' of shape [{string.Join(',', shape)}] takes {bytes} bytes and {there - bytes} stand "
                + "behind it: expected one array.");
        return new(name, type, shape, prefix + (int)textLength, bytes);
    }

    /// <summary>The three entries, each once and nothing else.</summary>
    private static (string Description, bool IsByColumns, string Extents) Entries(string text, string name)
    {
        Match whole = Dictionary().Match(text);
        string[] keys = [.. whole.Groups["key"].Captures.Select(key => key.Value)];
        if (!whole.Success || !keys.Order().SequenceEqual(["descr", "fortran_order", "shape"]))
            throw new ThermoException($"The NumPy array '{name}' has the header '{text.Trim()[..Math.Min(text.Trim().Length, 100)]}': expected descr, "
                + "fortran_order and shape, each once.");
        string Value(string key) => whole.Groups["value"].Captures[Array.IndexOf(keys, key)].Value;
        bool isTuple = Value("shape") is ['(', .., ')'];
        return isTuple && Value("fortran_order") is "True" or "False"
            ? (Value("descr").Trim('\''), Value("fortran_order") == "True", Value("shape")[1..^1])
            : throw new ThermoException($"The NumPy array '{name}' has the shape {Value("shape")} and the order {Value("fortran_order")}: the file is "
                + "damaged.");
    }

    private static ElementType TypeOf(string description, string name) => description switch
    {
        "<f8" => ElementType.Double,
        "<f4" => ElementType.Float,
        "<f2" => ElementType.Float16,
        "<i8" => ElementType.Int64,
        "<i4" => ElementType.Int32,
        "<i2" => ElementType.Int16,
        "|i1" => ElementType.Int8,
        "<u8" => ElementType.UInt64,
        "<u4" => ElementType.UInt32,
        "<u2" => ElementType.UInt16,
        "|u1" => ElementType.UInt8,
        "|b1" => ElementType.Bool,
        _ => throw new ThermoException($"The NumPy array '{name}' holds '{description}': expected little-endian floats, integers or booleans."),
    };

    [GeneratedRegex(
        @"^\s*\{\s*('(?<key>\w+)'\s*:\s*(?<value>'[^']*'|\([^)]*\)|\[[^\]]*\]|\w+)\s*(,\s*|(?=\})))*\}\s*$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Dictionary();
}
