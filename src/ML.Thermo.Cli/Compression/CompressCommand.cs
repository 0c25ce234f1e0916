using System.CommandLine;
using ML.Thermo.Cli.Layers;
using ML.Thermo.Cli.Output;
using ML.Thermo.Cli.Sharing;
using ML.Thermo.Onnx.Compression;
using ML.Thermo.Report;
using ML.Thermo.Report.Compression;
using ML.Thermo.Report.Fields;

namespace ML.Thermo.Cli.Compression;

/// <summary><c>thermo compress</c>: a network in fewer bits, in thermal equilibrium.</summary>
internal sealed class CompressCommand : Verb
{
    private const double UsualLoss = 0.01;

    private readonly Argument<string> _model = new("MODEL") { Description = "The .onnx file." };

    private readonly Option<string?> _data = new("--data")
    { Description = "Rows to measure loss on, in random order: .npy, .npz with an array an input, or .csv (default: noise).", HelpName = "FILE" };

    private readonly Option<int?> _rows = new("--rows") { Description = "Most rows to use.", HelpName = "N" };

    private readonly Option<string[]> _dim = new("--dim") { Description = "A free extent of the noise.", HelpName = "NAME=N" };

    private readonly Option<string> _bits = new("--bits")
    { Description = "Widths to choose from: some of 2, 3, 4, 5, 6, 7, 8, 16.", HelpName = "A,B,…", DefaultValueFactory = _ => "4,8" };

    private readonly Option<string?> _size = new("--size") { Description = "The largest file: 25%, 5MB, 400kB or bytes.", HelpName = "SIZE" };

    private readonly Option<double?> _maxLoss = new("--max-loss")
    { Description = $"The most loss, against the network as it was (default {UsualLoss} if no size is given).", HelpName = "L" };

    private readonly Option<double?> _averageBits = new("--average-bits") { Description = "Most bits a weight, scales counted, on average.", HelpName = "B" };

    private readonly Option<string> _loss = new("--loss")
    { Description = "kl (nats a row), relative (squared change over variance), or auto.", HelpName = "KIND", DefaultValueFactory = _ => "auto" };

    private readonly Option<string?> _output = new("--output") { Description = "The output that loss is measured at (default: the first).", HelpName = "NAME" };

    private readonly Option<string[]> _keep = new("--keep") { Description = "Layers that stay as they are; * stands for any text.", HelpName = "GLOB" };

    private readonly Option<int> _bath = new("--bath")
    { Description = "Rounds of exchange with all layers rounded.", HelpName = "N", DefaultValueFactory = _ => new CompressionOptions().BathRounds };

    private readonly Option<string> _prefer = new("--prefer")
    {
        Description = "What the file is best at: size, memory (4 and 8 bits alone) or speed (floats once loaded).",
        HelpName = "WHAT",
        DefaultValueFactory = _ => "size",
    };

    private readonly Option<string?> _rounding = new("--rounding")
    { Description = "compensated (later columns make up for earlier ones; needs rows) or nearest (default: compensated with --data).", HelpName = "KIND" };

    private readonly Option<string?> _out = new("--out") { Description = "The compressed .onnx file to write and measure.", HelpName = "FILE" };

    private readonly Option<string?> _cluster = Silos.Option("layers and widths measured");

    public CompressCommand()
        : base("compress", "A network in fewer bits: widths in thermal equilibrium, loss forecast and measured.")
    {
        _loss.Completes("auto", "kl", "relative");
        _prefer.Completes("size", "memory", "speed");
        _rounding.Completes("nearest", "compensated");
        Takes(_model, _data, _rows, _dim, _bits, _size, _maxLoss, _averageBits, _loss, _output, _keep, _bath, _prefer, _rounding, _out, _cluster);
        Definition.Validators.Add(result =>
        {
            bool[] goals = [result.GetValue(_size) is not null, result.GetValue(_maxLoss) is not null, result.GetValue(_averageBits) is not null];
            if (goals.Count(given => given) > 1)
                result.AddError("Give one of --size, --max-loss and --average-bits.");
            if (result.GetValue(_data) is not null && (result.GetValue(_dim) ?? []).Length > 0)
                result.AddError("--dim is for noise: leave it out, or --data.");
        });
    }

    public override IReadOnlyList<string> Examples => ["thermo compress network.onnx --data rows.npy --size 25% --out small.onnx"];

    public override string Closing => """
        Examples:
          thermo compress model.onnx --data rows.npz --max-loss 0.01 --out small.onnx
          thermo compress model.onnx --data rows.npy --bits 2,3,4,5,6,8 --size 15%
          thermo compress model.onnx --average-bits 5 --keep 'head*' --out small.onnx
          thermo compress net.onnx --data x.npz --out small.onnx --cluster cluster.json
        """;

    public override ReportTargets Targets { get; } = new(csv: "Write a row a layer to FILE.", html: ReportTargets.Page);

    public override IEnumerable<string> Reads(ParseResult parsed) => new[] { parsed.GetValue(_model), parsed.GetValue(_data), parsed.GetValue(_cluster) }
        .OfType<string>();

    public override async Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        CompressRequest request = UsageException.Of(() => Request(parsed, session));
        CompressResult result = await session.Run(
            meter => Silos.Run(parsed.GetValue(_cluster), "pieces", workers => new CompressRun(request.By(workers), session.Note).Execute(meter, cancellation),
                session.Note, cancellation), cancellation);
        CompressionFindings findings = result.Findings;
        IReadOnlyList<StoredLayer> layers = StoredLayer.Of(findings.Network);
        return new VerbResult
        {
            Json = json => CompressJson.Write(json, findings),
            Tables = console => console.Write(Sheet.Of(CompressionFields.All, layers)),
            Prose = () => findings.Summary,
            Csv = () => FieldWriters.Csv(CompressionFields.All, layers),
            Page = () => Task.FromResult(HtmlReport.Of(findings)),
            Holds = result,
        };
    }

    private CompressRequest Request(ParseResult parsed, Session session)
    {
        string? path = parsed.GetValue(_out);
        FileTarget? target = path is null ? null : session.Writes("--out", path);
        foreach (string input in Reads(parsed))
            session.Reads(input);
        if (parsed.GetValue(_rows) is { } rows && rows < 3)
            throw new UsageException($"--rows {rows} is too few: expected at least 3, two thirds to plan and one to measure.");
        if (parsed.GetValue(_bath) is var bath && bath < 0)
            throw new UsageException($"--bath {bath} is no number of rounds: expected 0 or more.");
        return new CompressRequest
        {
            Model = parsed.GetValue(_model)!,
            Data = parsed.GetValue(_data),
            Rows = parsed.GetValue(_rows),
            Extents = DataRequest.ParseExtents(parsed.GetValue(_dim) ?? []),
            Menu = Menu(parsed.GetValue(_bits)!),
            Options = new CompressionOptions
            {
                Loss = Loss(parsed.GetValue(_loss)!),
                Output = parsed.GetValue(_output),
                Keep = parsed.GetValue(_keep) ?? [],
                BathRounds = bath,
                Prefer = Preference(parsed.GetValue(_prefer)!),
                Rounding = Rounding(parsed.GetValue(_rounding) ?? (parsed.GetValue(_data) is null ? "nearest" : "compensated")),
            },
            Goal = GoalOf(parsed),
            Out = target,
            OutPath = path,
            Seed = session.Seed,
        };
    }

    private Goal GoalOf(ParseResult parsed)
    {
        if (parsed.GetValue(_size) is { } size)
            return Goal.ParseSize(size);
        if (parsed.GetValue(_averageBits) is { } bits)
        {
            return bits > 0 && double.IsFinite(bits) ? new Goal.AverageBits(bits)
                : throw new UsageException($"--average-bits {bits} is no width: expected a number above 0.");
        }

        double loss = parsed.GetValue(_maxLoss) ?? UsualLoss;
        return loss >= 0 && double.IsFinite(loss) ? new Goal.Loss(loss)
            : throw new UsageException($"--max-loss {loss} is no loss: expected a number of 0 or more.");
    }

    private static CompressionMenu Menu(string text)
    {
        try
        {
            return CompressionMenu.Parse(text);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"--bits {e.Message.Split(" (Parameter", 2)[0]}");
        }
    }

    private static CompressionPreference Preference(string text) => text.ToLowerInvariant() switch
    {
        "size" => CompressionPreference.Size,
        "memory" => CompressionPreference.Memory,
        "speed" => CompressionPreference.Speed,
        _ => throw new UsageException($"Unknown --prefer '{text}': expected size, memory or speed."),
    };

    private static CompressionRounding Rounding(string text) => text.ToLowerInvariant() switch
    {
        "nearest" => CompressionRounding.Nearest,
        "compensated" => CompressionRounding.Compensated,
        _ => throw new UsageException($"Unknown --rounding '{text}': expected nearest or compensated."),
    };

    private static CompressionLoss Loss(string text) => text.ToLowerInvariant() switch
    {
        "auto" => CompressionLoss.Auto,
        "kl" => CompressionLoss.Divergence,
        "relative" => CompressionLoss.Relative,
        _ => throw new UsageException($"Unknown --loss '{text}': expected kl, relative or auto."),
    };
}
