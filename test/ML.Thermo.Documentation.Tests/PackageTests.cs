using System.IO.Compression;

namespace ML.Thermo.Documentation;

/// <summary>What <c>./build.sh pack</c> makes can be used by somebody who has nothing but the package.</summary>
public sealed class PackageTests
{
    /// <summary>As ./build.sh pack does; what is packed compiles for .NET 8, and an application for .NET 8 compiles against it. Nothing here runs on it.</summary>
    [Test]
    public void A_library_serves_an_application_for_dotnet_8()
    {
        string folder = Directory.CreateTempSubdirectory("thermo-net8-").FullName;
        try
        {
            string feed = Path.Combine(folder, "feed"), project = Directory.CreateDirectory(Path.Combine(folder, "fresh")).FullName;
            Succeed(
                "dotnet", "pack", "src/ML.Thermo.Core", "-c", Repository.Configuration, "-p:ThermoPack=true", "-p:RunAnalyzers=false",
                "--artifacts-path", Path.Combine(folder, "artifacts"), "-o", feed, "--nologo");
            string package = Directory.GetFiles(feed, "*.nupkg").Single();
            using (ZipArchive contents = ZipFile.OpenRead(package))
            {
                Assert.That(contents.Entries.Select(entry => entry.FullName), Is.SupersetOf(
                    new[] { "lib/net8.0/ML.Thermo.Core.dll", "lib/net8.0/ML.Thermo.Core.xml", "lib/net10.0/ML.Thermo.Core.dll" }));
            }

            EmptyProject.Write(project, feed, "net8.0", new Dictionary<string, string> { ["ML.Thermo.Core"] = EmptyProject.Version("ML.Thermo.Core", package) });
            string[] readMe = File.ReadAllText(Path.Combine(Repository.Root, "README.md")).Split("```");
            File.WriteAllText(
                Path.Combine(project, "Program.cs"), readMe.First(block => block.StartsWith("csharp\n", StringComparison.Ordinal))["csharp\n".Length..]);
            Succeed("dotnet", "build", project, "-p:UseAppHost=false", "--nologo");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void The_readme_example_runs_in_a_fresh_project_with_the_package()
    {
        string folder = Directory.CreateTempSubdirectory("thermo-package-").FullName;
        try
        {
            string feed = Path.Combine(folder, "feed"), project = Directory.CreateDirectory(Path.Combine(folder, "fresh")).FullName;
            string package = EmptyProject.Pack(feed, ["ML.Thermo.Core"])["ML.Thermo.Core"];
            using (ZipArchive contents = ZipFile.OpenRead(package))
            {
                Assert.That(contents.Entries.Select(entry => entry.FullName), Is.SupersetOf(
                    new[] { "README.md", "icon.png", "lib/net10.0/ML.Thermo.Core.dll", "lib/net10.0/ML.Thermo.Core.xml" }));
            }

            EmptyProject.Write(project, feed, "net10.0", new Dictionary<string, string> { ["ML.Thermo.Core"] = EmptyProject.Version("ML.Thermo.Core", package) });
            string[] readMe = File.ReadAllText(Path.Combine(Repository.Root, "README.md")).Split("```");
            string code = readMe.First(block => block.StartsWith("csharp\n", StringComparison.Ordinal))["csharp\n".Length..];
            string shown = readMe.First(block => block.StartsWith("text\n", StringComparison.Ordinal))["text\n".Length..];
            File.WriteAllText(Path.Combine(project, "Program.cs"), code);

            (int ran, string output, string problem) = Repository.Run("dotnet", "run", "--project", project);

            Assert.That(ran, Is.Zero, output + problem);
            Assert.That(output, Is.EqualTo(shown));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Succeed(params string[] command)
    {
        (int exitCode, string output, string error) = Repository.Run(command);
        Assert.That(exitCode, Is.Zero, $"{string.Join(' ', command)}\n{output}{error}");
    }
}
