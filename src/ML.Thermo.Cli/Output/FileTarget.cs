namespace ML.Thermo.Cli.Output;

/// <summary>A file that a command was asked to write, which appears only when it is complete.</summary>
/// <param name="option">The option that named it.</param>
/// <param name="path">The file.</param>
internal sealed class FileTarget(string option, string path)
{
    /// <summary>Refuses a target that cannot be written, before long work is done for it.</summary>
    public void Check()
    {
        if (path.Length == 0)
            throw new ThermoException($"{option} has an empty name: expected a file.");
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
            throw new ThermoException($"There is no folder '{folder}' for {option} '{path}': create it, or give another file.");
        if (Directory.Exists(path))
            throw new ThermoException($"{option} '{path}' is a folder: expected a file.");
    }

    /// <summary>Refuses to write over a file that is read.</summary>
    public void RefuseInput(string input)
    {
        if (Path.GetFullPath(path) == Path.GetFullPath(input))
            throw new ThermoException($"{option} '{path}' would overwrite the data: give another file.");
    }

    /// <summary>Written beside the target and moved over it, so that nobody ever sees half a file.</summary>
    public void Place(ReadOnlySpan<byte> bytes)
    {
        string partial = $"{path}.{Environment.ProcessId}.partial";
        try
        {
            File.WriteAllBytes(partial, bytes);
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
