using System.CommandLine;
using System.Globalization;
using ML.Thermo.Cli.Output;
using ML.Thermo.Dynamics.Audit;
using ML.Thermo.Dynamics.Networks;
using ML.Thermo.Report;

namespace ML.Thermo.Cli.Dynamics;

/// <summary><c>thermo audit</c>: does a trajectory keep energy and make entropy?</summary>
internal sealed class AuditCommand : Verb
{
    private readonly Argument<string> _source = new("TRAJECTORY|MODEL") { Description = "A csv or tsv file with a row a time, or an ONNX model to run." };
    private readonly Option<string> _time = new("--time") { Description = "The column of times.", HelpName = "COLUMN", DefaultValueFactory = _ => "t" };
    private readonly Option<string[]> _energy = new("--energy-column")
    {
        Description = "Energies, to be summed: kinetic, potential, internal.",
        HelpName = "A,B,…",
    };
    private readonly Option<string?> _energyFormula = new("--energy-formula") { Description = "An energy of a row: 0.5*p^2 + Exp(s).", HelpName = "FORMULA" };
    private readonly Option<string?> _entropy = new("--entropy-column") { Description = "Entropy, nats.", HelpName = "COLUMN" };
    private readonly Option<string?> _entropyFormula = new("--entropy-formula") { Description = "An entropy of a row: Ln(u).", HelpName = "FORMULA" };
    private readonly Option<string?> _trajectory = new("--trajectory") { Description = "Tells several trajectories apart.", HelpName = "COLUMN" };
    private readonly Option<string?> _sumOver = new("--sum-over") { Description = "Rows of one time are summed: a row a node.", HelpName = "COLUMN" };
    private readonly Option<string?> _work = new("--work") { Description = "Work received so far.", HelpName = "COLUMN" };
    private readonly Option<string?> _heat = new("--heat") { Description = "Heat received so far, at --bath-temperature.", HelpName = "COLUMN" };
    private readonly Option<string?> _bathTemperature = new("--bath-temperature") { Description = "Where that heat comes from.", HelpName = "COLUMN" };
    private readonly Option<double?> _bath = new("--bath") { Description = "One bath whose heat is not known: free energy falls.", HelpName = "T" };
    private readonly Option<string> _noise = new("--noise")
    {
        Description = "Error of the numbers: auto, 0 or two deviations.",
        HelpName = "auto|0|SE,SS",
        DefaultValueFactory = _ => "auto",
    };
    private readonly Option<double> _falseAlarms = new("--false-alarms")
    {
        Description = "Share of lawful noisy trajectories called unlawful.",
        HelpName = "RATE",
        DefaultValueFactory = _ => 0.05,
    };
    private readonly Option<string?> _state = new("--state") { Description = "For a model: where to start; a row a node.", HelpName = "FILE" };
    private readonly Option<string?> _edges = new("--edges") { Description = "For a model of a graph: columns from, to.", HelpName = "FILE" };
    private readonly Option<int> _steps = new("--steps") { Description = "For a model: how many.", HelpName = "N", DefaultValueFactory = _ => 500 };
    private readonly Option<double> _step = new("--step") { Description = "For a model: time of a step.", HelpName = "H", DefaultValueFactory = _ => 0.01 };
    private readonly Option<string> _form = new("--form")
    {
        Description = "For a model: what it gives, rates or next.",
        HelpName = "FORM",
        DefaultValueFactory = _ => "rates",
    };
    private readonly Option<bool> _fail = new("--fail-on-violation") { Description = "Exit code 3 where a law is broken." };

    public AuditCommand()
        : base("audit", "Does a trajectory, or a model that predicts one, keep energy and make entropy?")
    {
        Takes(
            _source, _time, _energy, _energyFormula, _entropy, _entropyFormula, _trajectory, _sumOver, _work, _heat, _bathTemperature, _bath,
            _noise, _falseAlarms, _state, _edges, _steps, _step, _form, _fail);
        _noise.Completes("auto", "0");
        _form.Completes("rates", "next");
        _time.CompletesColumns(_source);
        _energy.CompletesColumns(_source);
        foreach (Option<string?> column in new[] { _entropy, _trajectory, _sumOver, _work, _heat, _bathTemperature })
            column.CompletesColumns(_source);
    }

    public override IReadOnlyList<string> Examples => ["thermo audit run.csv --energy-column K,V,U --entropy-column S"];

    public override string Closing => """
        Examples:
          thermo audit run.csv --energy-column K,V,U --entropy-column S --noise 0
          thermo audit run.csv --energy-formula '0.5*p^2+0.5*q^2+u'
                               --entropy-formula 'Ln(u)' --fail-on-violation
          thermo audit long.csv --sum-over node --energy-column e --entropy-column s
          thermo audit rates.onnx --state z0.csv --edges edges.csv --steps 500

        --noise 0 is for numbers of a program. auto takes the noise from second
        differences, for measured series that are smooth between rows.
        """;

    public override ReportTargets Targets { get; } = new(html: ReportTargets.Page);

    public override IEnumerable<string> Reads(ParseResult parsed) =>
        new[] { parsed.GetValue(_source), parsed.GetValue(_state), parsed.GetValue(_edges) }.OfType<string>();

    public override async Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        AuditRequest request = UsageException.Of(() => Request(parsed));
        AuditResult result = await session.Run(meter => Execute(request, meter, cancellation), cancellation);
        bool fails = parsed.GetValue(_fail) && !result.IsLawful;
        return new VerbResult
        {
            Json = json => AuditJson.Write(json, result),
            Tables = console => AuditTables.Write(console, result),
            Prose = () => AuditSummary.Of(result),
            Page = () => Task.FromResult(HtmlReport.Of(AuditPageFindings.Of(result))),
            Exit = fails ? ExitCode.Finding : ExitCode.Done,
            Reason = fails ? $"A law is broken: {AuditSummary.Violation(result)}" : null,
        };
    }

    private static AuditResult Execute(AuditRequest request, Meter meter, CancellationToken cancellation)
    {
        if (request.IsNetwork)
            return new AuditResult(request, [AuditNetwork.Run(request, meter, cancellation)]);
        using var table = new AuditTable(request);
        return new AuditResult(request, table.Read(meter, cancellation));
    }

    private AuditRequest Request(ParseResult parsed)
    {
        string? work = parsed.GetValue(_work), heat = parsed.GetValue(_heat), temperature = parsed.GetValue(_bathTemperature);
        double? bath = parsed.GetValue(_bath);
        bool isOpen = (work is not null || heat is not null) && bath is null;
        if (heat is not null && temperature is null)
            throw new UsageException("--heat needs --bath-temperature: entropy comes with heat, and how much depends on where from.");
        if (bath is not null && (heat is not null || temperature is not null))
            throw new UsageException("--bath is for heat that is not known: give either --bath, or --heat with --bath-temperature.");
        if (bath is <= 0 || bath is { } given && !double.IsFinite(given))
            throw new UsageException($"--bath {bath} is no temperature: expected a positive number.");
        double rate = parsed.GetValue(_falseAlarms);
        if (!(rate is > 0 and < 1))
            throw new UsageException($"--false-alarms {rate} is no rate: expected a number between 0 and 1.");
        var request = new AuditRequest
        {
            Source = parsed.GetValue(_source)!,
            Time = parsed.GetValue(_time)!,
            Energies = [.. (parsed.GetValue(_energy) ?? []).SelectMany(list =>
                list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
            EnergyFormula = parsed.GetValue(_energyFormula),
            Entropy = parsed.GetValue(_entropy),
            EntropyFormula = parsed.GetValue(_entropyFormula),
            Trajectory = parsed.GetValue(_trajectory),
            SumOver = parsed.GetValue(_sumOver),
            Work = work,
            Heat = heat,
            BathTemperature = temperature,
            State = parsed.GetValue(_state),
            Edges = parsed.GetValue(_edges),
            Steps = parsed.GetValue(_steps),
            Step = parsed.GetValue(_step),
            Form = Form(parsed.GetValue(_form)!),
            Options = new AuditOptions
            {
                Setting = bath is not null ? AuditSetting.Bath : isOpen ? AuditSetting.Open : AuditSetting.Isolated,
                BathTemperature = bath ?? double.NaN,
                Noise = Noise(parsed.GetValue(_noise)!),
                FalseAlarms = rate,
            },
        };
        Check(request);
        return request;
    }

    private static void Check(AuditRequest request)
    {
        if (request.IsNetwork)
        {
            if (OfTables(request) is { } option)
                throw new UsageException($"{option} is for tables. A model's energy and entropy are its outputs, or formulas over its state.");
            if (request.State is null)
                throw new UsageException("A model is run from a state: give --state FILE.");
            if (request.Steps < 2 || !(request.Step > 0 && double.IsFinite(request.Step)))
                throw new UsageException($"--steps {request.Steps} of --step {request.Step}: expected at least 2 steps of a positive time.");
            return;
        }

        if (request.Energies.Count == 0 && request.EnergyFormula is null)
            throw new UsageException("What is the energy? Give --energy-column or --energy-formula.");
        if (request.Entropy is null == request.EntropyFormula is null)
            throw new UsageException("What is the entropy? Give --entropy-column or --entropy-formula.");
    }

    /// <summary>An option that says nothing of a model.</summary>
    private static string? OfTables(AuditRequest request) =>
        request.Energies.Count > 0 ? "--energy-column" : request.Entropy is not null ? "--entropy-column"
        : request.Work is not null ? "--work" : request.Heat is not null ? "--heat" : request.BathTemperature is not null ? "--bath-temperature"
        : request.Trajectory is not null ? "--trajectory" : request.SumOver is not null ? "--sum-over" : null;

    private static IntegratorForm Form(string text) => text switch
    {
        "rates" => IntegratorForm.Rates,
        "next" => IntegratorForm.Next,
        _ => throw new UsageException($"--form {text}: expected rates or next."),
    };

    private static AuditNoise Noise(string text)
    {
        if (text == "auto")
            return AuditNoise.Estimated;
        if (text == "0")
            return AuditNoise.None;
        string[] parts = text.Split(',');
        return parts.Length == 2
            && double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double energy)
            && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double entropy)
            && energy >= 0 && entropy >= 0 && double.IsFinite(energy + entropy)
            ? AuditNoise.Of(energy, entropy)
            : throw new UsageException($"--noise {text}: expected auto, 0, or two standard deviations such as 0.01,0.002 (energy, entropy).");
    }
}
