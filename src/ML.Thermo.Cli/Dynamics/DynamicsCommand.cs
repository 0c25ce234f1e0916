using System.CommandLine;

namespace ML.Thermo.Cli.Dynamics;

/// <summary><c>thermo dynamics</c>: pair laws learned from trajectories, and roll-outs that keep both laws to round-off.</summary>
internal sealed class DynamicsCommand()
    : Verb("dynamics", "Learn what bodies do to one another from trajectories, and roll it out.")
{
    public override IReadOnlyList<string> Examples => ["thermo dynamics fit runs.csv --edges edges.csv --out model.json"];

    public override string Closing => """
        Examples:
          thermo dynamics fit runs.csv --edges edges.csv --out model.json
          thermo dynamics roll model.json --state z0.csv --edges edges.csv
                               --steps 500 --step 0.02 --csv future.csv

        Tables: trajectory, t, node, q1…qd, p1…pd, then u or s; m and kind where
        they differ. Edges: from, to, and kind where they differ.
        """;

    public override IReadOnlyList<Verb> Parts { get; } = [new FitCommand(), new RollCommand()];

    public override Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation) =>
        throw new UsageException("Say what to do: thermo dynamics fit or roll.");
}
