using System.Security.Cryptography;

namespace ML.Thermo.Report;

/// <summary>Where a page comes from: without it a saved page cannot be told from another.</summary>
public sealed record Provenance
{
    /// <summary>The command that makes the page again; empty where none does.</summary>
    public string Command { get; init; } = "";

    /// <summary>Seed of what was drawn; null where nothing was.</summary>
    public ulong? Seed { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? Made { get; init; }

    /// <summary>Version of the program that made it; empty where it is not known.</summary>
    public string Version { get; init; } = "";

    /// <summary>The files that were read.</summary>
    public IReadOnlyList<ProvenanceFile> Files { get; init; } = [];
}

/// <summary>A file that was read.</summary>
/// <param name="Name">Without its folder.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Hash of its content, 64 hexadecimal digits.</param>
public sealed record ProvenanceFile(string Name, long Bytes, string Sha256)
{
    /// <summary>Reads a file once, for its hash.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ProvenanceFile Of(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return new(Path.GetFileName(path), stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }
}
