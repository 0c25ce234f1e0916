using System.CommandLine;
using System.Text.Json;
using ML.Thermo.Cli.Output;
using Spectre.Console;

namespace ML.Thermo.Cli.Verify;

/// <summary><c>thermo verify</c>: numbers from outside, computed anew.</summary>
internal static class VerifyCommand
{
    public static Command Definition() => new("verify", "Compute numbers known from elsewhere (closed forms, NIST, SciPy, Imhof), and compare.");

    public static async Task<bool> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        IReadOnlyList<(CheckGroup Group, CheckResult[] Results)> outcome = await session.Run(meter => RunAll(meter, cancellation), cancellation);
        int passed = outcome.Sum(group => group.Results.Count(result => result.Passed)), failed = outcome.Sum(group => group.Results.Length) - passed;
        session.Publish(
            "verify",
            json => Write(json, outcome, passed, failed),
            console => Draw(console, outcome),
            () => [failed == 0 ? $"All {passed} numbers agree." : $"{failed} of {passed + failed} numbers do not agree."]);
        if (failed > 0)
            session.Fail($"{failed} of {passed + failed} checks failed: {string.Join("; ", outcome.SelectMany(group => group.Results).Where(result => !result.Passed).Take(3).Select(result => result.Check.Quantity))}.");
        return failed == 0;
    }

    private static List<(CheckGroup Group, CheckResult[] Results)> RunAll(Meter meter, CancellationToken cancellation)
    {
        meter.Begin("verifying");
        int done = 0, all = CheckList.Groups.Sum(group => group.Checks.Count);
        var outcome = new List<(CheckGroup, CheckResult[])>();
        foreach (CheckGroup group in CheckList.Groups)
        {
            var results = new CheckResult[group.Checks.Count];
            for (int i = 0; i < results.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                results[i] = group.Checks[i].Run();
                meter.Report(++done / (double)all);
            }

            outcome.Add((group, results));
        }

        return outcome;
    }

    private static void Draw(IAnsiConsole console, IReadOnlyList<(CheckGroup Group, CheckResult[] Results)> outcome)
    {
        foreach ((CheckGroup group, CheckResult[] results) in outcome)
        {
            console.WriteLine();
            console.WriteLine(Prose.Wrap(group.Title), new Style(decoration: Decoration.Bold));
            console.WriteLine(Prose.Wrap($"source: {group.Source}"), new Style(decoration: Decoration.Dim));
            Table table = Sheet.Create("", "quantity", "#expected", "#got", "#within");
            foreach (CheckResult result in results)
            {
                table.AddRow(
                    result.Passed ? "[green]ok[/]" : "[red]FAILED[/]",
                    Markup.Escape(result.Failure is null ? result.Check.Quantity : $"{result.Check.Quantity}: {result.Failure}"),
                    Numbers.Long(result.Check.Expected),
                    Numbers.Long(result.Got),
                    $"{result.Check.Tolerance:G2}");
            }

            console.Write(table);
        }
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<(CheckGroup Group, CheckResult[] Results)> outcome, int passed, int failed)
    {
        json.WriteNumber("passed", passed);
        json.WriteNumber("failed", failed);
        json.WriteStartArray("checks");
        foreach ((CheckGroup group, CheckResult[] results) in outcome)
        {
            foreach (CheckResult result in results)
            {
                json.WriteStartObject();
                json.WriteString("group", group.Title);
                json.WriteString("quantity", result.Check.Quantity);
                json.WriteNumber("expected", result.Check.Expected);
                json.WriteNumberOrNull("got", result.Got);
                json.WriteNumber("tolerance", result.Check.Tolerance);
                json.WriteString("source", group.Source);
                json.WriteBoolean("passed", result.Passed);
                if (result.Failure is not null)
                    json.WriteString("failure", result.Failure);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }
}
