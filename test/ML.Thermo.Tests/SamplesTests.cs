using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace ML.Thermo.Tests;

/// <summary>Every sample of docs/samples is a program that runs on the shipped data.</summary>
public sealed class SamplesTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    private static IEnumerable<string> Samples => Directory.GetFiles(Path.Combine(Root, "docs", "samples"), "*.cs").Select(file => Path.GetFileName(file)!);

    [TestCaseSource(nameof(Samples))]
    public void A_sample_runs_and_tells_a_temperature(string sample)
    {
        var start = new ProcessStartInfo("dotnet", ["run", "-c", "Release", Path.Combine("docs", "samples", sample)])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string variable in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(variable); // the test runner's own, which would lead the child's build astray
        using var process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, output + errors.Result);
        Assert.That(output, Does.Contain("temperature").And.Not.Contain("NaN"));
        foreach (string shown in Shown(sample))
            Assert.That(output.TrimEnd(), Is.EqualTo(shown), "a guide shows something else");
    }

    /// <summary>What guides say that a sample prints: the block behind a link to it and "It prints:".</summary>
    private static IEnumerable<string> Shown(string sample) => Directory.GetFiles(Path.Combine(Root, "docs", "guides"), "*.md").Select(File.ReadAllText)
        .Select(guide => guide.Split($"(../samples/{sample})")).Where(parts => parts.Length > 1)
        .Select(parts => parts[1].Split("It prints:\n\n```text\n")).Where(parts => parts.Length > 1 && parts[0].Length < 300)
        .Select(parts => parts[1].Split("\n```")[0]);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
