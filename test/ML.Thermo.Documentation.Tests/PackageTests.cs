using System.IO.Compression;

namespace ML.Thermo.Documentation;

/// <summary>What <c>./build.sh pack</c> makes can be used by somebody who has nothing but the package.</summary>
public sealed class PackageTests
{
    [Test]
    public void The_readme_example_runs_in_a_fresh_project_with_the_package()
    {
        string folder = Directory.CreateTempSubdirectory("thermo-package-").FullName;
        try
        {
            string feed = Path.Combine(folder, "feed"), project = Directory.CreateDirectory(Path.Combine(folder, "fresh")).FullName;
            (int packed, string said, string error) = Repository.Run("dotnet", "pack", "src/ML.Thermo.Core", "-c", Repository.Configuration, "--no-build", "-o", feed, "--nologo");
            Assert.That(packed, Is.Zero, said + error);
            string package = Directory.GetFiles(feed, "*.nupkg").Single();
            using (ZipArchive contents = ZipFile.OpenRead(package))
                Assert.That(contents.Entries.Select(entry => entry.FullName), Is.SupersetOf(new[] { "README.md", "icon.png", "lib/net10.0/ML.Thermo.Core.dll", "lib/net10.0/ML.Thermo.Core.xml" }));

            string version = Path.GetFileNameWithoutExtension(package)["ML.Thermo.Core.".Length..];
            string restored = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
            File.WriteAllText(Path.Combine(project, "nuget.config"), $"""
                <configuration>
                  <config><add key="globalPackagesFolder" value="{Path.Combine(folder, "packages")}" /></config>
                  <packageSources><add key="packed" value="{feed}" /></packageSources>
                  <fallbackPackageFolders><add key="restored" value="{restored}" /></fallbackPackageFolders>
                </configuration>
                """);
            File.WriteAllText(Path.Combine(project, "Fresh.csproj"), $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <OutputType>Exe</OutputType>
                    <TargetFramework>net10.0</TargetFramework>
                    <ImplicitUsings>enable</ImplicitUsings>
                  </PropertyGroup>
                  <ItemGroup><PackageReference Include="ML.Thermo.Core" Version="{version}" /></ItemGroup>
                </Project>
                """);
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
}
