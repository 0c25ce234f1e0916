namespace ML.Thermo.Cli.Tests;

/// <summary>A fixture with a folder of its own for the files of each test.</summary>
internal abstract class Sandbox
{
    protected string Folder { get; private set; } = "";

    [SetUp]
    public void CreateFolder() => Folder = Directory.CreateTempSubdirectory("thermo-tests-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(Folder, recursive: true);

    /// <summary>Writes a file and gives its path.</summary>
    protected string Write(string name, params IEnumerable<string> lines)
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllLines(path, lines);
        return path;
    }
}
