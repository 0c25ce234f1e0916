using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Inputs;

/// <summary>An array of numbers as NumPy stores it: .npy, or one entry of an .npz.</summary>
/// <remarks>Maturity: theorem (a copy of what the file says; format by NumPy's published description, versions 1 to 3).</remarks>
public sealed partial class NumpyArray
{
    private const int LongestHeader = 1 << 20;

    private readonly byte[] _bytes;

    private NumpyArray(string name, ElementType type, long[] shape, byte[] bytes)
    {
        Name = name;
        ElementType = type;
        Shape = shape;
        _bytes = bytes;
    }

    /// <summary>The entry's name in an .npz, else the file's, without extension.</summary>
    public string Name { get; }

    /// <summary>The type of its elements.</summary>
    public ElementType ElementType { get; }

    /// <summary>Its extents, row-major; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Reads an .npy file as one array, or all arrays of an .npz file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ThermoException">The file is missing, damaged or truncated, or holds what is not plain numbers in row-major order.</exception>
    public static IReadOnlyList<NumpyArray> ReadFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new ThermoException($"There is no file '{path}'.");
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.ReadByte() != 'P')
            {
                file.Position = 0;
                return [Read(file, Path.GetFileNameWithoutExtension(path), file.Length)];
            }

            file.Position = 0;
            using ZipArchive archive = new(file, ZipArchiveMode.Read);
            List<NumpyArray> arrays = [];
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                using Stream content = entry.Open();
                arrays.Add(Read(content, Path.ChangeExtension(entry.FullName, null), entry.Length));
            }

            return arrays;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new ThermoException($"'{path}' cannot be read: {e.Message}", e);
        }
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

    /// <summary>The elements as they are stored, little-endian.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes;

    private static NumpyArray Read(Stream stream, string name, long length)
    {
        Span<byte> start = stackalloc byte[12];
        stream.ReadExactly(start[..10]);
        if (start[0] != 0x93 || !start[1..6].SequenceEqual("NUMPY"u8))
            throw new ThermoException($"'{name}' is no NumPy array: expected a file that begins with \\x93NUMPY.");
        int headerLength = BinaryPrimitives.ReadUInt16LittleEndian(start[8..]), prefix = 10;
        if (start[6] > 1)
        {
            stream.ReadExactly(start[10..]);
            headerLength = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(start[8..]), int.MaxValue);
            prefix = 12;
        }

        if (headerLength > Math.Min(LongestHeader, length))
            throw new ThermoException($"The NumPy array '{name}' claims a header of {headerLength} bytes: the file is damaged.");
        byte[] text = new byte[headerLength];
        stream.ReadExactly(text);
        string header = Encoding.UTF8.GetString(text);
        ElementType type = TypeOf(Description().Match(header).Groups["value"].Value, name);
        if (!RowMajor().IsMatch(header))
            throw new ThermoException($"The NumPy array '{name}' is stored by columns: save it with numpy.ascontiguousarray.");
        long[] shape = [.. Extents().Match(header).Groups["value"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(extent => long.TryParse(extent.TrimEnd('L'), CultureInfo.InvariantCulture, out long value) && value >= 0 ? value
                : throw new ThermoException($"The NumPy array '{name}' has the extent '{extent}'."))];
        long bytes = type.ByteLength(Reading.Shape.Count(shape, $"NumPy array '{name}'"));
        if (bytes > length - prefix - headerLength || bytes > Array.MaxLength)
            throw new ThermoException($"The NumPy array '{name}' of shape [{string.Join(',', shape)}] needs {bytes} bytes and the file has "
                + $"{length - prefix - headerLength}: it is truncated.");
        byte[] data = new byte[bytes];
        stream.ReadExactly(data);
        return new(name, type, shape, data);
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

    private double[] Convert<T>()
        where T : unmanaged, INumberBase<T>
    {
        ReadOnlySpan<T> stored = MemoryMarshal.Cast<byte, T>(_bytes);
        double[] values = new double[stored.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = double.CreateTruncating(stored[i]);
        return values;
    }

    [GeneratedRegex(@"'descr':\s*'(?<value>[^']*)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Description();

    [GeneratedRegex(@"'fortran_order':\s*False", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RowMajor();

    [GeneratedRegex(@"'shape':\s*\((?<value>[^)]*)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Extents();
}
