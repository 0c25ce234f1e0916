using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ML.Thermo.Cli.Output;
using ML.Thermo.Dynamics.Learning;
using ML.Thermo.Dynamics.Pairs;
using ML.Thermo.Report;
using ML.Thermo.Report.Dynamics;
using Spectre.Console;

namespace ML.Thermo.Cli.Dynamics;

/// <summary><c>thermo dynamics fit</c>: φ', γ and g from trajectories.</summary>
internal sealed class FitCommand : Verb
{
    private const int Drawn = 101, Shown = 7;
    private readonly Argument<string> _trajectories = new("TRAJECTORIES") { Description = "Positions, momenta and internal energies: a row a node and time." };
    private readonly Option<string> _edges = new("--edges")
    {
        Description = "Which nodes act on one another: from, to, kind.",
        HelpName = "FILE",
        Required = true,
    };
    private readonly Option<string?> _out = new("--out") { Description = "The model to write, for roll.", HelpName = "FILE" };
    private readonly Option<string> _form = new("--form")
    {
        Description = "weak:STEPS of a window, strong, or auto.",
        HelpName = "FORM",
        DefaultValueFactory = _ => "auto",
    };
    private readonly Option<double?> _capacity = new("--heat-capacity") { Description = "c of the entropy c ln u (default 1).", HelpName = "C" };

    public FitCommand()
        : base("fit", "Learn tension, friction and heat flux between nodes from trajectories.")
    {
        Takes(_trajectories, _edges, _out, _form, _capacity);
        _form.Completes("auto", "strong");
    }

    public override ReportTargets Targets { get; } = new(html: ReportTargets.Page);

    public override IEnumerable<string> Reads(ParseResult parsed) => [parsed.GetValue(_trajectories)!, parsed.GetValue(_edges)!];

    public override async Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        double capacity = parsed.GetValue(_capacity) ?? 1;
        if (!(capacity > 0 && double.IsFinite(capacity)))
            throw new UsageException($"--heat-capacity {capacity}: expected a positive number.");
        int? window = Window(parsed.GetValue(_form)!);
        string path = parsed.GetValue(_trajectories)!;
        FileTarget? target = parsed.GetValue(_out) is { } file ? session.Writes("--out", file) : null;
        foreach (string input in Reads(parsed))
            session.Reads(input);
        bool isGaugeFree = parsed.GetValue(_capacity) is null;
        PairFit fit = await session.Run(
            meter =>
            {
                meter.Begin("reading");
                TrajectoryTable table = TrajectoryTable.Read(path, capacity, isState: false);
                PairGraph graph = EdgeTable.Read(parsed.GetValue(_edges)!).Graph(table.Nodes, table.Kinds);
                var options = new PairOptions { Masses = table.Masses, Entropy = NodeEntropy.Logarithmic(capacity) };
                meter.Begin("fitting");
                return PairFit.Of([.. table.Trajectories.Select(one => new PairRecord(graph, options, one.Trajectory))], new FitOptions { Window = window },
                    meter, cancellation);
            },
            cancellation);
        target?.Place(Encoding.UTF8.GetBytes(FittedLawsFile.Write(fit.Laws, capacity)));
        return new VerbResult
        {
            Json = json => Write(json, fit, isGaugeFree),
            Tables = console => console.Write(Rows(fit)),
            Prose = () => Sentences(fit, isGaugeFree),
            Page = () => Task.FromResult(HtmlReport.Of(new DynamicsFindings
            {
                Subject = Path.GetFileName(path),
                Subtitle = $"{fit.Rows:N0} equations, {fit.Coefficients} unknowns, {Form(fit)} form",
                Sentences = [.. Sentences(fit, isGaugeFree)],
                Functions = [.. fit.Laws.Kinds.SelectMany((kind, index) => Curves(kind, fit.Laws.Kinds.Count > 1 ? $" of kind {index}" : ""))],
            })),
        };
    }

    private static int? Window(string form)
    {
        if (form == "auto")
            return null;
        if (form == "strong")
            return 0;
        return form.StartsWith("weak:", StringComparison.Ordinal) && int.TryParse(form[5..], NumberStyles.None, CultureInfo.InvariantCulture, out int steps)
            && steps >= 4
            ? steps
            : throw new UsageException($"--form {form}: expected auto, strong, or weak:STEPS with at least 4 steps.");
    }

    private static string Form(PairFit fit) => fit.Window == 0 ? "strong" : $"weak:{fit.Window}";

    private static IEnumerable<(string Name, string Axis, FittedFunction Function)> Functions(FittedKind kind) =>
        [("tension", "distance", kind.Tension), ("friction", "distance", kind.Friction), ("flux", "temperature", kind.Flux)];

    private static double[] Places(FittedFunction function, int count) =>
        [.. Enumerable.Range(0, count).Select(k => function.Spline.Low + ((function.Spline.High - function.Spline.Low) * k / (count - 1)))];

    private static IEnumerable<LearnedFunction> Curves(FittedKind kind, string suffix)
    {
        foreach ((string name, string axis, FittedFunction function) in Functions(kind))
        {
            double[] at = Places(function, Drawn);
            yield return new LearnedFunction(name + suffix, axis, at, [.. at.Select(x => function.At(x).Value)],
                [.. at.Select(x => function.At(x).StandardError)], [.. at.Select(function.Bias)]);
        }
    }

    private static Table Rows(PairFit fit)
    {
        Table table = Sheet.Create("function", "at", "#value", "#bias of sampling");
        foreach ((FittedKind kind, int index) in fit.Laws.Kinds.Select((kind, index) => (kind, index)))
        {
            foreach ((string name, string axis, FittedFunction function) in Functions(kind))
            {
                foreach (double x in Places(function, Shown))
                    table.AddRow(fit.Laws.Kinds.Count > 1 ? $"{name} {index}" : name, $"{axis} {Numbers.Brief(x)}", Numbers.Show(function.At(x)),
                        Numbers.Brief(function.Bias(x)));
            }
        }

        return table;
    }

    private static IEnumerable<string> Sentences(PairFit fit, bool isGaugeFree)
    {
        yield return $"{fit.Rows:N0} equations for {fit.Coefficients} unknowns in the {Form(fit)} form; residuals of {Numbers.Brief(fit.MomentumRms)} " +
            $"(force) and {Numbers.Brief(fit.EnergyRms)} (power)."
            + (fit.AtBound > 0 ? $" {fit.AtBound} unknowns stand at their bound, zero." : "");
        yield return "Errors are clustered by trajectory and do not contain the bias of sampling in time, which stands beside them.";
        if (fit.Undetermined.Count > 0)
            yield return $"The data say nothing of {string.Join(", ", fit.Undetermined)}: taken for zero.";
        if (isGaugeFree)
            yield return "No --heat-capacity was given: internal energy itself serves as the temperature scale. Any increasing scale keeps the second " +
                "law; absolute entropies need the true one.";
    }

    private static void Write(Utf8JsonWriter json, PairFit fit, bool isGaugeFree)
    {
        json.WriteString("form", Form(fit));
        json.WriteNumber("rows", fit.Rows);
        json.WriteNumber("coefficients", fit.Coefficients);
        json.WriteNumber("atBound", fit.AtBound);
        json.WriteNumber("momentumRms", fit.MomentumRms);
        json.WriteNumber("energyRms", fit.EnergyRms);
        json.WriteStrings("undetermined", fit.Undetermined);
        json.WriteBoolean("gaugeFree", isGaugeFree);
        json.WriteStartArray("kinds");
        foreach (FittedKind kind in fit.Laws.Kinds)
        {
            json.WriteStartObject();
            foreach ((string name, _, FittedFunction function) in Functions(kind))
            {
                double[] at = Places(function, Drawn);
                json.WriteStartObject(name);
                json.WriteNumbers("at", at);
                json.WriteNumbers("value", at.Select(x => function.At(x).Value));
                json.WriteNumbers("standardError", at.Select(x => function.At(x).StandardError));
                json.WriteNumbers("bias", at.Select(function.Bias));
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStrings("status", fit.Status.Names());
    }
}
