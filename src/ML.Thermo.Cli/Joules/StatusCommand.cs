using System.CommandLine;
using ML.Thermo.Cli.Commands;
using ML.Thermo.Cli.Output;
using ML.Thermo.Joules;
using ML.Thermo.Joules.Metering;
using ML.Thermo.Joules.Tuning;
using Spectre.Console;

namespace ML.Thermo.Cli.Joules;

/// <summary><c>thermo joules status</c>: every source of joules, whether it is readable, and how to make it so.</summary>
internal sealed class StatusCommand : Verb
{
    private readonly SourceOptions _sources = new();

    public StatusCommand()
        : base("status", "Which joules this machine can measure, why not others, and the fix.") => Takes(_sources.Places);

    public override Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        foreach (string sentence in PowerLimit.RestoreLeftOver())
            session.Note(sentence);
        using var machine = new JouleMachine(_sources.Read(parsed, attributes: false));
        IReadOnlyList<JouleComponent> sources = machine.Sources;
        return Task.FromResult(new VerbResult
        {
            Json = json =>
            {
                json.WriteString("scope", machine.Options.Scope.ToString());
                JoulesJson.WriteComponents(json, sources, withNumbers: false);
            },
            Tables = console =>
            {
                Table table = Sheet.Create("source", "status", "#moves every", "read from");
                foreach (JouleComponent source in sources)
                {
                    string moves = source.ResolutionSeconds is { } seconds ? $"{seconds * 1000:G3} ms" : "";
                    table.AddRow(source.Name, source.Status.ToString(), moves, Plain.Cell(Short(source.Source)));
                }

                console.Write(table);
            },
            Prose = () => sources.Where(source => source.Reason is not null || source.Fix is not null)
                .Select(source => $"{source.Name}: {source.Reason}{(source.Fix is null ? "" : $" Fix: {source.Fix}")}"),
        });
    }

    private static string Short(string source) => source.Length <= 40 ? source : $"…{source[^39..]}";
}
