using System.IO.Compression;
using System.Runtime.InteropServices;

namespace ML.Thermo.Documentation;

/// <summary>The command line as its users get it.</summary>
public sealed class ToolTests
{
    private static readonly string? s_cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES");

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("thermo-tool-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    /// <summary>As ./build.sh pack does, for the platform of this machine alone; the tool then runs somewhere else.</summary>
    [Test]
    public void ThePackagedToolIsSmallAndVerifies()
    {
        string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        string platform = $"{system}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}", feed = Path.Combine(_folder, "packages"), tools = Path.Combine(_folder, "tools");
        Succeed("dotnet", "pack", "src/ML.Thermo.Cli", "-c", Repository.Configuration, "-o", feed, $"-p:ToolPlatforms={platform}", "--nologo");
        string[] packages = [.. Directory.GetFiles(feed, "*.nupkg").Order(StringComparer.Ordinal)];
        Assert.That(packages, Has.Length.EqualTo(2), string.Join(", ", packages));
        Assert.That(packages.Select(package => new FileInfo(package).Length / 1e6), Is.All.LessThan(30));
        using (ZipArchive contents = ZipFile.OpenRead(packages.Single(package => package.Contains(platform, StringComparison.Ordinal))))
            Assert.That(contents.Entries.Count(entry => entry.Name is "libonnxruntime.so" or "onnxruntime.dll" or "libonnxruntime.dylib"), Is.EqualTo(1), "ONNX Runtime for one platform");

        string config = Path.Combine(_folder, "nuget.config");
        File.WriteAllText(config, $"""<configuration><packageSources><clear /><add key="packed" value="{feed}" /></packageSources></configuration>""");
        // A cache of its own: the machine's would keep the first package of a version for ever.
        Environment.SetEnvironmentVariable("NUGET_PACKAGES", Path.Combine(_folder, "cache"));
        try
        {
            Succeed("dotnet", "tool", "install", "ML.Thermo.Cli", "--tool-path", tools, "--configfile", config);
        }
        finally
        {
            Environment.SetEnvironmentVariable("NUGET_PACKAGES", s_cache);
        }

        string verified = Succeed(Path.Combine(tools, OperatingSystem.IsWindows() ? "thermo.exe" : "thermo"), "verify");
        Assert.That(verified, Does.Match(@"All \d+ numbers agree"));
        string shown = Succeed(Path.Combine(tools, OperatingSystem.IsWindows() ? "thermo.exe" : "thermo"), "demo", "--draws", "100", "--quiet");
        Assert.That(shown, Does.Contain("diabetes.csv").And.Contain("digits-cnn.onnx"), "the first command that one tries needs no checkout");
    }

    /// <summary>Where there is a GPU, eng/gpu.cs compares its numbers with those of the CPU.</summary>
    [Test]
    public void TheCommandLineForCudaIsBuiltAndSaysInOneLineWhatAMachineLacks()
    {
        Succeed("dotnet", "build", "src/ML.Thermo.Cli", "-c", Repository.Configuration, "-p:OnnxRuntimeFlavor=Gpu", "-v", "quiet", "--nologo");
        string thermo = Path.Combine(Repository.Root, "src", "ML.Thermo.Cli", "bin", "gpu", Repository.Configuration, "net10.0", "thermo.dll");
        (int exitCode, string output, string error) = Repository.RunIn(_folder, "dotnet", thermo, "layers", Path.Combine(Repository.Root, "test", "data", "networks", "digits-mlp.onnx"),
            "--synthetic", "--rows", "16", "--signals-only", "--quiet", "--device", "cuda");
        if (exitCode == 0)
            return; // a machine with CUDA
        Assert.That(exitCode, Is.EqualTo(1), output);
        // ONNX Runtime's own log may stand before it.
        string[] ours = [.. error.Split('\n').Where(line => line.StartsWith("thermo: ", StringComparison.Ordinal))];
        Assert.That(ours, Has.Length.EqualTo(1), error);
        Assert.That(error.TrimEnd(), Does.EndWith(ours[0]));
        Assert.That(ours[0], Does.Contain("'cuda:0' does not work here").And.Contain("Needed:").And.Not.Contain("was built without it"));
    }

    private string Succeed(params string[] command)
    {
        (int exitCode, string output, string error) = Repository.RunIn(command[0] == "dotnet" ? Repository.Root : _folder, command);
        Assert.That(exitCode, Is.Zero, $"{string.Join(' ', command)}\n{output}{error}");
        return output;
    }
}
