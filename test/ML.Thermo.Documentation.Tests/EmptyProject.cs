using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.CodeAnalysis;

namespace ML.Thermo.Documentation;

/// <summary>
/// A console project that adds packages and nothing else, as a reader of a page makes it. Ours are packed as <c>./build.sh pack</c> does, and restored:
/// what code is compiled against is what the packages bring.
/// </summary>
internal static class EmptyProject
{
    private static readonly ConcurrentDictionary<string, MetadataReference[]> Known = new();
    private static readonly string Feed = Directory.CreateTempSubdirectory("thermo-feed-").FullName; // each package is packed once

    static EmptyProject() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Feed, recursive: true);

    /// <summary>References of the project, the runtime's among them.</summary>
    /// <param name="packages">Names, as in <c>dotnet add package NAME</c>.</param>
    public static MetadataReference[] References(IEnumerable<string> packages) => Known.GetOrAdd(string.Join(' ', packages.Order(StringComparer.Ordinal)), names =>
    {
        string folder = Directory.CreateTempSubdirectory("thermo-empty-").FullName;
        try
        {
            return [.. Restore(folder, names.Split(' '))];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    });

    /// <summary>Packs a library, as it was built, and the libraries of ours that it stands on.</summary>
    /// <returns>The file of each package, by name.</returns>
    public static Dictionary<string, string> Pack(string feed, IEnumerable<string> packages)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        var open = new Queue<string>(packages.Where(name => name.StartsWith("ML.Thermo", StringComparison.Ordinal)));
        while (open.TryDequeue(out string? name))
        {
            if (files.ContainsKey(name))
                continue;
            if (Packed(feed, name) is null)
            {
                (int packed, string said, string error) = Repository.Run(
                    "dotnet", "pack", $"src/{name}", "-c", Repository.Configuration, "--no-build", "-o", feed, "--nologo");
                Assert.That(packed, Is.Zero, said + error);
            }

            files[name] = Packed(feed, name)!;
            foreach (string other in File.ReadAllText(Path.Combine(Repository.Root, "src", name, $"{name}.csproj")).Split("ProjectReference Include=\"../")[1..])
                open.Enqueue(other[..other.IndexOf('/')]);
        }

        return files;
    }

    /// <summary>The file of a package, which other packages' names may continue.</summary>
    private static string? Packed(string feed, string name) => !Directory.Exists(feed) ? null : Directory.GetFiles(feed, $"{name}.*.nupkg")
        .SingleOrDefault(file => char.IsAsciiDigit(Path.GetFileName(file)[name.Length + 1]));

    /// <summary>Writes a project with its sources of packages: those packed, and what the machine has restored before.</summary>
    public static void Write(string folder, string feed, string framework, IReadOnlyDictionary<string, string> versions)
    {
        string restored = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{Path.Combine(folder, "packages")}" /></config>
              <packageSources><add key="packed" value="{feed}" /></packageSources>
              <fallbackPackageFolders><add key="restored" value="{restored}" /></fallbackPackageFolders>
            </configuration>
            """);
        string references = string.Concat(versions.Select(package => $"""<PackageReference Include="{package.Key}" Version="{package.Value}" />"""));
        File.WriteAllText(Path.Combine(folder, "Fresh.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>{framework}</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>{references}</ItemGroup>
            </Project>
            """);
    }

    /// <summary>The version in the name of a package's file.</summary>
    public static string Version(string name, string file) => Path.GetFileNameWithoutExtension(file)[(name.Length + 1)..];

    private static IEnumerable<MetadataReference> Restore(string folder, string[] packages)
    {
        Dictionary<string, string> packed = Pack(Feed, packages);
        Write(folder, Feed, "net10.0", packages.ToDictionary(
            name => name, name => packed.TryGetValue(name, out string? file) ? Version(name, file) : VersionOfOthers(name)));
        (int restored, string said, string error) = Repository.RunIn(folder, "dotnet", "restore", "--nologo");
        Assert.That(restored, Is.Zero, said + error);

        using var assets = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "obj", "project.assets.json")));
        string[] folders = [.. assets.RootElement.GetProperty("packageFolders").EnumerateObject().Select(entry => entry.Name)];
        JsonElement libraries = assets.RootElement.GetProperty("libraries");
        foreach (JsonProperty library in assets.RootElement.GetProperty("targets").EnumerateObject().First().Value.EnumerateObject())
        {
            if (!library.Value.TryGetProperty("compile", out JsonElement files))
                continue;
            string path = libraries.GetProperty(library.Name).GetProperty("path").GetString()!;
            foreach (JsonProperty file in files.EnumerateObject().Where(file => file.Name.EndsWith(".dll", StringComparison.Ordinal)))
                yield return Read(folders.Select(root => Path.Combine(root, path, file.Name)).First(File.Exists));
        }

        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        foreach (string file in ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(
            file => Path.GetDirectoryName(file) == runtime))
            yield return MetadataReference.CreateFromFile(file);
    }

    /// <summary>The version of another's package that the checkout uses: the newest, which a reader gets, may be another.</summary>
    private static string VersionOfOthers(string name)
    {
        string props = File.ReadAllText(Path.Combine(Repository.Root, "Directory.Packages.props"));
        string version = System.Text.RegularExpressions.Regex.Match(props, $"""Include="{name}" Version="([^"]+)" """.TrimEnd()).Groups[1].Value;
        return version.StartsWith("$(", StringComparison.Ordinal)
            ? System.Text.RegularExpressions.Regex.Match(props, $"<{version[2..^1]}>([^<]+)<").Groups[1].Value : version;
    }

    /// <summary>In memory: the file goes with its folder.</summary>
    private static PortableExecutableReference Read(string file) => MetadataReference.CreateFromImage(File.ReadAllBytes(file));
}
