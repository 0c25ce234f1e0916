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

    private static IEnumerable<string> Projects => new[] { "src", "test" }.SelectMany(room => Directory.GetDirectories(Path.Combine(Repository.Root, room)))
        .SelectMany(folder => Directory.GetFiles(folder, "*.csproj")).Select(file => Path.GetRelativePath(Repository.Root, file)).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Projects))]
    public void AProjectIsBuiltWithTheVersionsThatAreWanted(string project) =>
        Assert.That(Differences(Path.Combine(Repository.Root, Path.GetDirectoryName(project)!, "obj", "project.assets.json")), Is.Empty);

    [Test]
    public void AllVersionsRestoreTogether()
    {
        string folder = Path.Combine(Repository.Root, "artifacts", "versions");
        Directory.CreateDirectory(folder);
        string project = Path.Combine(folder, "Versions.csproj");
        // Orleans' packages name the workspaces of the compiler that generated their code (NU1608); nothing here runs them.
        new XElement("Project", new XAttribute("Sdk", "Microsoft.NET.Sdk"),
            new XElement("PropertyGroup", new XElement("NoWarn", "$(NoWarn);NU1608")),
            new XElement("ItemGroup", Wanted.Keys.Select(name => new XElement("PackageReference", new XAttribute("Include", name))))).Save(project);

        (int exitCode, string output, string error) = Repository.Run("dotnet", "restore", project, "--nologo");

        Assert.That(exitCode, Is.Zero, output + error);
        Assert.That(Differences(Path.Combine(folder, "obj", "project.assets.json")), Is.Empty);
    }

    private static IEnumerable<string> Differences(string assets)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(assets));
        Dictionary<string, string> restored = json.RootElement.GetProperty("libraries").EnumerateObject().Select(library => library.Name.Split('/'))
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.OrdinalIgnoreCase);
        // What a project references itself; what that drags in has the version that it asks for.
        IEnumerable<JsonProperty> referenced = json.RootElement.GetProperty("project").GetProperty("frameworks").EnumerateObject()
            .SelectMany(framework => framework.Value.TryGetProperty("dependencies", out JsonElement packages) ? packages.EnumerateObject().ToArray() : []);
        return [.. referenced.Select(package => package.Name).Where(name => Wanted.TryGetValue(name, out string? wanted) && wanted != restored[name])
            .Select(name => $"{name}: {Wanted[name]} is wanted, {restored[name]} was restored")];
    }

    [GeneratedRegex(@"\$\((?<name>\w+)\)")]
    private static partial Regex Property();
}
