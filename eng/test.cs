#:property PublishAot=false
// Runs the test projects of a solution (or solution filter) that is built already and says what came out:
// dotnet run eng/test.cs -- SOLUTION CONFIGURATION. Counts are read from the runner's result files, not from its prose.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;

string solution = args[0], configuration = args[1];
string root = Directory.GetCurrentDirectory();
string results = Path.Combine(root, "artifacts", "test-results");
if (Directory.Exists(results))
{
    Directory.Delete(results, recursive: true);
}

// Two at a time, the longest first. A project's tests run from its own folder, so that a build inside a test disturbs no other.
string[] longest = ["ML.Thermo.Tests", "ML.Thermo.Documentation.Tests", "ML.Thermo.Report.Tests", "ML.Thermo.Core.Tests", "ML.Thermo.AspNetCore.Tests", "ML.Thermo.Onnx.Tests", "ML.Thermo.Cli.Tests"];
(string Name, string Folder)[] projects = [.. Regex.Matches(File.ReadAllText(solution), @"""(?<path>[^""]+[\\/](?<name>[^""\\/]+\.Tests))\.csproj""")
    .Select(match => (match.Groups["name"].Value, Path.GetDirectoryName(match.Groups["path"].Value.Replace('\\', '/'))!))
    .OrderBy(project => (uint)Array.IndexOf(longest, project.Item1))]; // an unknown one, −1, comes last
var outcomes = new Outcome[projects.Length];
var inOrder = Partitioner.Create(Enumerable.Range(0, projects.Length), EnumerablePartitionerOptions.NoBuffering);
Parallel.ForEach(inOrder, new ParallelOptions { MaxDegreeOfParallelism = Math.Min(2, Environment.ProcessorCount) }, i =>
{
    (string name, string folder) = projects[i];
    outcomes[i] = Outcome.Of(name, Path.Combine(root, folder, "bin", configuration, "net10.0", name + ".dll"), Path.Combine(results, name));
});

Console.WriteLine();
foreach (Outcome outcome in outcomes)
{
    string counts = $"{outcome.Passed,6} passed {outcome.Failed.Count,4} failed {outcome.Skipped.Count,4} skipped";
    Console.WriteLine($"{outcome.Project,-32} {counts} {outcome.Time.TotalSeconds,7:F1} s");
    outcome.Failed.ForEach(test => Console.WriteLine($"    failed  {test}"));
    foreach (IGrouping<string, (string Name, string Reason)> tests in outcome.Skipped.Concat(outcome.Bonus).GroupBy(test => test.Reason))
    {
        string kind = outcome.Bonus.Contains(tests.First()) ? "not run" : "skipped";
        Console.WriteLine($"    {kind} {(tests.Count() == 1 ? tests.First().Name : $"{tests.Count()} tests")}: {tests.Key}");
    }
}

int failed = outcomes.Sum(o => o.Failed.Count);
Console.WriteLine($"{outcomes.Sum(o => o.Passed)} passed, {failed} failed, {outcomes.Sum(o => o.Skipped.Count)} skipped");
return failed == 0 && outcomes.Length > 0 ? 0 : 1;

/// <summary>What one test project came to. Tests on models that are no part of the project are a bonus: where those are absent, nothing was skipped.</summary>
internal sealed record Outcome(
    string Project, int Passed, List<string> Failed, List<(string Name, string Reason)> Skipped, List<(string Name, string Reason)> Bonus, TimeSpan Time)
{
    public static Outcome Of(string project, string assembly, string results)
    {
        Console.WriteLine($"== {project}");
        var clock = Stopwatch.StartNew();
        // A test that hangs is ended after ten minutes, and named.
        using Process run = Process.Start(new ProcessStartInfo("dotnet", [
            "test", assembly, "--results-directory", results, "--logger", "trx;LogFileName=tests.trx",
            "--logger", "console;verbosity=minimal", "--blame-hang-timeout", "10m", "--blame-hang-dump-type", "none"])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string[]> said = Task.WhenAll(run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync());
        while (!run.WaitForExit(TimeSpan.FromSeconds(15)))
        {
            Console.WriteLine($"   {project}: {clock.Elapsed.TotalSeconds:F0} s");
        }

        if (run.ExitCode != 0)
        {
            Console.WriteLine(string.Concat(said.Result));
        }

        string file = Path.Combine(results, "tests.trx");
        XElement[] elements = File.Exists(file) ? [.. XDocument.Load(file).Descendants()] : [];
        Dictionary<string, string> classes = elements.Where(e => e.Name.LocalName == "UnitTest")
            .ToDictionary(e => e.Attribute("id")!.Value, e => e.Elements().Single(m => m.Name.LocalName == "TestMethod").Attribute("className")!.Value);
        ILookup<string, (string Name, string Reason)> tests = elements.Where(e => e.Name.LocalName == "UnitTestResult").ToLookup(
            e => e.Attribute("outcome")?.Value switch
            {
                "Passed" => "passed",
                "NotExecuted" or "Inconclusive" => Reason(e).StartsWith("A bonus:", StringComparison.Ordinal) ? "bonus" : "skipped",
                _ => "failed",
            },
            e => ($"{classes[e.Attribute("testId")!.Value]}.{e.Attribute("testName")?.Value}", Reason(e)));
        List<string> failed = [.. tests["failed"].Select(test => $"{test.Name}: {test.Reason}")];
        if (run.ExitCode != 0 && failed.Count == 0)
        {
            failed.Add($"the test runner ended with code {run.ExitCode} before it could say which test");
        }
        else if (tests.Count == 0)
        {
            failed.Add("not one test was found");
        }

        return new Outcome(project, tests["passed"].Count(), failed, [.. tests["skipped"]], [.. tests["bonus"]], clock.Elapsed);
    }

    private static string Reason(XElement test)
    {
        string message = test.Descendants().FirstOrDefault(e => e.Name.LocalName == "Message")?.Value ?? "no reason given";
        string line = Regex.Replace(message.Trim(), @"\s+", " ");
        return line.Length <= 300 ? line : line[..300] + "…";
    }
}
