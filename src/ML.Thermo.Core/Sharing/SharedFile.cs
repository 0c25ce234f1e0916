using System.Security.Cryptography;

namespace ML.Thermo.Sharing;

/// <summary>Bytes that workers keep by their hash.</summary>
public sealed class SharedFile
{
    private readonly Func<byte[]> _read;

    private SharedFile(string hash, Func<byte[]> read) => (Hash, _read) = (hash, read);

    /// <summary>SHA-256 of the bytes, in hexadecimal.</summary>
    public string Hash { get; }

    /// <summary>Bytes in memory.</summary>
    /// <param name="bytes">They must not change any more.</param>
    public static SharedFile Of(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return new(HashOf(bytes), () => bytes);
    }

    /// <summary>The bytes.</summary>
    public byte[] Read() => _read();

    /// <summary>Bytes that lie elsewhere and are copied when a worker needs them.</summary>
    internal static SharedFile Of(ReadOnlySpan<byte> bytes, Func<byte[]> copy) => new(HashOf(bytes), copy);

    /// <summary>The name of some bytes.</summary>
    internal static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexString(SHA256.HashData(bytes));
}

/// <summary>What workers can open from a file.</summary>
internal interface IShared
{
    /// <summary>The file.</summary>
    SharedFile File { get; }

    /// <summary>Calls that it bears at the same time.</summary>
    int Streams { get; }
}
