using System.Text.RegularExpressions;

namespace ML.Thermo.Documentation;

/// <summary>
/// Notebooks run in .NET Interactive, the kernel that Jupyter and Visual Studio Code start, in their own folder and with packages that nothing has restored before;
/// every cell shows what the committed notebook has. Four of them here, one for each set of packages; <c>./build.sh notebooks --check</c> runs all.
/// </summary>
public sealed class NotebookKernelTests
{
    private static readonly string[] Here =
        ["02-phase-transition-in-a-pipeline", "03-network-as-heat-engine", "07-scan-of-a-magnet", "10-smaller-network"];

    private static readonly string Python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

    private static string Kernel => Path.Combine(Repository.Root, "artifacts", "tools", OperatingSystem.IsWindows() ? "dotnet-interactive.exe" : "dotnet-interactive");

    [Test]
    public void Notebooks_show_in_the_real_kernel_what_they_have()
    {
        Skip();
        string folder = Directory.CreateTempSubdirectory("thermo-notebooks-").FullName, notebooks = Directory.CreateDirectory(Path.Combine(folder, "notebooks")).FullName;
        try
        {
            string feed = Path.Combine(folder, "feed");
            string[] files = [.. Here.Select(name => Path.Combine(notebooks, name + ".ipynb"))];
            var packages = new HashSet<string>(StringComparer.Ordinal);
            foreach (string file in files)
            {
                File.Copy(Path.Combine(Repository.Root, "notebooks", Path.GetFileName(file)), file);
                packages.UnionWith(Regex.Matches(File.ReadAllText(file), "nuget: (?<name>ML\\.Thermo[A-Za-z.]*)", RegexOptions.ExplicitCapture).Select(match => match.Groups["name"].Value));
            }

            EmptyProject.Pack(feed, packages);
            // The data of the checkout lie beside the folder of the notebooks.
            Directory.CreateSymbolicLink(Path.Combine(folder, "test"), Path.Combine(Repository.Root, "test"));
            string restored = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
                ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
            File.WriteAllText(Path.Combine(notebooks, "nuget.config"), $"""
                <configuration>
                  <packageSources><add key="packed" value="{feed}" /></packageSources>
                  <fallbackPackageFolders><add key="restored" value="{restored}" /></fallbackPackageFolders>
                </configuration>
                """);

            (int exitCode, string output, string error) = Repository.Run(
                [Python, Path.Combine("eng", "notebooks.py"), "--cache", Path.Combine(folder, "cache"), .. files]);

            Assert.That(exitCode, Is.Zero, output + error);
            Assert.That(Regex.Count(output, "passed in"), Is.EqualTo(files.Length), output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Skip()
    {
        if (!File.Exists(Kernel))
            Assert.Ignore("The kernel of the notebooks is not there: ./build.sh setup installs it in artifacts/tools.");
        try
        {
            (int exitCode, _, string error) = Repository.Run(Python, "-c", "import nbclient, jupyter_client");
            if (exitCode != 0)
                Assert.Ignore($"nbclient is not there ({error.Trim().Split('\n')[^1]}): ./build.sh setup installs python3-nbclient.");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore("There is no python3: notebooks are run by nbclient.");
        }
    }
}
