namespace ML.Thermo.Cli.Demo;

/// <summary>The data of the demonstration, which the program brings, as files for as long as they are needed.</summary>
internal sealed class DemoFolder : IDisposable
{
    private const string Prefix = "demo/";

    public DemoFolder()
    {
        Path = Directory.CreateTempSubdirectory("thermo-demo-").FullName;
        foreach (string resource in typeof(DemoFolder).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            string file = System.IO.Path.Combine(Path, resource[Prefix.Length..]);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
            using Stream from = typeof(DemoFolder).Assembly.GetManifestResourceStream(resource)!;
            using Stream to = File.Create(file);
            from.CopyTo(to);
        }
    }

    /// <summary>Laid out as test/data of the checkout.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
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
