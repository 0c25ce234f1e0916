using System.CommandLine;
using System.Globalization;
using ML.Thermo.Energies;
using ML.Thermo.Explanations;
using ML.Thermo.Explanations.Weighted;
using ML.Thermo.Onnx.Explanations;
using ML.Thermo.Report;
using ML.Thermo.Report.Explanations;

namespace ML.Thermo.Cli.Explanations;

/// <summary><c>thermo explain</c>: why a prediction came out so.</summary>
internal sealed class ExplainCommand : Verb
{
    private readonly Argument<string> _model = new("MODEL") { Description = "A network (.onnx), or a table (.csv, .tsv) whose linear model is explained." };
    private readonly Option<string?> _data = new("--data") { Description = "The network's rows: .csv, .npy or .npz.", HelpName = "FILE" };
    private readonly Option<string?> _label = new("--label") { Description = "The column that the linear model learns.", HelpName = "COLUMN" };
    private readonly Option<string[]> _without = new("--without") { Description = "Columns that are no features of the linear model.", HelpName = "A,B,…" };
    private readonly Option<string> _energy = new("--energy")
    {
        Description = "Its loss: mse, mae or ce.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "mse",
    };
    private readonly Option<string> _row = new("--row") { Description = "Rows to explain, from 0: 5, 5,9,12 or all.", HelpName = "N", Required = true };
    private readonly Option<string?> _output = new("--output")
    {
        Description = "The network's output (default: the first of real numbers).",
        HelpName = "NAME",
    };
    private readonly Option<int?> _class = new("--class") { Description = "Which number of the output (default: the predicted class).", HelpName = "C" };
    private readonly Option<bool> _logOdds = new("--log-odds") { Description = "Explain the log-odds of the class." };
    private readonly Option<string?> _input = new("--input") { Description = "The input whose numbers are features.", HelpName = "NAME" };
    private readonly Option<string?> _superpixels = new("--superpixels")
    {
        Description = "Parts of a picture as features: 4x4 or slic:50.",
        HelpName = "PARTS",
    };
    private readonly Option<string> _fill = new("--fill")
    {
        Description = "What a removed part is filled with: mean (of each channel over the data), zero or a number.",
        HelpName = "VALUE",
        DefaultValueFactory = _ => "mean",
    };
    private readonly Option<long?> _mask = new("--mask-token") { Description = "The id that stands for a removed token.", HelpName = "ID" };
    private readonly Option<string?> _vocabulary = new("--vocabulary")
    {
        Description = "A file with a token a line, to show words instead of ids.",
        HelpName = "FILE",
    };
    private readonly Option<string> _radius = new("--radius")
    {
        Description = "How far numbers move, in standard deviations.",
        HelpName = "A,B,…",
        DefaultValueFactory = _ => "0.5,1",
    };
    private readonly Option<int> _replicates = new("--replicates")
    {
        Description = "Blocks of features dealt so many times: errors and stability.",
        HelpName = "R",
        DefaultValueFactory = _ => new ExplainOptions().Replicates,
    };
    private readonly Option<double?> _price = new("--price") { Description = "Take the features that are best at this price.", HelpName = "THETA" };
    private readonly Option<double?> _faithful = new("--faithful") { Description = "Take the fewest features with U of at most this.", HelpName = "U" };
    private readonly Option<int?> _features = new("--features") { Description = "Take so many features.", HelpName = "K" };
    private readonly Option<bool> _pairs = new("--pairs") { Description = "Measure pairs of features where curvature is largest." };
    private readonly Option<string> _neighbourhood = new("--neighbourhood")
    {
        Description = "orthogonal, gaussian (5,000 rows at random, as in the paper), or given: the rows of --neighbours.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "orthogonal",
    };
    private readonly Option<string?> _neighbours = new("--neighbours")
    {
        Description = "Your own rows around the explained one: a table with a column a feature.",
        HelpName = "FILE",
    };
    private readonly Option<string?> _weights = new("--weights")
    {
        Description = "Weights of random or given rows: projection (the default), lda, euclidean, uniform.",
        HelpName = "NAME",
    };
    private readonly Option<double?> _threshold = new("--threshold") { Description = "Between two classes of outputs, for lda.", HelpName = "Y" };
    private readonly Option<string> _device = new("--device")
    {
        Description = "Where the network runs: cpu, cuda, cuda:N, auto or provider:NAME.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "cpu",
    };
    private readonly Option<int> _batch = new("--batch") { Description = "Rows that run at once.", HelpName = "N", DefaultValueFactory = _ => 128 };

    public ExplainCommand()
        : base("explain", "Why a prediction came out so, in as few features as it honestly takes.")
    {
        Takes(
            _model, _data, _label, _without, _energy, _row, _output, _class, _logOdds, _input, _superpixels, _fill, _mask, _vocabulary, _radius,
            _replicates, _price, _faithful, _features, _pairs, _neighbourhood, _neighbours, _weights, _threshold, _device, _batch);
        Group("What to explain", _data, _label, _without, _energy, _row, _output, _class, _logOdds, _input, _device, _batch);
        Group("Features", _superpixels, _fill, _mask, _vocabulary, _pairs);
        Group("How to explain", _radius, _replicates, _price, _faithful, _features, _neighbourhood, _neighbours, _weights, _threshold);
        _energy.Completes([.. Energy.All.Select(energy => energy.Name)]);
        _row.Completes("all");
        _fill.Completes("mean", "zero");
        _neighbourhood.Completes("orthogonal", "gaussian", "given");
        _weights.Completes("projection", "lda", "euclidean", "uniform");
        _label.CompletesColumns(_model);
        _without.CompletesColumns(_model);
        _device.IsDevice();
    }

    public override IReadOnlyList<string> Examples => ["thermo explain model.onnx --data rows.csv --row 5"];

    public override string Closing => """
        Examples:
          thermo explain model.onnx --data rows.csv --row 5,9 --log-odds
          thermo explain picture.onnx --data pictures.npz --row 0 --superpixels slic:50
          thermo explain text.onnx --data ids.npz --row 0 --mask-token 103
          thermo explain data.csv --label y --row all --csv effects.csv
        """;

    public override ReportTargets Targets { get; } = new(csv: "Write a line a row and feature to FILE.", html: ReportTargets.Page);

    public override IEnumerable<string> Reads(ParseResult parsed) =>
        new[] { parsed.GetValue(_model), parsed.GetValue(_data), parsed.GetValue(_vocabulary), parsed.GetValue(_neighbours) }.OfType<string>();

    public override async Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        ExplainRequest request = UsageException.Of(() => Request(parsed, session.Seed));
        if (request.Neighbours is { } neighbours)
            request = request with { Given = GivenRows.Read(neighbours) };
        IReadOnlyList<Explanation> found = await session.Run(
            meter => request.IsNetwork ? NetworkRun.Explain(request, meter, cancellation) : LinearRun.Explain(request, meter, session.Note, cancellation),
            cancellation);
        var findings = new ExplanationFindings { Subject = Path.GetFileName(request.Model), Explanations = found };
        return new VerbResult
        {
            Json = json => ExplainJson.Write(json, found),
            Tables = console => ExplainTables.Write(console, found),
            Prose = () => findings.Summary,
            Csv = () => ExplanationFields.Csv(found),
            Page = () => Task.FromResult(HtmlReport.Of(findings)),
        };
    }

    private ExplainRequest Request(ParseResult parsed, ulong seed)
    {
        var request = new ExplainRequest
        {
            Model = parsed.GetValue(_model)!,
            Data = parsed.GetValue(_data),
            Label = parsed.GetValue(_label),
            Without = [.. Names(parsed.GetValue(_without) ?? [])],
            Energy = parsed.GetValue(_energy)!,
            Rows = ParseRows(parsed.GetValue(_row)!),
            Output = new() { Output = parsed.GetValue(_output), Class = parsed.GetValue(_class), LogOdds = parsed.GetValue(_logOdds) },
            Input = parsed.GetValue(_input),
            Superpixels = parsed.GetValue(_superpixels) is { } text ? Checked(() => Superpixels.Parse(text)) : null,
            Fill = ParseFill(parsed.GetValue(_fill)!),
            MaskToken = parsed.GetValue(_mask),
            Vocabulary = parsed.GetValue(_vocabulary),
            Device = parsed.GetValue(_device)!,
            Batch = parsed.GetValue(_batch) is var batch && batch >= 1 ? batch : throw new UsageException($"--batch {batch} is too few: expected at least 1."),
            Pairs = parsed.GetValue(_pairs),
            Explain = new() { Replicates = Replicates(parsed), Radii = ParseRadii(parsed.GetValue(_radius)!), Seed = seed, Choice = Choice(parsed) },
        };
        request = request with { Weighted = Weighted(parsed, request.Explain.Choice), Neighbours = parsed.GetValue(_neighbours) };
        if (request.IsNetwork && request.Data is null)
            throw new UsageException($"'{request.Model}' is explained on rows of data: give them with --data FILE.");
        return request.IsNetwork || request.Label is not null ? request
            : throw new UsageException($"'{request.Model}' is a table: say with --label COLUMN what its linear model learns, or give a network (.onnx).");
    }

    private int Replicates(ParseResult parsed) => parsed.GetValue(_replicates) is var count and >= 1 and <= 1024 ? count
        : throw new UsageException($"--replicates {parsed.GetValue(_replicates)} is outside 1 to 1024.");

    private FeatureChoice Choice(ParseResult parsed)
    {
        double? price = parsed.GetValue(_price), faithful = parsed.GetValue(_faithful);
        int? features = parsed.GetValue(_features);
        int given = (price is null ? 0 : 1) + (faithful is null ? 0 : 1) + (features is null ? 0 : 1);
        if (given > 1)
            throw new UsageException("The number of features is chosen one way: expected one of --price, --faithful and --features.");
        return Checked(() => price is { } theta ? FeatureChoice.AtPrice(theta) : faithful is { } u ? FeatureChoice.Faithfulness(u)
            : features is { } k ? FeatureChoice.Features(k) : FeatureChoice.WidestRange);
    }

    private WeightedOptions? Weighted(ParseResult parsed, FeatureChoice choice)
    {
        string name = parsed.GetValue(_neighbourhood)!;
        string? weights = parsed.GetValue(_weights), neighbours = parsed.GetValue(_neighbours);
        if (name is not ("orthogonal" or "gaussian" or "given"))
            throw new UsageException($"--neighbourhood '{name}' is unknown: expected orthogonal, gaussian or given.");
        if (name == "given" != (neighbours is not null))
            throw new UsageException(name == "given" ? "--neighbourhood given has no rows: give them with --neighbours FILE."
                : $"--neighbours '{neighbours}' are not used: expected --neighbourhood given beside them.");
        if (name == "orthogonal")
            return weights is null ? null
                : throw new UsageException($"--weights {weights} are of random or given rows: expected --neighbourhood gaussian or given beside them.");
        if (!Enum.TryParse(weights ?? nameof(SimilarityWeights.Projection), ignoreCase: true, out SimilarityWeights kind) || !Enum.IsDefined(kind))
            throw new UsageException($"--weights '{weights}' are unknown: expected projection, lda, euclidean or uniform.");
        return new() { Weights = kind, Threshold = parsed.GetValue(_threshold) ?? double.NaN, Choice = choice };
    }

    private static IReadOnlyList<long>? ParseRows(string text) => text == "all" ? null : [.. Names([text]).Select(part =>
        long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out long row) ? row
            : throw new UsageException($"--row '{part}' is no row: expected whole numbers from 0, as in 5,9, or all."))];

    private static double[] ParseRadii(string text)
    {
        double[] radii = [.. Names([text]).Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double radius)
            && radius > 0 && double.IsFinite(radius) ? radius
            : throw new UsageException($"--radius '{part}' is no distance: expected positive numbers, as in 0.5,1."))];
        return radii.Zip(radii.Skip(1)).All(pair => pair.First < pair.Second) && radii.Length > 0 ? radii
            : throw new UsageException($"--radius {text}: expected positive numbers in ascending order, as in 0.5,1.");
    }

    private static double? ParseFill(string text) => text == "mean" ? null : text == "zero" ? 0
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value
        : throw new UsageException($"--fill '{text}' is unknown: expected mean, zero or a number.");

    private static IEnumerable<string> Names(IEnumerable<string> lists) =>
        lists.SelectMany(list => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    /// <summary>What is wrong with an option's value is wrong usage.</summary>
    private static T Checked<T>(Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message.Split(" (Parameter")[0].ReplaceLineEndings(" "));
        }
    }
}
