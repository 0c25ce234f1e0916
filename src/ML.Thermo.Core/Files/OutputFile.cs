using System.Security.Cryptography;

namespace ML.Thermo.Files;

/// <summary>
/// A file to write: it appears whole or not at all, and what is no ordinary file is written to and never replaced.</summary>
/// <remarks>
/// <para>An ordinary file is written beside its place under a random name that is created exclusively, flushed to disk, and renamed over the old one.
/// Until then the old file is untouched; on failure nothing is left beside it. Mode, owner and group of a file that exists are kept.</para>
/// <para>A symbolic link stays, and its target is written. A device, a pipe, a socket, <c>/dev/stdout</c> and whatever else lies directly in
/// <c>/dev</c> or under <c>/proc</c> is written through: nothing can be taken back there.</para>
/// <para>Owner and group are kept on Linux. On other systems the file belongs to whoever runs the process, two names of one file are told only by
/// their links, and a pipe or socket outside <c>/dev</c> is taken for a file.</para>
/// <para>Not kept: other names of the same file (hard links) and extended attributes. A process that is killed between creating and renaming leaves
/// <c>.thermo-*.partial</c> beside the old file.</para>
/// <example><code>
/// new OutputFile("result.json").Write("{}"u8);
/// </code></example></remarks>
public sealed class OutputFile
{
    private const int MostLinks = 40;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _target;
    private readonly bool _isPrivate;

    /// <summary>A file to write; nothing is touched yet.</summary>
    /// <param name="path">Where it is to be.</param>
    /// <param name="isPrivate">It will hold rows of data: only its owner may read it (0600), whatever was there before. Not on Windows.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="IOException">The path is a link that leads in a circle.</exception>
    public OutputFile(string path, bool isPrivate = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = path;
        _isPrivate = isPrivate;
        (_target, IsWrittenThrough) = Follow(path);
    }

    /// <summary>The path as it was given.</summary>
    public string Path { get; }

    /// <summary>The path is a device, a pipe or an open descriptor: its bytes are gone as they are written, and nothing is replaced.</summary>
    public bool IsWrittenThrough { get; }

    /// <summary>The name to write under at first; null takes a random one. For who alone writes this file, so that what a kill left does not pile up.</summary>
    internal string? Partial { private get; init; }

    /// <summary>Whether another path leads to the same file, by whatever name, link or folder.</summary>
    /// <param name="path">Of a file that may not exist yet.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public bool IsSameAs(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Identity(_target) == Identity(Follow(path).Target);
    }

    /// <summary>Writes the file.</summary>
    /// <param name="bytes">All of its content.</param>
    /// <exception cref="IOException">It cannot be written; an old file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The system does not allow it; an old file is as it was.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        byte[] copy = bytes.ToArray();
        Write(stream => stream.Write(copy));
    }

    /// <summary>Writes the file.</summary>
    /// <param name="content">Writes all of its content; what it throws leaves an old file as it was.</param>
    /// <exception cref="ArgumentNullException">There is no content.</exception>
    /// <exception cref="IOException">It cannot be written; an old file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The system does not allow it; an old file is as it was.</exception>
    public void Write(Action<Stream> content)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (IsWrittenThrough)
        {
            using Stream through = OpenThrough();
            content(through);
            return;
        }

        string partial = Partial ?? System.IO.Path.Combine(
            System.IO.Path.GetDirectoryName(_target)!, $".thermo-{RandomNumberGenerator.GetHexString(16, lowercase: true)}.partial");
        if (Partial is not null)
            File.Delete(partial); // a link goes, not what it leads to
        UnixFile? old = UnixFile.Of(_target);
        using FileStream stream = Create(partial, old is not null || _isPrivate);
        try
        {
            content(stream);
            stream.Flush(flushToDisk: true);
            if (old is { } known)
                Keep(known, partial, stream);
            stream.Dispose();
            File.Move(partial, _target, overwrite: true);
        }
        catch (ArgumentOutOfRangeException error) when (FileSizeLimit.IsReached(error))
        {
            throw FileSizeLimit.Error(Path, error);
        }
        finally
        {
            Close(stream);
            File.Delete(partial);
        }
    }

    /// <summary>Closes a file whose last bytes may have found no room: what was thrown before says it.</summary>
    private static void Close(FileStream stream)
    {
        try
        {
            stream.Dispose();
        }
        catch (Exception error) when (error is IOException or ArgumentOutOfRangeException)
        {
        }
    }

    /// <summary>Creates a file that must not exist yet, which no planted link can turn into another.</summary>
    private FileStream Create(string partial, bool ownerOnly)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (ownerOnly && !OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        try
        {
            return new FileStream(partial, options);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new UnauthorizedAccessException($"'{Path}' cannot be written: its folder takes no new files.", error);
        }
        catch (IOException error)
        {
            throw new IOException($"'{Path}' cannot be written: {error.Message}", error);
        }
    }

    /// <summary>Gives the new file owner, group and mode of the old one.</summary>
    private void Keep(UnixFile old, string partial, FileStream stream)
    {
        if (old.Owner is { } owner && UnixFile.Of(partial)?.Owner != owner && !UnixFile.TryGive(partial, owner))
        {
            throw new UnauthorizedAccessException(
                $"'{Path}' belongs to user {owner.User} and group {owner.Group}, whom this process cannot give a file: remove it first, or write another "
                    + "file.");
        }

        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(stream.SafeFileHandle, _isPrivate ? OwnerOnly : old.Mode);
    }

    private Stream OpenThrough() => _target switch
    {
        // The process' own descriptors, whose position other writers share.
        "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1" => Console.OpenStandardOutput(),
        "/dev/stderr" or "/dev/fd/2" or "/proc/self/fd/2" => Console.OpenStandardError(),
        _ when _target.Contains("/fd/", StringComparison.Ordinal) =>
            new FileStream(_target, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0),
        _ => new FileStream(_target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0),
    };

    /// <summary>Follows links to what would be written.</summary>
    private static (string Target, bool IsWrittenThrough) Follow(string path)
    {
        string at = System.IO.Path.GetFullPath(path);
        for (int links = 0; links < MostLinks; links++)
        {
            if (IsDescriptor(at) || (UnixFile.Of(at) is { IsOrdinary: false, IsFolder: false }))
                return (at, true);
            if (new FileInfo(at).LinkTarget is not { } next)
                return (at, false);
            at = System.IO.Path.GetFullPath(next, System.IO.Path.GetDirectoryName(at)!);
        }

        throw new IOException($"'{path}' is a symbolic link that leads in a circle.");
    }

    private static bool IsDescriptor(string path) => OperatingSystem.IsWindows()
        ? path.StartsWith(@"\\.\", StringComparison.Ordinal)
        : path.StartsWith("/proc/", StringComparison.Ordinal) || path.StartsWith("/dev/fd/", StringComparison.Ordinal)
            || path is "/dev/stdin" or "/dev/stdout" or "/dev/stderr";

    /// <summary>What tells a file from all others: its number on its disk, or that of its folder and its name while it does not exist.</summary>
    private static string Identity(string path)
    {
        if (OperatingSystem.IsWindows())
            return path.ToUpperInvariant();
        if (UnixFile.Of(path)?.Identity is { } known)
            return $"{known}";
        string folder = System.IO.Path.GetDirectoryName(path)!;
        return UnixFile.Of(folder)?.Identity is { } there ? $"{there}/{System.IO.Path.GetFileName(path)}" : path;
    }
}
