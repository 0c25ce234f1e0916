using System.Reflection;
using PublicApiGenerator;

namespace ML.Thermo.Documentation;

/// <summary>The public surface of each library is a file, api/PROJECT.txt: a change of it is a change of that file.</summary>
public sealed class PublicApiTests
{
    /// <summary>Orleans generates public types, which nobody is to use.</summary>
    private static readonly ApiGeneratorOptions Options = new()
    {
        IncludeAssemblyAttributes = false,
        DenyNamespacePrefixes = [.. new ApiGeneratorOptions().DenyNamespacePrefixes, "OrleansCodeGen"],
    };

    public static IEnumerable<string> Libraries =>
        Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(folder => Path.GetFileName(folder)!).Where(name => name != "ML.Thermo.Cli").Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Libraries))]
    public void ThePublicSurfaceIsTheListedOne(string library)
    {
        string surface = Assembly.Load(library).GeneratePublicApi(Options).ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        string file = Path.Combine(Repository.Root, "api", library + ".txt");
        if (Environment.GetEnvironmentVariable("THERMO_WRITE_API") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, surface);
        }

        Assert.That(File.Exists(file), Is.True, $"{file} is missing: THERMO_WRITE_API=1 dotnet test test/ML.Thermo.Documentation.Tests writes it");
        Assert.That(surface, Is.EqualTo(File.ReadAllText(file)),
            $"the public surface of {library} differs from api/{library}.txt. Where that is meant: THERMO_WRITE_API=1 dotnet test test/ML.Thermo.Documentation.Tests --filter PublicApi, and name it in CHANGELOG.md");
    }
}
