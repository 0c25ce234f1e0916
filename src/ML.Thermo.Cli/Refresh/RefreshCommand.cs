using System.CommandLine;
using ML.Thermo.Cli.Output;
using ML.Thermo.Refresh;
using ML.Thermo.Report;
using ML.Thermo.Report.Refresh;

namespace ML.Thermo.Cli.Refresh;

/// <summary><c>thermo refresh</c>: has a trained model's state drifted, and is it time to refresh?</summary>
internal sealed class RefreshCommand : Verb
{
    private readonly Argument<string> _reference = new("REFERENCE")
    {
        Description = "A csv or tsv file of rows that the model did well on; best rows that training did not see.",
    };

    private readonly Argument<string> _current = new("CURRENT") { Description = "A file with the same columns: rows since." };

    private readonly Option<string?> _label = new("--label")
    {
        Description = "The right answers; empty cells are not known yet. Without it the decision needs no labels.",
        HelpName = "COLUMN",
    };

    private readonly Option<string[]> _prediction = new("--prediction")
    {
        Description = "The model's output: a prediction, a probability, or one probability a class (default: a linear fit on REFERENCE).",
        HelpName = "A,B,…",
    };

    private readonly Option<string?> _energy = new("--energy")
    {
        Description = "Loss: mse, mae, or ce for probabilities (default: ce for several predictions, else mse).",
        HelpName = "NAME",
    };

    private readonly Option<string?> _window = new("--window")
    {
        Description = "Rows a window, or with --time-column a span: 7d, 12h, 30min, 90s or a number (default: all rows in one).",
        HelpName = "N|SPAN",
    };

    private readonly Option<string?> _time = new("--time-column")
    {
        Description = "A sorted column of CURRENT with numbers or dates that windows go by.",
        HelpName = "COLUMN",
    };

    private readonly Option<string[]> _features = new("--features")
    {
        Description = "Columns to watch as inputs (default: all others).",
        HelpName = "A,B,…",
    };

    private readonly Option<string[]> _without = new("--without")
    {
        Description = "Columns not to watch.",
        HelpName = "A,B,…",
    };

    private readonly Option<double> _falseAlarms = new("--false-alarms")
    {
        Description = "Share of windows of independent rows without drift that may be flagged.",
        HelpName = "RATE",
        DefaultValueFactory = _ => new DriftOptions().FalseAlarmRate,
    };

    private readonly Option<double> _leastEffect = new("--least-effect")
    {
        Description = "Least shift that counts, in standard deviations of one row.",
        HelpName = "SHIFT",
        DefaultValueFactory = _ => new DriftOptions().LeastEffect,
    };

    private readonly Option<double> _runLength = new("--run-length")
    {
        Description = "Average run length: of independent rows without drift each window gives a sequential alarm with probability 1/ARL.",
        HelpName = "ARL",
        DefaultValueFactory = _ => new DriftOptions().RunLength,
    };

    private readonly Option<bool> _bothWays = new("--two-sided")
    {
        Description = "Ask for a refresh where the losses changed either way, not only where they rose.",
    };

    private readonly Option<string[]> _missing = new("--missing")
    {
        Description = "More words for an empty cell, besides NA, null, None and the like.",
        HelpName = "TEXT",
    };

    private readonly Option<string?> _labels = new("--labels")
    {
        Description = "Labels that came later, by the id of their row: a file with the columns of --id and --label.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _id = new("--id")
    {
        Description = "The column of CURRENT and of --labels by which labels find their rows.",
        HelpName = "COLUMN",
    };

    private readonly Option<bool> _unordered = new("--unordered")
    {
        Description = "The rows of REFERENCE are not in the order of time: do not look for dependence between them.",
    };

    private readonly Option<string?> _state = new("--state")
    {
        Description = "Keep the sequential test here, and go on from it in the next run.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _failOn = new("--fail-on")
    {
        Description = "End with exit code 3 where a window shows it: drift, or refresh.",
        HelpName = "drift|refresh",
    };

    private readonly Option<long> _freshPoints = new("--fresh-points")
    {
        Description = "Points over which the energy of a state is averaged.",
        HelpName = "M",
        DefaultValueFactory = _ => new DriftOptions().FreshPoints,
    };

    private readonly Option<bool> _all = new("--all") { Description = "A table of all windows, where ten would do." };

    public RefreshCommand()
        : base("refresh", "Drift of a trained model's state, and whether to refresh it.")
    {
        _failOn.AcceptOnlyFromAmong("drift", "refresh");
        Group("Columns", _label, _prediction, _features, _without, _time, _labels, _id, _missing);
        Group("Windows", _window, _state, _unordered);
        Group("How to decide", _energy, _falseAlarms, _leastEffect, _runLength, _bothWays, _freshPoints, _failOn);
        Group("Output", _all);
        _energy.Completes("mse", "mae", "ce");
        foreach (Option<string?> column in new[] { _label, _time, _id })
            column.CompletesColumns(_current);
        foreach (Option<string[]> columns in new[] { _prediction, _features, _without })
            columns.CompletesColumns(_reference);
        Takes(
            _reference, _current, _label, _prediction, _energy, _window, _time, _features, _without,
            _labels, _id, _falseAlarms, _leastEffect, _runLength, _bothWays, _unordered, _missing, _state, _failOn, _freshPoints, _all);
    }

    public override IReadOnlyList<string> Examples => ["thermo refresh train.csv live.csv --label y --prediction yhat"];

    public override string Closing => """
        Examples:
          thermo refresh train.csv live.csv --label y --prediction yhat --window 500
          thermo refresh train.csv live.csv --label sick --prediction p --energy ce
          thermo refresh train.csv live.csv --prediction p0,p1,p2 --energy ce
          thermo refresh train.csv live.csv --label y --time-column day --window 7d
          thermo refresh train.csv live.csv --label sick --labels late.csv --id case \
                         --prediction p --energy ce
          thermo refresh train.csv today.csv --label y --prediction yhat \
                         --state watch.state --fail-on refresh
        """;

    public override ReportTargets Targets { get; } = new(csv: "Write a table with a row a window.", html: ReportTargets.Page);

    public override IEnumerable<string> Reads(ParseResult parsed) =>
        new[] { parsed.GetValue(_reference), parsed.GetValue(_current), parsed.GetValue(_labels) }.OfType<string>();

    public override async Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        string? failOn = parsed.GetValue(_failOn);
        RefreshRequest request = UsageException.Of(() => Request(parsed, session));
        FileTarget? state = request.State is { } path ? session.Writes("--state", path) : null;
        foreach (string input in Reads(parsed))
            session.Reads(input);
        var run = new RefreshRun(request, session.Seed, session.Note);
        RefreshResult result = await session.Run(meter => run.Execute(meter, cancellation), cancellation);
        state?.Place(result.State());
        DriftPoint[] found = [.. result.Windows.Where(window => failOn == "drift" ? window.Drift.Drift : failOn == "refresh" && window.Drift.Refresh)];
        return new VerbResult
        {
            Exit = found.Length > 0 ? ExitCode.Finding : ExitCode.Done,
            Reason = found.Length > 0 ? $"{failOn} in {found.Length} of {result.Windows.Count} windows, the first one {found[0].Label}" : null,
            Json = json => RefreshJson.Write(json, result),
            Tables = console => RefreshTables.Write(console, result, parsed.GetValue(_all)),
            Prose = () => [string.Join(' ', result.Findings.Summary)],
            Csv = () => FieldWriters.Csv(WindowFields.All, result.Windows),
            Page = () => Task.FromResult(HtmlReport.Of(result.Findings)),
        };
    }

    private RefreshRequest Request(ParseResult parsed, Session session)
    {
        string? label = parsed.GetValue(_label);
        string[] predictions = Columns(parsed.GetValue(_prediction)) ?? [];
        var clock = WindowClock.Parse(parsed.GetValue(_window), parsed.GetValue(_time));
        if (clock.Rows < DriftReference.LeastWindowRows)
            throw new ThermoException($"--window {clock.Rows} is smaller than the test needs: expected at least {DriftReference.LeastWindowRows} rows.");
        string? labels = parsed.GetValue(_labels), id = parsed.GetValue(_id);
        if (labels is null != id is null || (labels is not null && label is null))
            throw new UsageException("--labels needs --id, the column by which its labels find their rows, and --label, the column that holds them; " +
                "and --id needs --labels.");
        if (label is not null && predictions.Contains(label))
            throw new ThermoException($"The label '{label}' is also a --prediction: give the column of the model's output.");
        return new RefreshRequest
        {
            Reference = parsed.GetValue(_reference)!,
            Current = parsed.GetValue(_current)!,
            Label = label,
            Labels = labels,
            Id = id,
            State = parsed.GetValue(_state),
            Predictions = predictions,
            Energy = Energy(parsed.GetValue(_energy)?.ToLowerInvariant(), label, predictions),
            Features = Columns(parsed.GetValue(_features)),
            Without = Columns(parsed.GetValue(_without)) ?? [],
            Clock = clock,
            Missing = [.. Tables.Cells.UsualMissing, .. parsed.GetValue(_missing) ?? []],
            Options = new DriftOptions
            {
                BothWays = parsed.GetValue(_bothWays),
                RowsInOrder = !parsed.GetValue(_unordered),
                FalseAlarmRate = parsed.GetValue(_falseAlarms),
                LeastEffect = parsed.GetValue(_leastEffect),
                RunLength = parsed.GetValue(_runLength),
                FreshPoints = parsed.GetValue(_freshPoints),
                Draws = session.Draws,
                Seed = session.Seed,
            },
        };
    }

    private static string Energy(string? name, string? label, string[] predictions)
    {
        if (name is not (null or "mse" or "mae" or "ce"))
            throw new ThermoException($"Unknown energy '{name}' for --energy: expected mse, mae or ce.");
        if (predictions.Length > 1 && name is ("mse" or "mae"))
            throw new ThermoException($"--energy {name} takes one prediction: expected ce for the {predictions.Length} columns of --prediction.");
        if (predictions.Length == 0 && label is not null && name is ("mae" or "ce"))
            throw new ThermoException($"--energy {name} needs the model's own output: give it with --prediction (without it a linear model is fitted by " +
                "least squares).");
        return name ?? (predictions.Length > 1 ? "ce" : "mse");
    }

    /// <summary>Names between commas, over all times the option was given; null if it was not.</summary>
    private static string[]? Columns(string[]? given) =>
        given is null or [] ? null : [.. given.SelectMany(list => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
}
