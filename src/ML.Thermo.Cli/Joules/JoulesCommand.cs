using ML.Thermo.Cli.Commands;
using ML.Thermo.Cli.Output;

namespace ML.Thermo.Cli.Joules;

/// <summary><c>thermo joules</c>: the energy bill of a command, and what this machine can measure. Without another word it runs a command.</summary>
internal sealed class JoulesCommand : RunCommand
{
    public JoulesCommand()
        : base("joules", "What a command costs in joules, and what this machine can measure.")
    {
    }

    public override IReadOnlyList<string> Examples => ["thermo joules -- python train.py"];

    public override string Closing => """
        Examples:
          thermo joules status
          thermo joules --per 10000 -- python predict.py
          thermo joules run --repeat 5 --json joules.json -- ./train
          thermo joules tune --knob threads=1,2,4 --eta .5 -- ./train -t {threads}

        Energy is the loss in every other command; joules are joules.
        Input, output and exit code are CMD's own; the table goes to stderr.
        """;

    public override IReadOnlyList<Verb> Parts { get; } = [new RunCommand(), new StatusCommand(), new IdleCommand(), new TuneCommand()];
}
