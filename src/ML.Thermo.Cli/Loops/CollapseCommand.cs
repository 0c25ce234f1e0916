using System.CommandLine;

namespace ML.Thermo.Cli.Loops;

/// <summary><c>thermo collapse</c>: models retrained on their own output.</summary>
internal sealed class CollapseCommand : Verb
{
    public CollapseCommand()
        : base("collapse", "Models retrained on their own output: how many fresh rows keep the data alive, and is a loop dying?")
    {
    }

    public override IReadOnlyList<string> Examples => ["thermo collapse plan --rows 10000 --retain 0.95"];

    public override string Closing => """
        Examples:
          thermo collapse plan --rows 10000 --retain 0.95
          thermo collapse plan --rows 10000 --temperature 0.8 --classes 50
          thermo collapse guard gen0.csv gen1.csv gen2.csv --category label
          thermo collapse guard all.jsonl --generation-column g --text body
          thermo collapse simulate --classes 50 --rows 500 --fresh 0.05
        """;

    public override IReadOnlyList<Verb> Parts { get; } = [new PlanCommand(), new GuardCommand(), new SimulateCommand()];

    public override Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation) =>
        throw new UsageException("Say what to do: thermo collapse plan, guard or simulate.");

    /// <summary>Work whose arguments are options: what is wrong with them is wrong usage.</summary>
    public static T Checked<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (ArgumentException error)
        {
            int parameter = error.Message.IndexOf(" (Parameter", StringComparison.Ordinal);
            throw new UsageException(parameter < 0 ? error.Message : error.Message[..parameter]);
        }
    }
}
