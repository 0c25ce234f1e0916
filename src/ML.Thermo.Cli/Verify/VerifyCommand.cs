using System.CommandLine;
using System.Text.Json;
using ML.Thermo.Cli.Output;
using Spectre.Console;

namespace ML.Thermo.Cli.Verify;

/// <summary><c>thermo verify</c>: numbers from outside, computed anew.</summary>
internal sealed class VerifyCommand()
    : Verb("verify", "Compute numbers known from elsewhere (closed forms, NIST, SciPy, Imhof), and compare.")
{
    public override IReadOnlyList<string> Examples => ["thermo verify"];

    public override async Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        IReadOnlyList<(CheckGroup Group, CheckResult[] Results)> outcome = await session.Run(meter => RunAll(meter, cancellation), cancellation);
        CheckResult[] results = [.. outcome.SelectMany(group => group.Results)], wrong = [.. results.Where(result => !result.Passed)];
        int published = outcome.Where(group => group.Group.IsPublished).Sum(group => group.Results.Length);
        return new VerbResult
        {
            Json = json => Write(json, outcome, results.Length - wrong.Length, wrong.Length),
            Tables = session.Quiet ? null : console => Draw(console, outcome),
            Prose = () => [(wrong.Length == 0 ? $"All {results.Length} numbers agree: " : $"{wrong.Length} of {results.Length} numbers do not agree: ")
                + $"{published} of them published by others, {results.Length - published} worked out for this by other means than the library's."],
            Exit = wrong.Length == 0 ? ExitCode.Done : ExitCode.Failed,
            Reason = wrong.Length == 0 ? null
                : $"{wrong.Length} of {results.Length} checks failed: {string.Join("; ", wrong.Take(3).Select(result => result.Check.Quantity))}.",
        };
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
            console.WriteProse(group.Title, new Style(decoration: Decoration.Bold));
            console.WriteProse($"source: {group.Source}", new Style(decoration: Decoration.Dim));
            Table table = Sheet.Create("", "quantity", "#expected", "#got", "#within");
            foreach (CheckResult result in results)
            {
                table.AddRow(
                    result.Passed ? "[green]ok[/]" : "[red]FAILED[/]",
                    Plain.Cell(result.Failure is null ? result.Check.Quantity : $"{result.Check.Quantity}: {result.Failure}"),
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
                json.WriteBoolean("published", group.IsPublished);
                json.WriteBoolean("passed", result.Passed);
                if (result.Failure is not null)
                    json.WriteString("failure", result.Failure);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }
}
