using System.CommandLine;
using ML.Thermo.Cli.Joules;
using ML.Thermo.Cli.Output;
using ML.Thermo.Cli.Sharing;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Report;
using ML.Thermo.Report.Layers;

namespace ML.Thermo.Cli.Layers;

/// <summary><c>thermo layers</c>: an imported network, layer by layer.</summary>
internal sealed class LayersCommand : Verb
{
    private readonly Argument<string> _model = new("MODEL") { Description = "An .onnx file." };

    private readonly Option<bool> _weightsOnly = new("--weights-only") { Description = "Analyse the weights and run nothing." };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "Inputs to run: .npz with an array an input, .npy or .csv for one input.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _synthetic = new("--synthetic") { Description = "Run noise: normal numbers, ids from their table, masks of 1." };

    private readonly Option<int?> _rows = new("--rows") { Description = "Rows of noise (default 256; down to 16 for large inputs).", HelpName = "N" };

    private readonly Option<string[]> _dim = new("--dim") { Description = "A free extent of the noise (default 1; 16 places of ids).", HelpName = "NAME=N" };

    private readonly Option<string?> _labels = new("--labels")
    {
        Description = "What the rows should give: whole numbers are classes, others targets; .npy or .csv (default: the network's own outputs).",
        HelpName = "FILE",
    };

    private readonly Option<string?> _energy = new("--energy") { Description = "Loss: ce or mse (default: by the output and the labels).", HelpName = "NAME" };

    private readonly Option<double?> _residualVariance = new("--residual-variance")
    {
        Description = "Noise of the targets, loss units: gives a T to squared error without labels.",
        HelpName = "V",
    };

    private readonly Option<bool> _sharpness = new("--sharpness") { Description = "Also the curvature of the loss at the trained weights, by layer." };

    private readonly Option<string> _init = new("--init")
    {
        Description = "Assumed law of all weights before training: auto takes He, Glorot or LeCun by activation.",
        HelpName = "auto|LAW",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<string[]> _initFor = new("--init-for")
    {
        Description = "Assumed law of some layers' weights; * and ? as in --layers.",
        HelpName = "LAYER=LAW",
    };

    private readonly Option<string> _device = new("--device")
    {
        Description = "cpu, cuda, cuda:N, auto, or provider:NAME.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "cpu",
    };

    private readonly Option<string?> _cluster = Silos.Option("the draws made");

    private readonly Option<int> _batch = new("--batch")
    {
        Description = "Rows that run at once.",
        HelpName = "N",
        DefaultValueFactory = _ => DataRequest.RowsOfABatch,
    };

    private readonly Option<double> _precision = new("--precision")
    {
        Description = "Relative error of T at which draws stop; 0 makes all --draws.",
        HelpName = "SHARE",
        DefaultValueFactory = _ => 0.05,
    };

    private readonly Option<bool> _signalsOnly = new("--signals-only") { Description = "Run the data once and no more: no temperatures, no weights." };

    private readonly Option<string[]> _layers = new("--layers")
    {
        Description = "Only layers of these names; * stands for any text, ? for one character.",
        HelpName = "GLOB",
    };

    private readonly Option<bool> _joules = new("--joules") { Description = "Measure what the analysis costs: reading, running, weights." };

    private readonly Option<string[]> _set = new("--set")
    { Description = "Sets an input to one value for good and decides what follows from it.", HelpName = "NAME=VALUE" };

    private readonly Option<string[]> _output = new("--output") { Description = "Keeps only this output and what it needs.", HelpName = "NAME" };

    private readonly Option<bool> _quick = new("--quick") { Description = "Leave out spectra: one pass over the weights." };

    private readonly Option<string?> _against = new("--against") { Description = "Compare with another .onnx file, layer by layer.", HelpName = "FILE" };

    private readonly Option<bool> _all = new("--all") { Description = "Tables of all layers, where ten would do." };

    public LayersCommand()
        : base("layers", "The layers of an ONNX network.")
    {
        Takes(
            _model, _weightsOnly, _data, _labels, _synthetic, _rows, _dim, _energy, _init, _initFor,
            _device, _batch, _precision, _residualVariance, _sharpness, _signalsOnly, _layers, _joules, _set, _output, _quick, _against, _all, _cluster);
        Group("What to run", _data, _labels, _synthetic, _rows, _dim, _set, _output, _device, _cluster, _batch);
        Group("What to measure", _weightsOnly, _signalsOnly, _sharpness, _quick, _layers, _against, _joules, _precision);
        Group("What is assumed", _init, _initFor, _energy, _residualVariance);
        Group("Output", _all);
        _energy.Completes("ce", "mse");
        _init.Completes(["auto", .. Values.Laws]);
        _device.IsDevice();
        Definition.Validators.Add(result =>
        {
            bool data = result.GetValue(_data) is not null, synthetic = result.GetValue(_synthetic);
            if (data && synthetic)
                result.AddError("Give --data or --synthetic, not both.");
            if (result.GetValue(_weightsOnly) && (data || synthetic))
                result.AddError("--weights-only runs nothing: leave out --data and --synthetic, or --weights-only.");
            bool labels = result.GetValue(_labels) is not null, residualVariance = result.GetValue(_residualVariance) is not null,
                sharpness = result.GetValue(_sharpness);
            if (!data && labels)
                result.AddError("--labels needs --data.");
            if (!data && !synthetic && (residualVariance || sharpness))
                result.AddError($"{(sharpness ? "--sharpness" : "--residual-variance")} needs --data or --synthetic.");
            if (result.GetValue(_cluster) is not null && (!(data || synthetic) || result.GetValue(_signalsOnly) || result.GetValue(_against) is not null))
                result.AddError("--cluster makes draws: it needs --data or --synthetic, and neither --signals-only nor --against.");
            if (result.GetValue(_cluster) is not null && result.GetValue(_device) is not (null or "cpu"))
                result.AddError("--cluster draws on the processors of its silos: leave out --device.");
            if (labels && residualVariance)
                result.AddError("--residual-variance stands in for labels: leave out one of them.");
            if (result.GetValue(_signalsOnly) && (labels || residualVariance || sharpness))
                result.AddError($"--signals-only asks for no loss, so {(labels ? "--labels" : sharpness ? "--sharpness" : "--residual-variance")} has no " +
                    "use: leave out one of them.");
        });
    }

    public override IReadOnlyList<string> Examples => ["thermo layers network.onnx"];

    public override string Closing => """
        Examples:
          thermo layers model.onnx
          thermo layers model.onnx --data test.npz --labels labels.npy
          thermo layers model.onnx --data test.npz --residual-variance 0.1 --sharpness
          thermo layers model.onnx --synthetic --signals-only --dim length=128
          thermo layers model.onnx --layers 'conv*' --csv layers.csv
          thermo layers model.onnx --set sr=16000 --synthetic --signals-only
          thermo layers model.onnx --against quantised.onnx --data test.npz
          thermo layers model.onnx --json - --quiet
        """;

    public override ReportTargets Targets { get; } = new(csv: "Write a row a layer to FILE.", html: ReportTargets.Page);

    public override IEnumerable<string> Reads(ParseResult parsed) =>
        new[] { parsed.GetValue(_model), parsed.GetValue(_data), parsed.GetValue(_labels), parsed.GetValue(_against), parsed.GetValue(_cluster) }
            .OfType<string>();

    public override async Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        LayersRequest request = UsageException.Of(() => Request(parsed, session));
        if (request.Against is not null)
            return await Compare(request, session, cancellation);
        var run = new LayersRun(request, session.Note);
        LayersResult result = await session.Run(meter => run.Execute(meter, cancellation), cancellation);
        return new VerbResult
        {
            Json = json => LayersJson.Write(json, result),
            Tables = console => LayersTables.Write(console, result, parsed.GetValue(_all)),
            Prose = () => result.Findings.Summary.Concat(new[] { string.Join(' ', NetworkSummary.Brackets(result.Findings)) }.Where(signs =>
                signs.Length > 0)).Concat(JoulesSentence.Each("the analysis", result.Joules)),
            Csv = () => FieldWriters.Csv(new LayerFields(result.Findings).Csv, result.Rows),
            Page = () => Task.FromResult(HtmlReport.Of(result.Findings)),
            Holds = result,
            Exit = result.Findings.NonFinite is null ? ExitCode.Done : ExitCode.Failed,
            Reason = result.Findings.NonFinite?.Message,
        };
    }

    private static async Task<VerbResult> Compare(LayersRequest request, Session session, CancellationToken cancellation)
    {
        ComparisonResult result = await session.Run(meter => new ComparisonRun(request, session.Note).Execute(meter, cancellation), cancellation);
        return new VerbResult
        {
            Json = json => ComparisonOutput.Write(json, result),
            Tables = console => ComparisonOutput.Write(console, result),
            Csv = () => ComparisonOutput.Csv(result),
            Page = () => Task.FromResult(HtmlReport.Of(result.Findings)),
            Holds = result,
        };
    }

    private LayersRequest Request(ParseResult parsed, Session session) => new()
    {
        Model = parsed.GetValue(_model)!,
        Initialization = Initialization(parsed),
        Globs = parsed.GetValue(_layers) ?? [],
        Data = parsed.GetValue(_data) is not null || parsed.GetValue(_synthetic) ? Data(parsed, session) : null,
        Seed = session.Seed,
        MetersRun = parsed.GetValue(_joules),
        Set = Settings(parsed.GetValue(_set) ?? []),
        Outputs = parsed.GetValue(_output) ?? [],
        Quick = parsed.GetValue(_quick),
        Against = parsed.GetValue(_against),
    };

    private static Dictionary<string, string> Settings(IEnumerable<string> given)
    {
        Dictionary<string, string> settings = new(StringComparer.Ordinal);
        foreach (string text in given)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new ThermoException($"--set '{text}' is not NAME=VALUE: expected, say, sr=16000.");
            settings[text[..equals]] = text[(equals + 1)..];
        }

        return settings;
    }

    private DataRequest Data(ParseResult parsed, Session session)
    {
        string? energy = parsed.GetValue(_energy)?.ToLowerInvariant();
        if (energy is not (null or "ce" or "mse"))
            throw new ThermoException($"Unknown --energy '{energy}': expected ce or mse.");
        double precision = parsed.GetValue(_precision);
        if (!(precision >= 0 && double.IsFinite(precision)))
            throw new ThermoException($"--precision {precision} is no relative error: expected 0 or more.");
        double? residualVariance = parsed.GetValue(_residualVariance);
        if (residualVariance is { } noise && !(noise > 0 && double.IsFinite(noise)))
            throw new ThermoException($"--residual-variance {noise} is no variance: expected a number above 0, in units of the loss.");
        return new DataRequest
        {
            File = parsed.GetValue(_data),
            Rows = parsed.GetValue(_rows) is { } rows ? Positive("--rows", rows) : null,
            Extents = DataRequest.ParseExtents(parsed.GetValue(_dim) ?? []),
            Labels = parsed.GetValue(_labels),
            Energy = energy,
            Device = parsed.GetValue(_device)!,
            Cluster = parsed.GetValue(_cluster),
            Batch = Positive("--batch", parsed.GetValue(_batch)),
            Draws = parsed.GetValue(_signalsOnly) ? 0 : session.Draws,
            Precision = precision,
            ResidualVariance = residualVariance ?? double.NaN,
            Sharpness = parsed.GetValue(_sharpness),
        };
    }

    private NetworkInitialization Initialization(ParseResult parsed)
    {
        string common = parsed.GetValue(_init)!;
        NetworkInitialization initialization = common == "auto" ? NetworkInitialization.Auto
            : NetworkInitialization.Auto.With("*", InitializationScheme.Parse(common));
        foreach (string exception in parsed.GetValue(_initFor) ?? [])
        {
            int equals = exception.LastIndexOf('=');
            if (equals <= 0)
                throw new ThermoException($"--init-for '{exception}' is not LAYER=LAW: expected, say, conv1=normal:0,0.5.");
            initialization = initialization.With(exception[..equals], InitializationScheme.Parse(exception[(equals + 1)..]));
        }

        return initialization;
    }

    private static int Positive(string option, int value) =>
        value >= 1 ? value : throw new ThermoException($"{option} {value} is too few: expected at least 1.");
}
