using System.CommandLine;
using System.Text;
using ML.Thermo.Cli.Output;
using ML.Thermo.Onnx.Guards;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Report;
using ML.Thermo.Report.Guards;

namespace ML.Thermo.Cli.Guards;

/// <summary><c>thermo guard fit</c>: learns what a network's input is like, and tries what damage it would see.</summary>
internal sealed class FitGuardCommand : Verb
{
    private readonly Argument<string> _model = new("MODEL") { Description = "The .onnx file, with one input of real numbers." };

    private readonly Option<string> _reference = new("--reference")
    { Description = "Rows on which the network is known to work: .npy, .npz or .csv.", HelpName = "FILE", Required = true };

    private readonly Option<string?> _out = new("--out") { Description = "The guard to write.", HelpName = "FILE" };

    private readonly Option<double> _alarms = new("--false-alarms")
    { Description = "Wanted share of false alarms.", HelpName = "A", DefaultValueFactory = _ => new NetworkGuardOptions().FalseAlarms };

    private readonly Option<string> _score = new("--score")
    { Description = "What to look at: layers, input, joined, or auto, what sees most.", HelpName = "NAME", DefaultValueFactory = _ => "auto" };

    public FitGuardCommand()
        : base("fit", "Learn what a network's input is like, damage it, and say what would be seen.")
    {
        Takes(_model, _reference, _out, _alarms, _score);
        _score.Completes("auto", "layers", "input", "joined");
    }

    public override ReportTargets Targets { get; } = new(csv: "Write a row for each damage to FILE.", html: ReportTargets.Page);

    public override IEnumerable<string> Reads(ParseResult parsed) => new[] { parsed.GetValue(_model), parsed.GetValue(_reference) }.OfType<string>();

    public override async Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        FileTarget? target = parsed.GetValue(_out) is { } path ? session.Writes("--out", path) : null;
        foreach (string input in Reads(parsed))
            session.Reads(input);
        NetworkGuardOptions options = new()
        {
            FalseAlarms = InputGuardCommand.Rate(parsed.GetValue(_alarms)),
            Score = Score(parsed.GetValue(_score)!),
            Seed = session.Seed,
        };
        (NetworkGuard guard, double cost) = await session.Run(
            meter =>
            {
                meter.Begin("damaging rows and reading layers", "fewer rows of --reference take less time");
                using OnnxModel model = OnnxModel.Open(parsed.GetValue(_model)!);
                NetworkInputs reference = NetworkInputs.Read(parsed.GetValue(_reference)!, model);
                NetworkGuard fitted = NetworkGuard.Fit(model, reference, options, meter, cancellation);
                return (fitted, GuardCost.Measure(fitted, model, reference, cancellation));
            },
            cancellation);
        target?.Place(Encoding.UTF8.GetBytes(guard.ToJson()));
        IReadOnlyList<DamageRow> damage = DamageRow.Of(guard.Power);
        var findings = new GuardFindings { Guard = guard, Cost = cost };
        return new VerbResult
        {
            Json = json => GuardJson.Write(json, guard, cost),
            Tables = console => console.Write(Sheet.Of(DamageFields.All, damage)),
            Prose = () => findings.Summary,
            Csv = () => FieldWriters.Csv(DamageFields.All, damage),
            Page = () => Task.FromResult(HtmlReport.Of(findings)),
        };
    }

    private static GuardScore? Score(string text) => text.ToLowerInvariant() switch
    {
        "auto" => null,
        "layers" => GuardScore.Layers,
        "input" => GuardScore.Input,
        "joined" => GuardScore.Joined,
        _ => throw new UsageException($"Unknown --score '{text}': expected layers, input, joined or auto."),
    };
}
