using System.CommandLine;
using ML.Thermo.Cli.Joules;
using ML.Thermo.Cli.Output;
using ML.Thermo.Cli.Tables;
using ML.Thermo.Energies;
using ML.Thermo.Report;
using ML.Thermo.Transitions;

namespace ML.Thermo.Cli.Transitions;

/// <summary><c>thermo transition</c>: the training of a linear model as a phase transition.</summary>
internal sealed class TransitionCommand : Verb
{
    private readonly Argument<string> _data = new("DATA") { Description = "A csv or tsv file with a header." };

    private readonly Option<string> _label = new("--label") { Description = "The column to learn.", HelpName = "COLUMN", Required = true };

    private readonly Option<string[]> _features = new("--features")
    {
        Description = "Columns to learn from (default: every other numeric column).",
        HelpName = "A,B,…",
    };

    private readonly Option<string[]> _without = new("--without") { Description = "Columns that are no features.", HelpName = "A,B,…" };

    private readonly Option<string> _energy = new("--energy")
    {
        Description = "Loss: mse, mae, or ce (cross-entropy of labels 0 and 1).",
        HelpName = "NAME",
        DefaultValueFactory = _ => "mse",
    };

    private readonly Option<string> _init = new("--init")
    {
        Description = "Initialisation of every parameter.",
        HelpName = "LAW",
        DefaultValueFactory = _ => LawChoice.Default,
    };

    private readonly Option<string[]> _initFor = new("--init-for")
    {
        Description = "Initialisation of one parameter; repeat for others. The intercept's column is 'intercept'.",
        HelpName = "COLUMN=LAW",
    };

    private readonly Option<string?> _intercept = new("--intercept")
    {
        Description = "Add an intercept with this initialisation, or none (the default).",
        HelpName = "LAW|none",
    };

    private readonly Option<bool> _standardize = new("--standardize")
    {
        Description = "Give every feature mean 0 and standard deviation 1 over the training rows.",
    };

    private readonly Option<string> _entropy = new("--entropy")
    {
        Description = $"Entropy of the untrained state: {string.Join(", ", EntropyChoice.Names)}.",
        HelpName = "NAME",
        DefaultValueFactory = _ => EntropyChoice.Auto,
    };

    private readonly Option<string?> _heldOut = new("--held-out")
    {
        Description = "Rows that training does not see: a share of DATA (default 0.3) or a file.",
        HelpName = "FRACTION|FILE",
    };

    private readonly Option<string> _type2 = new("--type2")
    {
        Description = "Losses of the trained state: held-out or training.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "held-out",
    };

    private readonly Option<long?> _freshPoints = new("--fresh-points")
    {
        Description = "Points over which the trained energy is averaged (default: the number of training rows).",
        HelpName = "M",
    };

    private readonly Option<string> _type2Entropy = new("--type2-entropy")
    {
        Description = "Entropy of the trained state: clt, edgeworth, gamma, kl.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "clt",
    };

    private readonly Option<bool> _joules = new("--joules") { Description = "Measure what the training costs, and J a nat." };

    public TransitionCommand()
        : base("transition", "Temperature of training a linear model.")
    {
        Takes(
            _data, _label, _features, _without, _standardize, _intercept, _energy, _init, _initFor,
            _heldOut, _entropy, _type2, _freshPoints, _type2Entropy, _joules);
        Group("The model", _label, _features, _without, _standardize, _intercept, _energy);
        Group("Before training", _init, _initFor, _entropy);
        Group("After training", _heldOut, _type2, _freshPoints, _type2Entropy, _joules);
        _energy.Completes([.. Energy.All.Select(energy => energy.Name)]);
        _init.Completes(Values.Laws);
        _intercept.Completes(["none", .. Values.Laws]);
        _entropy.Completes([.. EntropyChoice.Names]);
        _type2.Completes("held-out", "training");
        _type2Entropy.Completes("clt", "edgeworth", "gamma", "kl");
        _label.CompletesColumns(_data);
        _features.CompletesColumns(_data);
        _without.CompletesColumns(_data);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "thermo transition data.csv --label y --energy mse --standardize",
        "thermo transition data.csv --label sick --energy ce --init uniform:-1,1",
    ];

    public override string Closing => """
        LAW:
          normal:MEAN,SD  uniform:LO,HI  constant:C
          he  glorot  lecun  he-uniform  glorot-uniform  lecun-uniform

        Examples:
          thermo transition data.csv --label y --standardize --intercept normal:0,1
          thermo transition data.csv --label y --init lecun --init-for age=constant:0
          thermo transition train.csv --label sick --energy ce --held-out test.csv
        """;

    public override ReportTargets Targets { get; } = new(html: ReportTargets.Page);

    public override IEnumerable<string> Reads(ParseResult parsed)
    {
        yield return parsed.GetValue(_data)!;
        if (parsed.GetValue(_heldOut) is string text && HeldOut.Parse(text) is HeldOut.File(string heldOut))
            yield return heldOut;
    }

    public override async Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        var run = new TransitionRun(UsageException.Of(() => Request(parsed)), session.Seed, session.Draws, session.Note);
        TransitionResult result = await session.Run(meter => run.Execute(meter, cancellation), cancellation);
        return new VerbResult
        {
            Json = json => TransitionJson.Write(json, result),
            Tables = console => TransitionTables.Write(console, result),
            Prose = () => [string.Join(' ', result.Findings.Summary), .. JoulesSentence.Each("training", result.Joules, result.Transition)],
            Page = async () => HtmlReport.Of(await session.Run(meter => run.Explore(result, meter, cancellation), cancellation)),
        };
    }

    private TransitionRequest Request(ParseResult parsed)
    {
        bool training = parsed.GetValue(_type2)!.ToLowerInvariant() switch
        {
            "training" => true,
            "held-out" => false,
            string other => throw new ThermoException($"Unknown source '{other}' for --type2: expected held-out or training."),
        };
        long? freshPoints = parsed.GetValue(_freshPoints);
        if (freshPoints < 1)
            throw new ThermoException($"--fresh-points {freshPoints} is too few: expected at least 1.");
        HeldOut? heldOut = parsed.GetValue(_heldOut) is string text ? HeldOut.Parse(text) : null;
        if (training && heldOut is HeldOut.File)
            throw new ThermoException("--type2 training does not look at the rows of a --held-out file: drop one of the two.");
        var energy = Energy.Parse(parsed.GetValue(_energy)!);
        return new TransitionRequest
        {
            Table = new TableRequest(parsed.GetValue(_data)!, parsed.GetValue(_label)!, Columns(parsed.GetValue(_features)),
                Columns(parsed.GetValue(_without)) ?? [])
            { RejectLabel = energy.Reject },
            Energy = energy,
            Law = LawChoice.Parse(parsed.GetValue(_init)!, parsed.GetValue(_initFor) ?? [], parsed.GetValue(_intercept)),
            Standardize = parsed.GetValue(_standardize),
            Entropy = EntropyChoice.Check(parsed.GetValue(_entropy)!),
            HeldOut = heldOut ?? (training ? new HeldOut.None() : new HeldOut.Fraction(HeldOut.DefaultFraction)),
            TrainingLosses = training,
            FreshPoints = freshPoints,
            MetersTraining = parsed.GetValue(_joules),
            TypeIIEntropy = EntropyChoice.ParseTypeII(parsed.GetValue(_type2Entropy)!),
        };
    }

    /// <summary>Names between commas, over all times the option was given; null if it was not.</summary>
    private static string[]? Columns(string[]? given) =>
        given is null or [] ? null : [.. given.SelectMany(list => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
}
