using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ML.Thermo.Documentation;

/// <summary>The versions in Directory.Packages.props exist, fit one another, and are the ones that are built with.</summary>
public sealed partial class VersionTests
{
    private static Dictionary<string, string> Wanted
    {
        get
        {
            XElement file = XElement.Load(Path.Combine(Repository.Root, "Directory.Packages.props"));
            var values = file.Elements("PropertyGroup").Elements().ToDictionary(property => property.Name.LocalName, property => property.Value);
            return file.Descendants("PackageVersion").ToDictionary(
                package => package.Attribute("Include")!.Value,
                package => Property().Replace(package.Attribute("Version")!.Value, match => values[match.Groups["name"].Value]),
                StringComparer.OrdinalIgnoreCase);
        }
    }

    private static IEnumerable<string> Projects =>
        new[] { "src", "test" }.SelectMany(room => Directory.GetDirectories(Path.Combine(Repository.Root, room)))
            .SelectMany(folder => Directory.GetFiles(folder, "*.csproj")).Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Projects))]
    public void AProjectIsBuiltWithTheVersionsThatAreWanted(string project)
    {
        string room = project.EndsWith("Tests", StringComparison.Ordinal) || project.EndsWith("Benchmarks", StringComparison.Ordinal) || project.EndsWith("FreshProcess", StringComparison.Ordinal) ? "test" : "src";
        Assert.That(Differences(Path.Combine(Repository.Root, room, project, "obj", "project.assets.json")), Is.Empty);
    }

    [Test]
    public void AllVersionsRestoreTogether()
    {
        string folder = Path.Combine(Repository.Root, "artifacts", "versions");
        Directory.CreateDirectory(folder);
        string project = Path.Combine(folder, "Versions.csproj");
        new XElement("Project", new XAttribute("Sdk", "Microsoft.NET.Sdk"),
            new XElement("ItemGroup", Wanted.Keys.Select(name => new XElement("PackageReference", new XAttribute("Include", name))))).Save(project);

        (int exitCode, string output, string error) = Repository.Run("dotnet", "restore", project, "--nologo");

        Assert.That(exitCode, Is.Zero, output + error);
        string assets = Path.Combine(folder, "obj", "project.assets.json");
        Assert.That(Differences(assets), Is.Empty);
        Assert.That(Wanted.Keys, Is.SubsetOf(Restored(assets).Select(package => package.Name)).IgnoreCase);
    }

    private static IEnumerable<string> Differences(string assets) =>
        Restored(assets).Where(package => Wanted.TryGetValue(package.Name, out string? wanted) && wanted != package.Version)
            .Select(package => $"{package.Name}: {Wanted[package.Name]} is wanted, {package.Version} was restored");

    private static List<(string Name, string Version)> Restored(string assets)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(assets));
        return [.. json.RootElement.GetProperty("libraries").EnumerateObject().Where(library => library.Value.GetProperty("type").GetString() == "package")
            .Select(library => library.Name.Split('/')).Select(parts => (parts[0], parts[1]))];
    }

    [GeneratedRegex(@"\$\((?<name>\w+)\)")]
    private static partial Regex Property();
}
