using System.CommandLine;
using ML.Thermo.Cli.Output;
using ML.Thermo.Loops.Diversity;
using ML.Thermo.Loops.Guard;
using ML.Thermo.Report;
using ML.Thermo.Report.Loops;

namespace ML.Thermo.Cli.Loops;

/// <summary><c>thermo collapse guard</c>: is a loop dying, and what would keep it alive?</summary>
internal sealed class GuardCommand : Verb
{
    private readonly Argument<string[]> _files = new("GENERATION")
    {
        Description = "Files of the generations in order (csv, tsv, jsonl; txt with --text), or one file with --generation-column.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _generation = new("--generation-column")
    {
        Description = "The column that tells generations apart in a single file.",
        HelpName = "COLUMN",
    };

    private readonly Option<string?> _category = new("--category") { Description = "The column whose values are counted.", HelpName = "COLUMN" };

    private readonly Option<string[]> _numeric = new("--numeric") { Description = "Numeric columns whose spread is watched.", HelpName = "A,B,…" };

    private readonly Option<string?> _text = new("--text")
    {
        Description = "The column of text whose tokens are counted (any name for txt files).",
        HelpName = "COLUMN",
    };

    private readonly Option<string> _tokens = new("--tokens")
    {
        Description = "What is counted in text: word, char:N or bytes.",
        HelpName = "KIND",
        DefaultValueFactory = _ => "word",
    };

    private readonly Option<string?> _reference = new("--reference")
    {
        Description = "A file of real rows (default: generation 0 is real).",
        HelpName = "FILE",
    };

    private readonly Option<double?> _share = new("--fresh-share")
    {
        Description = "Share of real rows in each generation, if it is known (default: fitted; 0 for numbers).",
        HelpName = "L",
    };

    private readonly Option<double> _retain = new("--retain")
    {
        Description = "Part of the reference's diversity that a living loop keeps.",
        HelpName = "R",
        DefaultValueFactory = _ => new LoopGuardOptions().Retain,
    };

    private readonly Option<double> _rate = new("--error-rate")
    {
        Description = "How often a wrong verdict may be given.",
        HelpName = "RATE",
        DefaultValueFactory = _ => new LoopGuardOptions().ErrorRate,
    };

    private readonly Option<double> _subsample = new("--subsample")
    {
        Description = "Share of rows to read; below 1 no temperature is fitted.",
        HelpName = "SHARE",
        DefaultValueFactory = _ => 1,
    };

    public GuardCommand()
        : base("guard", "From generations of data: is the loop dying, and what would keep it alive?")
    {
        Takes(_files, _generation, _category, _numeric, _text, _tokens, _reference, _share, _retain, _rate, _subsample);
        _tokens.Completes("word", "bytes");
        _numeric.CompletesColumns(_files);
        foreach (Option<string?> column in new[] { _generation, _category, _text })
            column.CompletesColumns(_files);
    }

    public override ReportTargets Targets { get; } = new(html: ReportTargets.Page);

    public override IEnumerable<string> Reads(ParseResult parsed) =>
        parsed.GetValue(_reference) is { } reference ? [.. parsed.GetValue(_files)!, reference] : parsed.GetValue(_files)!;

    public override async Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        GenerationRequest request = Request(parsed, session.Seed);
        var options = new LoopGuardOptions
        {
            FreshShare = parsed.GetValue(_share),
            Retain = parsed.GetValue(_retain),
            ErrorRate = parsed.GetValue(_rate),
            Seed = session.Seed,
            Subsampled = request.Subsample < 1,
        };
        if (request.Numeric.Count > 0)
        {
            NumberFinding numbers = await session.Run(
                meter =>
                {
                    (IReadOnlyList<double[,]> generations, double[,]? reference) = new GenerationReader(request, meter, cancellation).Numbers();
                    meter.Begin("simulating loops");
                    return CollapseCommand.Checked(() => NumberGuard.Judge(generations, reference, options, cancellation));
                },
                cancellation);
            return new VerbResult
            {
                Json = json => GuardJson.Write(json, numbers, options),
                Tables = console => console.Write(GuardTables.Rows(numbers)),
                Prose = () => NumberLoopSummary.Of(numbers, options),
                Page = () => Task.FromResult(HtmlReport.Of(new NumberLoopFindings
                {
                    Subject = Path.GetFileName(request.Files[0]),
                    Columns = request.Numeric,
                    Finding = numbers,
                    Options = options,
                })),
            };
        }

        LoopFindings findings = await session.Run(
            meter =>
            {
                var reader = new GenerationReader(request, meter, cancellation);
                CategoryTable table = reader.Categories();
                meter.Begin("fitting and simulating loops");
                return new LoopFindings
                {
                    Subject = Path.GetFileName(request.Files[0]),
                    Finding = CollapseCommand.Checked(() => LoopGuard.Judge(table, options, cancellation)),
                    Repetition = reader.Repetition,
                };
            },
            cancellation);
        return new VerbResult
        {
            Json = json => GuardJson.Write(json, findings),
            Tables = console => console.Write(GuardTables.Rows(findings.Finding)),
            Prose = () => findings.Summary,
            Page = () => Task.FromResult(HtmlReport.Of(findings)),
        };
    }

    private GenerationRequest Request(ParseResult parsed, ulong seed)
    {
        string[] files = parsed.GetValue(_files)!;
        string? generation = parsed.GetValue(_generation), category = parsed.GetValue(_category), text = parsed.GetValue(_text);
        const StringSplitOptions Names = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        string[] numeric = [.. (parsed.GetValue(_numeric) ?? []).SelectMany(list => list.Split(',', Names))];
        int kinds = (category is null ? 0 : 1) + (text is null ? 0 : 1) + (numeric.Length == 0 ? 0 : 1);
        if (kinds != 1)
            throw new UsageException($"Diversity is counted in one thing{(kinds == 0 ? "" : $", and {kinds} are given")}: expected --category COLUMN, --text "
                + "COLUMN or --numeric A,B.");
        if (generation is not null && files.Length > 1)
            throw new UsageException($"--generation-column tells generations apart in one file, and {files.Length} are given: leave it out, or give one file.");
        if (generation is null && files.Length == 1)
            throw new UsageException($"'{files[0]}' is a single generation: give the files of at least two, or --generation-column for one file with all.");
        double subsample = parsed.GetValue(_subsample);
        if (!(subsample > 0 && subsample <= 1))
            throw new UsageException($"--subsample {subsample} is not a share of rows: expected a number above 0 and up to 1.");
        return new GenerationRequest
        {
            Files = files,
            GenerationColumn = generation,
            Column = category ?? text,
            Tokens = text is null ? null : CollapseCommand.Checked(() => Tokens.Parse(parsed.GetValue(_tokens)!)),
            Numeric = numeric,
            Reference = parsed.GetValue(_reference),
            Subsample = subsample,
            Seed = seed,
        };
    }
}
