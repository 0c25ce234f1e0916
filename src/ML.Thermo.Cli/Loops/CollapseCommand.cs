using System.CommandLine;

namespace ML.Thermo.Cli.Loops;

/// <summary><c>thermo collapse</c>: loops that are trained on their own output.</summary>
internal sealed class CollapseCommand
{
    /// <summary>What help says after the options.</summary>
    public const string Closing = """
        Examples:
          thermo collapse plan --rows 10000 --retain 0.95
          thermo collapse plan --rows 10000 --temperature 0.8 --reference real.csv --category label
          thermo collapse guard gen0.csv gen1.csv gen2.csv --category label
          thermo collapse guard all.jsonl --generation-column g --text body
          thermo collapse simulate --classes 50 --rows 500 --temperature 0.9 --fresh 0.05
        """;

    public CollapseCommand()
    {
        Definition = new Command("collapse", "Models retrained on their own output: how many fresh rows keep the data alive, and is a loop dying?");
        foreach ((Command definition, _) in Verbs)
            Definition.Add(definition);
    }

    public Command Definition { get; }

    /// <summary>What it can do.</summary>
    public IReadOnlyList<(Command Definition, Func<ParseResult, Session, CancellationToken, Task<bool>> Run)> Verbs { get; } = Create();

    private static (Command, Func<ParseResult, Session, CancellationToken, Task<bool>>)[] Create()
    {
        PlanCommand plan = new();
        GuardCommand guard = new();
        SimulateCommand simulate = new();
        return [(plan.Definition, plan.Run), (guard.Definition, guard.Run), (simulate.Definition, simulate.Run)];
    }
}
