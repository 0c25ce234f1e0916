using System.CommandLine;
using ML.Thermo.Cli.Output;
using ML.Thermo.Novelty;
using ML.Thermo.Onnx.Guards;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Report;
using ML.Thermo.Report.Guards;

namespace ML.Thermo.Cli.Guards;

/// <summary><c>thermo guard</c>: are these rows like those that the network is known to work on?</summary>
internal sealed class InputGuardCommand : Verb
{
    private const int ShownRows = 10;
    private const string Strange = "strange";

    private readonly Argument<string> _model = new("MODEL") { Description = "The .onnx file that the guard was fitted on." };

    private readonly Option<string> _guard = new("--guard")
    { Description = "The guard that 'thermo guard fit' wrote.", HelpName = "FILE", Required = true };

    private readonly Option<string> _data = new("--data")
    { Description = "Rows to judge: .npy, .npz or .csv.", HelpName = "FILE", Required = true };

    private readonly Option<double?> _alarms = new("--false-alarms")
    { Description = "Share of false alarms (default: that of the guard).", HelpName = "A" };

    private readonly Option<int> _window = new("--window")
    { Description = "Rows of a window.", HelpName = "N", DefaultValueFactory = _ => NetworkGuard.UsualWindow };

    private readonly Option<string?> _failOn = new("--fail-on") { Description = "strange: exit code 3 where a window is strange.", HelpName = "FINDING" };

    public InputGuardCommand()
        : base("guard", "Are new rows like those that a network is known to work on? No labels needed.")
    {
        Takes(_model, _guard, _data, _alarms, _window, _failOn);
        _failOn.Completes(Strange);
    }

    public override IReadOnlyList<string> Examples => ["thermo guard network.onnx --guard guard.json --data new.npy"];

    public override string Closing => """
        Examples:
          thermo guard fit network.onnx --reference ok.npy --out guard.json
          thermo guard network.onnx --guard guard.json --data new.npy
          thermo guard network.onnx --guard guard.json --data new.npy --fail-on strange
        """;

    public override IReadOnlyList<Verb> Parts { get; } = [new FitGuardCommand()];

    public override ReportTargets Targets { get; } = new(csv: "Write a row for each row of the data to FILE.", html: ReportTargets.Page);

    public override IEnumerable<string> Reads(ParseResult parsed) =>
        new[] { parsed.GetValue(_model), parsed.GetValue(_guard), parsed.GetValue(_data) }.OfType<string>();

    public override async Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        if (parsed.GetValue(_failOn) is { } finding && finding != Strange)
            throw new UsageException($"Unknown --fail-on '{finding}': expected {Strange}.");
        if (parsed.GetValue(_window) is var window && window < 2)
            throw new UsageException($"--window {window} is too short: expected at least 2 rows.");
        NetworkGuard guard = await Read(parsed.GetValue(_guard)!, cancellation);
        double alarms = Rate(parsed.GetValue(_alarms) ?? guard.FalseAlarms);
        GuardVerdict verdict = await session.Run(
            meter =>
            {
                meter.Begin("judging rows");
                using OnnxModel model = OnnxModel.Open(parsed.GetValue(_model)!);
                using GuardSession judge = guard.Open(model);
                return judge.Judge(NetworkInputs.Read(parsed.GetValue(_data)!, model), window, session.Seed, cancellation);
            },
            cancellation);
        NumberedRow[] rows = [.. verdict.Rows.Select((row, number) => new NumberedRow(number, row))];
        int strange = GuardSummary.StrangeWindows(verdict, alarms);
        var findings = new GuardVerdictFindings
        {
            Subject = Path.GetFileName(parsed.GetValue(_data)!),
            Guard = guard,
            Verdict = verdict,
            FalseAlarms = alarms,
        };
        bool fails = parsed.GetValue(_failOn) is not null && strange > 0;
        return new VerbResult
        {
            Json = json => GuardJson.Write(json, guard, verdict, alarms),
            Tables = console => console.Write(Sheet.Of(GuardedRowFields.All, [.. NumberedRow.Strangest(rows).Take(ShownRows)])),
            Prose = () => findings.Summary,
            Csv = () => FieldWriters.Csv(GuardedRowFields.All, rows),
            Page = () => Task.FromResult(HtmlReport.Of(findings)),
            Exit = fails ? ExitCode.Finding : ExitCode.Done,
            Reason = fails ? $"{strange} of {verdict.Windows.Count} windows {(strange == 1 ? "is" : "are")} strange" : null,
        };
    }

    /// <summary>A rate of false alarms as a person gave it.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static double Rate(double given)
    {
        try
        {
            ConformalCalibration.RowsNeeded(given);
            return given;
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new UsageException($"--false-alarms {given} is no rate: expected a number above 0 and below 1, such as 0.01.");
        }
    }

    private static async Task<NetworkGuard> Read(string path, CancellationToken cancellation) =>
        NetworkGuard.Parse(await File.ReadAllTextAsync(path, cancellation), Path.GetFileName(path));
}
