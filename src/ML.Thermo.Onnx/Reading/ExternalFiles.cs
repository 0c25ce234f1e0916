namespace ML.Thermo.Onnx.Reading;

/// <summary>The files beside a model that hold its large tensors. Each is mapped when first needed, and none outside the model's folder ever is.</summary>
internal sealed class ExternalFiles(string? folder, string? resolvedFolder) : IDisposable
{
    private readonly Dictionary<string, ByteSource> _open = new(StringComparer.Ordinal);
    private bool _disposed;

    /// <summary>Refuses a location that is no relative path inside the model's folder; touches no file.</summary>
    /// <exception cref="OnnxFormatException">The path is empty, absolute or leaves the folder.</exception>
    public static void CheckLocation(string location, string tensor)
    {
        string[] parts = location.Split('/', '\\');
        bool absolute = parts[0].Length == 0 || parts[0].Contains(':') || Path.IsPathRooted(location);
        if (absolute || parts.Contains("..") || location.Contains('\0'))
            throw new OnnxFormatException($"Tensor '{tensor}' is stored in '{location}': refused, expected a path inside the model's folder.");
    }

    /// <summary>The bytes of a checked location.</summary>
    /// <exception cref="OnnxFormatException">The file is missing, a link out of the model's folder, empty or unreadable.</exception>
    public ByteSource Open(string location)
    {
        lock (_open)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(OnnxModel));
            if (!_open.TryGetValue(location, out ByteSource? source))
                _open.Add(location, source = Map(location));
            return source;
        }
    }

    public void Dispose()
    {
        lock (_open)
        {
            _disposed = true;
            foreach (ByteSource source in _open.Values)
                source.Dispose();
        }
    }

    private ByteSource Map(string location)
    {
        if (folder is null)
            throw new OnnxFormatException($"The model keeps tensors in '{location}', but it was read from memory: say which folder that file is in.");
        string path = Path.GetFullPath(Path.Combine(folder, location));
        try
        {
            if (!File.Exists(path))
                throw new OnnxFormatException($"The model keeps tensors in '{location}', which is missing: expected it at '{path}'.");
            string resolved = Links.Resolve(path);
            if (!Links.IsInside(resolved, folder) && !Links.IsInside(resolved, resolvedFolder ?? folder))
                throw new OnnxFormatException($"The model keeps tensors in '{location}', a link to '{resolved}': refused, expected a file inside the "
                    + "model's folder.");
            return new FileInfo(resolved).Length > 0 ? ByteSource.Map(resolved) : ByteSource.Of(ReadOnlyMemory<byte>.Empty);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OnnxFormatException($"'{path}', which holds tensors of the model, cannot be read: {e.Message}", e);
        }
    }
}

/// <summary>Where paths really lead.</summary>
internal static class Links
{
    /// <summary>The path with every link in it followed.</summary>
    public static string Resolve(string path)
    {
        string full = Path.GetFullPath(path);
        string? parent = Path.GetDirectoryName(full);
        if (parent is null)
            return full;
        string here = Path.Combine(Resolve(parent), Path.GetFileName(full));
        FileSystemInfo info = Directory.Exists(here) ? new DirectoryInfo(here) : new FileInfo(here);
        return info.ResolveLinkTarget(returnFinalTarget: true) is { } target ? Resolve(target.FullName) : here;
    }

    public static bool IsInside(string path, string folder) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(Resolve(folder)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
