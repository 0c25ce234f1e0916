using System.IO.Compression;
using System.IO.Hashing;

namespace ML.Thermo.Onnx.Inputs;

/// <summary>An .npy or .npz file whose headers are read, and of whose arrays only those are inflated that are asked for.</summary>
/// <remarks>
/// The CRC-32 of every entry that is read is compared, which .NET does not do. A zipped file may inflate to 256 MiB, or to 64 times its length;
/// arrays that are mostly one number and larger than that are to be saved without compression.
/// </remarks>
internal sealed class NumpyFile
{
    private const long InflatedAnyway = 1L << 28;
    private const int MostInflation = 64;

    private readonly string _path;

    private NumpyFile(string path, IReadOnlyList<NumpyHeader> arrays) => (_path, Arrays) = (path, arrays);

    /// <summary>What is in the file.</summary>
    public IReadOnlyList<NumpyHeader> Arrays { get; }

    /// <summary>Reads the headers.</summary>
    /// <exception cref="ThermoException">The file is missing, damaged or truncated, or holds what is not plain numbers in row-major order.</exception>
    public static NumpyFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new ThermoException($"There is no file '{path}'.");
        return Guarded(path, file =>
        {
            var headers = new List<NumpyHeader>();
            Each(file, path, (name, length, open) =>
            {
                using Stream content = open();
                headers.Add(NumpyHeader.Read(content, name, length));
            });
            string? twice = headers.GroupBy(header => header.Name).FirstOrDefault(same => same.Count() > 1)?.Key;
            return twice is null ? new NumpyFile(path, headers) : throw new ThermoException($"'{path}' has two arrays '{twice}': it is damaged.");
        });
    }

    /// <summary>Reads some of the arrays, in the order in which they are asked for.</summary>
    /// <exception cref="ThermoException">They would inflate out of proportion, or their bytes are not those that were saved.</exception>
    public IReadOnlyList<NumpyArray> Read(IReadOnlyList<NumpyHeader> wanted) => Guarded(_path, file =>
    {
        long inflated = wanted.Sum(header => header.Bytes), most = Math.Max(InflatedAnyway, file.Length * MostInflation);
        if (inflated > most)
            throw new ThermoException($"'{_path}' has {file.Length} bytes and would inflate to {inflated}, more than {most}: save it with "
                + "numpy.savez, without compression.");
        var found = new Dictionary<string, NumpyArray>();
        Each(file, _path, (name, length, open) =>
        {
            if (!wanted.Any(header => header.Name == name))
                return;
            using Stream content = open();
            NumpyHeader header = NumpyHeader.Read(content, name, length);
            byte[] bytes = GC.AllocateUninitializedArray<byte>((int)header.Bytes);
            content.ReadExactly(bytes);
            if (content.ReadByte() >= 0)
                throw new ThermoException($"Array '{name}' of '{_path}' is longer than it says: the file is damaged.");
            found.Add(name, new NumpyArray(header, bytes));
        });
        return wanted.Select(header => found[header.Name]).ToArray();
    });

    private delegate void Visit(string name, long length, Func<Stream> open);

    /// <summary>Visits the arrays of a file; their streams compare the checksum at their end.</summary>
    private static void Each(FileStream file, string path, Visit visit)
    {
        bool isZip = file.ReadByte() == 'P';
        file.Position = 0;
        if (!isZip)
        {
            visit(Path.GetFileNameWithoutExtension(path), file.Length, () => file);
            return;
        }

        using ZipArchive archive = new(file, ZipArchiveMode.Read);
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            string what = $"Entry '{entry.FullName}' of '{path}'";
            visit(Path.ChangeExtension(entry.FullName, null), entry.Length, () => new ChecksumStream(entry.Open(), entry.Crc32, what));
        }
    }

    private static T Guarded<T>(string path, Func<FileStream, T> read)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return file.CanSeek ? read(file) : throw new ThermoException($"'{path}' is a pipe or a device: expected a file, because it is read more "
                + "than once.");
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ThermoException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>A stream that ends in an error where its bytes are not those of its checksum.</summary>
    private sealed class ChecksumStream(Stream inner, uint expected, string what) : Stream
    {
        private readonly Crc32 _crc = new();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            int read = inner.Read(buffer);
            _crc.Append(buffer[..read]);
            if (read == 0 && buffer.Length > 0 && _crc.GetCurrentHashAsUInt32() is var found && found != expected)
                throw new ThermoException($"{what} has the CRC-32 {found:x8}, expected {expected:x8}: the file is damaged.");
            return read;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
