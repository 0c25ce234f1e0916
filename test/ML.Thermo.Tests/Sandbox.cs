namespace ML.Thermo.Tests;

/// <summary>A fixture with a folder of its own for the files of each test.</summary>
public abstract class Sandbox
{
    /// <summary>The folder; it goes with the test.</summary>
    protected string Folder { get; private set; } = "";

    [SetUp]
    public void MakeFolder() => Folder = Directory.CreateTempSubdirectory("ml-thermo-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(Folder, recursive: true);
}
