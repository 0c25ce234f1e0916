using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ML.Thermo.Mutants;

/// <summary>
/// A library that holds all its mutants at once, each behind a switch, beside its tests. Stryker builds it and is not asked to test: it starts a test host for
/// each mutant, half a minute of work. It is told to try those in the first letter of every file, of which there are none, and so lists them all in its report
/// (a filter of whole files would leave them out of that), and given one quick test, because it wants one. The library is copied while it works, because it may
/// put the original back when it ends; if it does not, that is done here.
/// </summary>
internal sealed class MutatedBuild
{
    private readonly string _root, _folder;

    public MutatedBuild(string root, string project)
    {
        _root = root;
        Project = project;
        string file = File.ReadAllText(Path.Combine(root, "src", project, project + ".csproj"));
        Assembly = Regex.Match(file, "<AssemblyName>(?<name>.*?)</AssemblyName>") is { Success: true } named ? named.Groups["name"].Value : project;
        _folder = Path.Combine(root, "artifacts", "mutants", project);
        Site = Path.Combine(_folder, "site");
    }

    /// <summary>One that passes at once.</summary>
    private string AnyTest => Project == "ML.Thermo.Cli" ? "DurationTests.Anything_else_is_none" : "PublicTypeTests";

    public string Project { get; }

    /// <summary>The name of its library.</summary>
    public string Assembly { get; }

    public string Tests => Project + ".Tests";

    /// <summary>The folder of the tests with the mutated library in it.</summary>
    public string Site { get; }

    /// <summary>What earlier runs found; gone when the library is built anew, because the mutants' numbers change.</summary>
    public string Findings(string name) => Path.Combine(_folder, name);

    public IReadOnlyList<Mutant> Mutants => Mutant.Of(Report, Path.Combine(_root, "src", Project));

    /// <summary>Written last: without it the build was broken off.</summary>
    private string Report => Path.Combine(_folder, "reports", "mutation-report.json");

    private string Library => Path.Combine(_folder, Assembly + ".dll");

    private string TestFolder => Path.Combine(_root, "test", Tests);

    private string TestBin => Path.Combine(TestFolder, "bin", "Release", "net10.0");

    /// <summary>Builds what is older than its source, and lays the mutated library beside the tests as they are now.</summary>
    public void Make()
    {
        Run(_root, "dotnet", "build", TestFolder, "-c", "Release", "-v", "quiet", "--nologo");
        var sources = new DirectoryInfo(Path.Combine(_root, "src", Project));
        DateTime changed = sources.EnumerateFiles("*.cs", SearchOption.AllDirectories).Where(file => !file.FullName.Contains("/obj/", StringComparison.Ordinal))
            .Max(file => file.LastWriteTimeUtc);
        if (!File.Exists(Library) || !File.Exists(Report) || File.GetLastWriteTimeUtc(Library) < changed)
            Mutate();
        Copy(TestBin, Site);
        File.Copy(Library, Path.Combine(Site, Assembly + ".dll"), overwrite: true);
        string here = AppContext.BaseDirectory;
        File.Copy(Path.Combine(here, "ML.Thermo.Mutants.dll"), Path.Combine(Site, "ML.Thermo.Mutants.dll"), overwrite: true);
    }

    private void Mutate()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        Directory.CreateDirectory(_folder);
        string config = Path.Combine(_folder, "config.json");
        File.WriteAllText(config, $$"""
            { "stryker-config": {
                "project": "{{Project}}.csproj", "configuration": "Release", "concurrency": 1, "coverage-analysis": "perTest", "reporters": ["json"],
                "mutate": ["**/*.cs{0..1}"], "test-case-filter": "FullyQualifiedName~{{AnyTest}}" } }
            """);
        string target = Path.Combine(TestBin, Assembly + ".dll");
        byte[] original = File.ReadAllBytes(target);
        using var ended = new CancellationTokenSource();
        Task<bool> copied = Task.Run(() => CopyWhenMutated(target, ended.Token));
        Run(TestFolder, "dotnet", "stryker", "-f", config, "-O", _folder);
        ended.Cancel();
        bool found = copied.Result;
        File.WriteAllBytes(target, original);
        File.Delete(target + ".stryker-unchanged");
        if (!found || !File.Exists(Report))
            throw new InvalidOperationException($"Stryker ended, and there is no mutated {Assembly}.dll, or no list: its messages are above");
    }

    /// <summary>Copies the library again and again while it is a mutated one, so that what stays is whole.</summary>
    private bool CopyWhenMutated(string target, CancellationToken ended)
    {
        DateTime seen = default;
        bool found = false, isLast;
        do
        {
            isLast = ended.WaitHandle.WaitOne(20);
            try
            {
                DateTime written = File.GetLastWriteTimeUtc(target);
                if (written == seen)
                    continue;
                byte[] bytes = Read(target);
                if (File.GetLastWriteTimeUtc(target) != written)
                    continue;
                seen = written;
                if (bytes.AsSpan().IndexOf("MutantControl"u8) < 0)
                    continue;
                File.WriteAllBytes(Library, bytes);
                found = true;
            }
            catch (IOException)
            {
                // It is not there at the moment.
            }
        }
        while (!isLast);
        return found;
    }

    /// <summary>Without a lock, so that Stryker can write meanwhile: its write is seen at the next look.</summary>
    private static byte[] Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        foreach (string folder in Directory.EnumerateDirectories(from))
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
    }

    private static void Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder };
        start.Environment["DOTNET_INFO_WAIT_TIME"] = "60000"; // a busy machine answers `dotnet --info` late
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with code {process.ExitCode}");
    }
}
