using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace ML.Thermo.Documentation;

/// <summary>The checkout that the tests run in.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    /// <summary>The configuration that the tests were built in.</summary>
#if DEBUG
    public const string Configuration = "Debug";
#else
    public const string Configuration = "Release";
#endif

    /// <summary>README.md, CONTRIBUTING.md and all of docs, as paths relative to the root.</summary>
    public static IEnumerable<string> Pages =>
        Directory.GetFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Root, file)).Order(StringComparer.Ordinal).Prepend("README.md");

    /// <summary>Runs a program in the root of the checkout.</summary>
    public static (int ExitCode, string Output, string Error) Run(params string[] command) => RunIn(Root, command);

    /// <summary>Runs a program in a folder.</summary>
    public static (int ExitCode, string Output, string Error) RunIn(string folder, params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string variable in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(variable); // the test runner's own, which would lead a child's build astray
        start.Environment["COLUMNS"] = "80"; // as pages show tables; a pipe would have no width
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
