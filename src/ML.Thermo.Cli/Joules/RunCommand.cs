using System.CommandLine;
using System.Globalization;
using ML.Thermo.Cli.Commands;
using ML.Thermo.Cli.Output;
using ML.Thermo.Joules;
using ML.Thermo.Joules.Metering;
using ML.Thermo.Joules.Repeats;
using ML.Thermo.Report;

namespace ML.Thermo.Cli.Joules;

/// <summary><c>thermo joules run -- CMD</c>: what a command costs.</summary>
internal class RunCommand : Verb
{
    private readonly SourceOptions _sources = new();

    private readonly Argument<string[]> _command = new("CMD") { Description = "The command and its arguments, after --.", Arity = ArgumentArity.ZeroOrMore };

    private readonly Option<double?> _per = new("--per") { Description = "Predictions, rows or epochs that one run makes: joules for each.", HelpName = "N" };

    private readonly Option<int> _repeat = new("--repeat")
    {
        Description = "Run it N times: mean with a 95 % interval.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    public RunCommand()
        : this("run", "What a command costs in joules.")
    {
    }

    protected RunCommand(string name, string description)
        : base(name, description)
    {
        Takes(_command, _per, _repeat);
        Takes(_sources.All);
    }

    public override string Closing => """
        Input, output and exit code are CMD's own; the table goes to stderr.
        127: CMD was not found. 128 + n: signal n ended it.
        """;

    public override ReportTargets Targets { get; } = new(html: ReportTargets.Page);

    public override Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        string[] command = parsed.GetValue(_command) ?? [];
        if (command.Length == 0)
            throw new UsageException("There is no command to run: expected thermo joules -- CMD ARGS…");
        double? per = parsed.GetResult(_per) is { Implicit: false } ? parsed.GetValue(_per) : null;
        if (per is { } count && !(count > 0 && double.IsFinite(count)))
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--per {count} is no count: expected a number above 0."));
        int repeat = parsed.GetResult(_repeat) is { Implicit: false } ? parsed.GetValue(_repeat) : 1;
        if (repeat < 1)
            throw new UsageException($"--repeat {repeat} is too few: expected at least 1.");

        using var machine = new JouleMachine(_sources.Read(parsed, attributes: true));
        var runs = new List<RunSample>();
        using JouleMeter all = machine.Start();
        var ended = new ChildEnd(0, null, false);
        for (int i = 0; i < repeat && ended.Code == 0 && !ended.WasStopped; i++)
        {
            using JouleMeter one = machine.Start();
            ended = ChildProcess.Run(command, silent: false, cancellation);
            if (ended.Failure is not null)
                return Task.FromResult(new VerbResult { Exit = (ExitCode)ended.Code, Reason = ended.Failure });
            var found = one.Stop();
            runs.Add(new RunSample(found.Seconds, found.Basis.Value, ended.Code));
        }

        var result = new RunResult(string.Join(' ', command), all.Stop(), runs, per);
        if (!session.Quiet)
            session.Tell(RunText.Of(result, session.TextWidth));
        return Task.FromResult(new VerbResult
        {
            Json = json => JoulesJson.Write(json, result),
            Page = () => Task.FromResult(HtmlReport.Of(JoulesPageData.Of(result))),
            Exit = (ExitCode)ended.Code,
        });
    }
}

/// <summary>One run of the command.</summary>
internal sealed record RunSample(double Seconds, double? Joules, int ExitCode);

/// <summary>All runs of a command.</summary>
/// <param name="Command">The command line.</param>
/// <param name="Total">One window around all runs.</param>
/// <param name="Runs">Each run.</param>
/// <param name="Per">Predictions of one run.</param>
internal sealed record RunResult(string Command, ML.Thermo.Joules.Joules Total, IReadOnlyList<RunSample> Runs, double? Per)
{
    /// <summary>Joules per prediction, over all runs.</summary>
    public JouleQuantity? PerPrediction => Per is { } per && Runs.Count > 0 ? Total.Per(per * Runs.Count) : null;

    /// <summary>Mean joules of a run with the half width of its 95 % interval; null for one run or without numbers.</summary>
    public (Estimate Mean, double Half)? Mean
    {
        get
        {
            if (Runs.Count < 2 || Runs.Any(run => run.Joules is null))
                return null;
            (double mean, double error) = PairedComparison.Mean([.. Runs.Select(run => run.Joules!.Value)]);
            return (new Estimate(mean, error), PairedComparison.HalfWidth(error, Runs.Count));
        }
    }
}
