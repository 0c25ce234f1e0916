using System.CommandLine;
using System.Globalization;
using ML.Thermo.Cli.Commands;
using ML.Thermo.Cli.Output;
using ML.Thermo.Joules;
using ML.Thermo.Joules.Metering;
using ML.Thermo.Joules.Tuning;
using ML.Thermo.Report;
using Spectre.Console;

namespace ML.Thermo.Cli.Joules;

/// <summary><c>thermo joules tune</c>: which setting of a command costs least.</summary>
internal sealed class TuneCommand : Verb
{
    /// <summary>The knob that is no word of the command line but the limit of the GPU's power, W.</summary>
    private const string PowerKnob = "power-limit";

    private readonly SourceOptions _sources = new();

    private readonly Argument<string[]> _command = new("CMD")
    {
        Description = "The command, with {knob} in the place of values, after --.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _knobs = new("--knob")
    {
        Description = $"Values to try; repeat for other knobs. The knob {PowerKnob} is the GPU's, in W.",
        HelpName = "NAME=A,B,…",
        Required = true,
    };

    private readonly Option<double?> _eta = new("--eta")
    {
        Description = "Least η·E + (1 − η)·P_max·t: 0 is time alone, 1 energy alone (default .5).",
        HelpName = "0…1",
    };

    private readonly Option<double?> _slowdown = new("--slowdown") { Description = "Least energy within F times the fastest.", HelpName = "F" };

    private readonly Option<bool> _energy = new("--energy") { Description = "Least energy, whatever time it takes." };

    private readonly Option<int?> _budget = new("--budget") { Description = "Most runs in all; every setting gets its first three.", HelpName = "RUNS" };

    private readonly Option<double> _precision = new("--precision")
    {
        Description = "Half width of the winner's 95 % interval at which to stop, as a part of its cost.",
        HelpName = "P",
        DefaultValueFactory = _ => 0.02,
    };

    private readonly Option<bool> _setLimit = new("--set-power-limit")
    {
        Description = $"Set the {PowerKnob} (root), and set it back at the end, on Ctrl+C and after a crash. Else the command is printed.",
    };

    public TuneCommand()
        : base("tune", "Which setting of a command costs least: energy against time.")
    {
        Takes(_command, _knobs, _eta, _slowdown, _energy, _budget, _precision, _setLimit);
        Takes(_sources.Places);
        Definition.Validators.Add(result =>
        {
            if ((result.GetValue(_eta) is null ? 0 : 1) + (result.GetValue(_slowdown) is null ? 0 : 1) + (result.GetValue(_energy) ? 1 : 0) > 1)
                result.AddError("Give one of --eta, --slowdown and --energy.");
        });
    }

    public override string Closing => """
        Examples:
          thermo joules tune --knob batch=1,8,64 -- ./serve --batch {batch}
          thermo joules tune --knob threads=1,2,4 --slowdown 1.1 -- ./train -t {threads}
        """;

    public override ReportTargets Targets { get; } = new(html: ReportTargets.Page);

    public override async Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        Goal goal = ReadGoal(parsed);
        string[] command = parsed.GetValue(_command)!;
        IReadOnlyList<Setting> settings = Setting.Grid(Knobs(parsed.GetValue(_knobs)!));
        double[] limits = Limits(settings);
        if (limits.Length > 0 && !parsed.GetValue(_setLimit))
        {
            string commands = string.Join("; ", limits.Distinct().Select(watts => PowerLimit.Command(0, watts)));
            throw new ThermoException($"The knob {PowerKnob} needs root and --set-power-limit. By hand, one limit at a time: {commands}");
        }

        foreach (string sentence in PowerLimit.RestoreLeftOver())
            session.Note(sentence);
        using var machine = new JouleMachine(_sources.Read(parsed, attributes: false));
        using (JouleMeter probe = machine.Start())
        {
            if (probe.Stop().Basis is { Value: null } none)
                throw new ThermoException($"There are no joules to tune by. {none.Reason} See thermo joules status.");
        }

        var options = new RaceOptions
        {
            Budget = parsed.GetValue(_budget),
            Precision = Positive(parsed.GetValue(_precision)),
            MaximumWatts = limits.Length > 0 ? limits.Max() : null
        };
        JouleStatus status = JouleStatus.Measured;
        using PowerLimit? limit = limits.Length > 0 ? PowerLimit.Take(0) : null;
        Race race = await session.Run(
            meter =>
            {
                meter.Begin("trying settings");
                return Race.Run(settings, setting => Try(setting), goal, options, meter, cancellation);
            },
            cancellation);

        RunCost Try(Setting setting)
        {
            if (setting.Values.FirstOrDefault(knob => knob.Key == PowerKnob) is { Value: { } watts })
                limit!.Set(double.Parse(watts, CultureInfo.InvariantCulture));
            IReadOnlyList<string> filled = setting.Fill(command);
            using JouleMeter window = machine.Start();
            ChildEnd ended = ChildProcess.Run(filled, silent: true, cancellation);
            var joules = window.Stop();
            if (ended.WasStopped)
                throw new OperationCanceledException(cancellation);
            if (ended.Code != 0)
                throw new ThermoException(ended.Failure ?? $"'{string.Join(' ', filled)}' ended with code {ended.Code}: a setting that fails has no cost.");
            status = joules.Basis.Status == JouleStatus.Measured ? status : joules.Basis.Status;
            return new(joules.Seconds, joules.Basis.Value ?? throw new ThermoException($"A run has no joules. {joules.Basis.Reason}"));
        }

        return new VerbResult
        {
            Json = json =>
            {
                JoulesJson.Write(json, race, goal);
                json.WriteString("status", status.ToString());
            },
            Tables = console => Draw(console, race),
            Prose = () => [Sentence(race, goal, status)],
            Page = () => Task.FromResult(HtmlReport.Of(JoulesPageData.Of(string.Join(' ', command), race, goal))),
        };
    }

    private static void Draw(IAnsiConsole console, Race race)
    {
        Table table = Sheet.Create("setting", "#s", "#J", "#runs", "");
        for (int i = 0; i < race.Contestants.Count; i++)
        {
            Contestant contestant = race.Contestants[i];
            string mark = i == race.Choice ? "chosen" : race.ParetoSet.Contains(i) ? "Pareto" : contestant.WasDropped ? "dropped" : "";
            table.AddRow(Plain.Cell(contestant.Setting.ToString()), Numbers.Brief(contestant.Seconds), Numbers.Brief(contestant.Joules),
                $"{contestant.Runs.Count}", mark);
        }

        console.Write(table);
    }

    private static string Sentence(Race race, Goal goal, JouleStatus status)
    {
        string what = goal.Slowdown is { } factor ? $"least energy within {factor} times the fastest" : goal.Eta == 1 ? "least energy"
            : string.Create(CultureInfo.InvariantCulture, $"least {goal.Eta}·E + {1 - goal.Eta:G4}·{race.MaximumWatts:G4} W·t");
        string sure = race.IsDecided ? "" : " The runs did not decide it: others are within the error.";
        string estimated = status == JouleStatus.Measured ? "" : $" The joules are {status}.";
        return $"{race.Contestants[race.Choice].Setting} has the {what}.{sure}{estimated}";
    }

    private static double[] Limits(IReadOnlyList<Setting> settings) =>
    [
        .. settings.SelectMany(setting => setting.Values).Where(knob => knob.Key == PowerKnob).Select(knob =>
            double.TryParse(knob.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double watts) && watts > 0
                ? watts : throw new UsageException($"--knob {PowerKnob}={knob.Value} is no power: expected watts above 0.")),
    ];

    private static KeyValuePair<string, IReadOnlyList<string>>[] Knobs(string[] given)
    {
        var knobs = new List<KeyValuePair<string, IReadOnlyList<string>>>();
        foreach (string text in given)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            string[] values = equals > 0 ? text[(equals + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [];
            if (values.Length == 0)
                throw new UsageException($"--knob {text} is not NAME=A,B,…: expected, say, batch=1,8,64.");
            if (knobs.Exists(knob => knob.Key == text[..equals]))
                throw new UsageException($"--knob {text[..equals]} is given twice: give all its values at once.");
            knobs.Add(new(text[..equals], values));
        }

        return [.. knobs];
    }

    private static double Positive(double precision) =>
        precision > 0 && double.IsFinite(precision) ? precision
            : throw new UsageException(string.Create(CultureInfo.InvariantCulture,
                $"--precision {precision} is no part: expected a number above 0, such as 0.02."));

    private Goal ReadGoal(ParseResult parsed)
    {
        try
        {
            return parsed.GetValue(_energy) ? Goal.Energy
                : parsed.GetValue(_slowdown) is { } factor ? Goal.WithinSlowdown(factor)
                : Goal.Weighted(parsed.GetValue(_eta) ?? 0.5);
        }
        catch (ArgumentOutOfRangeException error)
        {
            (string option, string expected) = parsed.GetValue(_slowdown) is null ? ("--eta", "0 to 1") : ("--slowdown", "1 or more");
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{option} {error.ActualValue} is outside its range: expected {expected}."));
        }
    }
}
