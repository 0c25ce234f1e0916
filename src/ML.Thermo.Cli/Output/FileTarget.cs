using ML.Thermo.Files;

namespace ML.Thermo.Cli.Output;

/// <summary>A file that a command was asked to write, which appears only when it is complete.</summary>
/// <param name="option">The option that named it.</param>
/// <param name="path">The file.</param>
/// <param name="isPrivate">It holds rows of data: only its owner may read it.</param>
internal sealed class FileTarget(string option, string path, bool isPrivate = false)
{
    private readonly OutputFile _file = Open(option, path, isPrivate);

    /// <summary>The option that named it.</summary>
    public string Option => option;

    /// <summary>Refuses to write over a file that is read. A device or a pipe has nothing to lose.</summary>
    public void RefuseInput(string input)
    {
        if (input.Length > 0 && !_file.IsWrittenThrough && _file.IsSameAs(input))
            throw new ThermoException($"{option} '{path}' would overwrite the data: give another file.");
    }

    /// <summary>Refuses to write a file twice. A device such as <c>/dev/null</c> can be written twice.</summary>
    public void RefuseTwice(FileTarget other)
    {
        if (!_file.IsWrittenThrough && _file.IsSameAs(other._file.Path))
            throw new ThermoException($"{other.Option} and {option} name the same file '{path}': give each its own.");
    }

    /// <summary>Writes all of it, or leaves everything as it was.</summary>
    public void Place(ReadOnlySpan<byte> bytes) => _file.Write(bytes);

    /// <summary>The same for content that is written piece by piece.</summary>
    public void Place(Action<Stream> content) => _file.Write(content);

    /// <summary>Refuses a target that cannot be written, before long work is done for it.</summary>
    private static OutputFile Open(string option, string path, bool isPrivate)
    {
        if (path.Length == 0)
            throw new ThermoException($"{option} has an empty name: expected a file.");
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? Path.GetFullPath(path);
        if (!Directory.Exists(folder))
            throw new ThermoException($"There is no folder '{folder}' for {option} '{path}': create it, or give another file.");
        if (Directory.Exists(path))
            throw new ThermoException($"{option} '{path}' is a folder: expected a file.");
        return new OutputFile(path, isPrivate);
    }
}
