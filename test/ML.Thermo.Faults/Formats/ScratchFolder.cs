namespace ML.Thermo.Faults.Formats;

/// <summary>A folder for files of this process, away at its end.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("ml-thermo-faults-").FullName;

    /// <summary>A path in it.</summary>
    public string At(string name) => Path.Combine(_path, name);

    /// <summary>Writes a file.</summary>
    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(At(name), bytes);
        return At(name);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_path, recursive: true);
}
