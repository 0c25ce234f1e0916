using System.CommandLine;
using ML.Thermo.Cli.Output;
using ML.Thermo.Cli.Sharing;
using ML.Thermo.Scans;
using ML.Thermo.Sharing;

namespace ML.Thermo.Cli.Scans;

/// <summary><c>thermo scan</c>: at which setting, checkpoint or day does a system change its behaviour?</summary>
internal sealed class ScanCommand : Verb
{
    private static readonly ScanOptions s_defaults = new();

    private readonly Argument<string[]> _files = new("FILE")
    {
        Description = "A table (csv, tsv) with a row a sample or a law; a language model (onnx); several checkpoints.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _over = new("--over")
    {
        Description = "The column of the control parameter; of a language model temperature=GRID (a,b,c or LO..HI:STEP or LO..HI:Nlog) or prompt.",
        HelpName = "COLUMN",
    };

    private readonly Option<string?> _outcome = new("--outcome") { Description = "A column of discrete outcomes, a sample a row.", HelpName = "COLUMN" };

    private readonly Option<string[]> _observe = new("--observe")
    {
        Description = "Numeric columns: one is counted in bins, several are told apart by a classifier.",
        HelpName = "A,B,…",
    };

    private readonly Option<string[]> _probabilities = new("--probabilities") { Description = "Columns of a law, a law a row.", HelpName = "P0,P1,…" };

    private readonly Option<string?> _input = new("--input") { Description = "The column that tells the inputs of laws apart.", HelpName = "COLUMN" };

    private readonly Option<string?> _logs = new("--log-likelihoods")
    {
        Description = "Columns of ln P of a sample at each value, * for the value.",
        HelpName = "\"lp@*\"",
    };

    private readonly Option<int> _window = new("--window") { Description = "Values on either side of a split.", HelpName = "L", DefaultValueFactory = _ => 1 };

    private readonly Option<double> _alarms = new("--false-alarms")
    {
        Description = "Chance of a transition where there is none.",
        HelpName = "A",
        DefaultValueFactory = _ => s_defaults.FalseAlarms,
    };

    private readonly Option<double> _prominence = new("--least-prominence")
    {
        Description = "Of curves without errors: least prominence of a peak, as a share of its height.",
        HelpName = "SHARE",
        DefaultValueFactory = _ => s_defaults.LeastProminence,
    };

    private readonly Option<int> _top = new("--top") { Description = "Outcomes listed at a split.", HelpName = "N", DefaultValueFactory = _ => s_defaults.Top };

    private readonly Option<bool> _geometric = new("--geometric") { Description = "Measure the parameter in its logarithm." };

    private readonly Option<bool> _linear = new("--linear") { Description = "Measure the parameter as it is." };

    private readonly Option<string> _bins = new("--bins")
    {
        Description = "Width of a bin of dates: 1d, 6h, 15min.",
        HelpName = "WIDTH",
        DefaultValueFactory = _ => "1d",
    };

    private readonly Option<string?> _data = new("--data") { Description = "Rows for a network of classes (npy, npz, csv).", HelpName = "FILE" };

    private readonly Option<string?> _cluster = Silos.Option("models run");

    private readonly SequenceArguments _sequences = new();

    public ScanCommand()
        : base("scan", "At which setting, checkpoint or day does a system change?")
    {
        Takes(_files, _over, _outcome, _observe, _probabilities, _input, _logs, _window, _alarms, _prominence, _top, _geometric, _linear, _bins);
        Takes(_data, _cluster);
        Takes(_sequences.All);
        foreach (Option<string?> column in new[] { _over, _outcome, _input })
            column.CompletesColumns(_files);
        foreach (Option<string[]> columns in new[] { _observe, _probabilities })
            columns.CompletesColumns(_files);
    }

    public override IReadOnlyList<string> Examples => ["thermo scan samples.csv --over T --outcome answer"];

    public override ReportTargets Targets { get; } = new(csv: "Write a line a split to FILE.", html: ReportTargets.Page);

    public override IEnumerable<string> Reads(ParseResult parsed) =>
        [.. Files(parsed), .. _sequences.Reads(parsed), .. new[] { parsed.GetValue(_data), parsed.GetValue(_cluster) }.OfType<string>()];

    public override async Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        List<string> files = Files(parsed);
        string? cluster = parsed.GetValue(_cluster);
        bool areModels = files.All(IsModel);
        if (cluster is not null && !areModels)
            throw new UsageException("--cluster runs models, and a scan of a table runs none: leave it out.");
        Func<Meter, IWorkers?, ScanResult> work = areModels
            ? Models(parsed, files, session.Seed, cancellation)
            : Table(parsed, files, session.Seed, cancellation);
        ScanResult result = await session.Run(
            meter => Silos.Run(cluster, "batches", workers => work(meter, workers), session.Note, cancellation), cancellation);
        return result.ToVerbResult(Path.GetFileName(files[0]));
    }

    private Func<Meter, IWorkers?, ScanResult> Models(ParseResult parsed, List<string> files, ulong seed, CancellationToken cancellation)
    {
        if (parsed.GetValue(_data) is { } data)
        {
            var networks = new NetworkRequest(files, data, parsed.GetValue(_over), Scale(parsed), Options(parsed, seed));
            return (meter, workers) => new ScanNetworks(networks.By(workers), meter, cancellation).Execute();
        }

        var request = new SequenceRequest
        {
            Files = files,
            Text = _sequences.Text(parsed, files[0]),
            Prompts = _sequences.Prompts(parsed),
            Sequences = _sequences.Sequences(parsed),
            Options = Options(parsed, seed),
            Temperature = _sequences.Temperature(parsed),
            Scale = Scale(parsed),
        };
        string over = parsed.GetValue(_over) ?? "";
        if (files.Count > 1)
            return (meter, workers) => new ScanModels(request.By(workers), meter, cancellation).Checkpoints();
        if (over == "prompt")
            return (meter, workers) => new ScanModels(request.By(workers), meter, cancellation).Prompts();
        const string Temperature = "temperature=";
        return over.StartsWith(Temperature, StringComparison.Ordinal)
            ? (meter, workers) => new ScanModels(request.By(workers), meter, cancellation).Temperatures(over[Temperature.Length..])
            : throw new UsageException($"--over '{over}' is nothing that a language model has: expected temperature=GRID, such as "
                + "temperature=.1..10:21log, or prompt; a network of classes needs --data.");
    }

    private Func<Meter, IWorkers?, ScanResult> Table(ParseResult parsed, List<string> files, ulong seed, CancellationToken cancellation)
    {
        if (files.Count > 1)
            throw new UsageException($"A scan reads one table, and {files.Count} files are given: expected one, or onnx files alone.");
        string[] observe = Names(parsed.GetValue(_observe)), probabilities = Names(parsed.GetValue(_probabilities));
        string? outcome = parsed.GetValue(_outcome), logs = parsed.GetValue(_logs), input = parsed.GetValue(_input);
        int kinds = (outcome is null ? 0 : 1) + (observe.Length == 0 ? 0 : 1) + (probabilities.Length == 0 ? 0 : 1) + (logs is null ? 0 : 1);
        if (kinds != 1)
            throw new UsageException($"A scan observes one thing{(kinds == 0 ? "" : $", and {kinds} are given")}: expected --outcome COLUMN, --observe A,B, "
                + "--probabilities P0,P1 or --log-likelihoods \"lp@*\".");
        if (input is not null && probabilities.Length == 0)
            throw new UsageException("--input tells the inputs of laws apart: expected --probabilities with it.");
        var request = new ScanTableRequest
        {
            File = files[0],
            Over = parsed.GetValue(_over) ?? throw new UsageException("A table needs --over COLUMN, the column of the control parameter."),
            Scale = Scale(parsed),
            Bins = ControlColumn.Width(parsed.GetValue(_bins)!),
            Options = Options(parsed, seed),
        };
        return (meter, _) =>
        {
            var table = new ScanTable(request, meter, cancellation);
            return outcome is not null ? table.Outcomes(outcome)
                : logs is not null ? table.Likelihoods(logs)
                : observe.Length > 0 ? table.Observed(observe)
                : input is not null ? table.Inputs(probabilities, input)
                : table.Laws(probabilities);
        };
    }

    private GridScale? Scale(ParseResult parsed)
    {
        bool geometric = parsed.GetValue(_geometric), linear = parsed.GetValue(_linear);
        return geometric && linear
            ? throw new UsageException("--geometric and --linear exclude each other: expected one of them.")
            : geometric ? GridScale.Geometric : linear ? GridScale.Linear : null;
    }

    private ScanOptions Options(ParseResult parsed, ulong seed)
    {
        int window = parsed.GetValue(_window), top = parsed.GetValue(_top);
        double alarms = parsed.GetValue(_alarms), prominence = parsed.GetValue(_prominence);
        if (window < 1)
            throw new UsageException($"--window {window} compares nothing: expected a whole number from 1.");
        if (top < 0)
            throw new UsageException($"--top {top} is no count: expected a whole number from 0.");
        if (!(alarms is > 0 and < 1))
            throw new UsageException($"--false-alarms {alarms} is no chance: expected a number above 0 and below 1.");
        if (!(prominence is >= 0 and <= 1))
            throw new UsageException($"--least-prominence {prominence} is no share: expected a number from 0 to 1.");
        bool pairs = Targets.Html(parsed) is not null;
        return new ScanOptions { Window = window, FalseAlarms = alarms, LeastProminence = prominence, Top = top, Seed = seed, Pairs = pairs };
    }

    private static bool IsModel(string file) => Path.GetExtension(file).Equals(".onnx", StringComparison.OrdinalIgnoreCase);

    /// <summary>The files; a pattern in quotes is looked up here, in the order of names.</summary>
    private List<string> Files(ParseResult parsed)
    {
        List<string> files = [];
        foreach (string name in parsed.GetValue(_files)!)
        {
            string folder = Path.GetDirectoryName(name) is { Length: > 0 } given ? given : ".";
            if (!name.Contains('*', StringComparison.Ordinal) || File.Exists(name) || !Directory.Exists(folder))
                files.Add(name);
            else
                files.AddRange(Directory.GetFiles(folder, Path.GetFileName(name)).Order(StringComparer.Ordinal));
        }

        return files.Count > 0 ? files : throw new UsageException($"No file fits '{string.Join(' ', parsed.GetValue(_files)!)}': check the pattern.");
    }

    private static string[] Names(string[]? lists) =>
        [.. (lists ?? []).SelectMany(list => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
}
