using ML.Thermo.Files;

namespace ML.Thermo.Cli.Demo;

/// <summary>The data of the demonstration, which the program brings, as files for as long as they are needed, or where a person keeps them.</summary>
internal sealed class DemoFolder : IDisposable
{
    private const string Prefix = "demo/";

    private readonly bool _isKept;

    /// <param name="kept">A folder that keeps them, made where it is not there; null for one that goes with this object.</param>
    /// <exception cref="ThermoException">Other files with these names are there.</exception>
    public DemoFolder(string? kept)
    {
        _isKept = kept is not null;
        Path = kept ?? Directory.CreateTempSubdirectory("thermo-demo-").FullName;
        foreach (string resource in typeof(DemoFolder).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            string file = System.IO.Path.Combine(Path, resource[Prefix.Length..]);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
            using Stream from = typeof(DemoFolder).Assembly.GetManifestResourceStream(resource)!;
            byte[] content = new byte[from.Length];
            from.ReadExactly(content);
            if (!File.Exists(file))
                new OutputFile(file).Write(content);
            else if (!File.ReadAllBytes(file).AsSpan().SequenceEqual(content))
                throw new ThermoException($"'{file}' is there and is another file than the demonstration's: give --keep another folder.");
        }
    }

    /// <summary>Laid out as test/data of the checkout.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isKept)
            return;
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // a network that is still open, where the system keeps such files: the folder of temporary files is emptied by others
        }
    }
}
