using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ML.Thermo.Cli.Output;
using ML.Thermo.Dynamics.Audit;
using ML.Thermo.Dynamics.Learning;
using ML.Thermo.Dynamics.Networks;
using ML.Thermo.Dynamics.Pairs;
using ML.Thermo.Report;
using ML.Thermo.Report.Dynamics;
using Spectre.Console;

namespace ML.Thermo.Cli.Dynamics;

/// <summary><c>thermo dynamics roll</c>: a learned model's future, with its own audit.</summary>
internal sealed class RollCommand : Verb
{
    private const int Frames = 200;
    private readonly Argument<string> _model = new("MODEL") { Description = "What thermo dynamics fit wrote." };
    private readonly Option<string> _state = new("--state") { Description = "Where to start: a row a node.", HelpName = "FILE", Required = true };
    private readonly Option<string> _edges = new("--edges") { Description = "Which nodes act on one another.", HelpName = "FILE", Required = true };
    private readonly Option<int> _steps = new("--steps") { Description = "How many.", HelpName = "N", DefaultValueFactory = _ => 500 };
    private readonly Option<double> _step = new("--step") { Description = "Time of a step.", HelpName = "H", DefaultValueFactory = _ => 0.01 };
    private readonly Option<string> _scheme = new("--scheme")
    {
        Description = "exact (both laws to round-off) or verlet (faster; energy within bounds, entropy never falls).",
        HelpName = "NAME",
        DefaultValueFactory = _ => "exact",
    };

    private readonly Option<string?> _truth = new("--truth")
    {
        Description = "What really happened, as a table that fit reads: errors by time.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _against = new("--against")
    {
        Description = "Another model, to compare its errors; repeat for more.",
        HelpName = "MODEL",
    };

    private readonly Option<string?> _onnx = new("--onnx") { Description = "Write the rates as an ONNX model.", HelpName = "FILE" };

    public RollCommand()
        : base("roll", "Roll a learned model out, on a graph of any size; both laws to round-off.")
    {
        Takes(_model, _state, _edges, _steps, _step, _scheme, _truth, _against, _onnx);
        _scheme.Completes("exact", "verlet");
    }

    public override ReportTargets Targets { get; } = new(csv: "Write the states, as the table that fit reads.", html: ReportTargets.Page);

    public override IEnumerable<string> Reads(ParseResult parsed) =>
    [
        parsed.GetValue(_model)!, parsed.GetValue(_state)!, parsed.GetValue(_edges)!, .. parsed.GetValue(_against) ?? [],
        .. parsed.GetValue(_truth) is { } truth ? [truth] : Array.Empty<string>(),
    ];

    public override async Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        (int steps, double step) = (parsed.GetValue(_steps), parsed.GetValue(_step));
        if (steps < 2 || !(step > 0 && double.IsFinite(step)))
            throw new UsageException($"--steps {steps} of --step {step}: expected at least 2 steps of a positive time.");
        PairScheme scheme = parsed.GetValue(_scheme) switch
        {
            "exact" => PairScheme.Exact,
            "verlet" => PairScheme.Verlet,
            var other => throw new UsageException($"--scheme {other} is not known: expected exact or verlet."),
        };
        string path = parsed.GetValue(_model)!;
        string? truth = parsed.GetValue(_truth);
        string[] others = parsed.GetValue(_against) ?? [];
        if (others.Length > 0 && truth is null)
            throw new UsageException("--against compares errors, which need --truth FILE: what really happened.");
        FileTarget? onnx = parsed.GetValue(_onnx) is { } file ? session.Writes("--onnx", file) : null;
        foreach (string input in Reads(parsed))
            session.Reads(input);
        (FittedLaws laws, double capacity) = Load(path);
        TrajectoryTable table = TrajectoryTable.Read(parsed.GetValue(_state)!, capacity, isState: true);
        PairGraph graph = EdgeTable.Read(parsed.GetValue(_edges)!).Graph(table.Nodes, table.Kinds);
        if (onnx is not null && table.Masses?.Any(mass => mass != 1) == true)
            throw new ThermoException("--onnx: the exported graph has masses of one, and these nodes have others.");
        onnx?.Place(RateExport.ToOnnx(laws, table.Dimension, capacity));
        PairSystem System(FittedLaws of, double heatCapacity) =>
            new(graph, of, new PairOptions { Masses = table.Masses, Entropy = NodeEntropy.Logarithmic(heatCapacity) });
        PairSystem system = System(laws, capacity);
        PairTrajectory? happened = truth is null ? null : TrajectoryTable.Read(truth, capacity, isState: false).Trajectories[0].Trajectory;
        PairState start = table.Trajectories[0].Trajectory.States[0];
        long begin = Stopwatch.GetTimestamp();
        RollOut run = await session.Run(
            meter =>
            {
                meter.Begin("rolling out");
                return RollOut.Of(system, start, step, steps, scheme, meter, cancellation);
            },
            cancellation);
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        List<RollErrors> errors = happened is null ? [] : [RollErrors.Of(Path.GetFileName(path), run.Trajectory, happened, truth!)];
        foreach (string other in others)
        {
            (FittedLaws its, double itsCapacity) = Load(other);
            RollOut future = RollOut.Of(System(its, itsCapacity), start, step, steps, cancellation: cancellation, scheme: scheme);
            errors.Add(RollErrors.Of(Path.GetFileName(other), future.Trajectory, happened!, truth!));
        }

        LawReport report = run.Audit();
        return new VerbResult
        {
            Json = json => Write(json, run, report, graph, seconds, errors),
            Tables = console => Draw(console, run, report, seconds, errors),
            Prose = () => Sentences(run, report),
            Csv = () => Csv(run),
            Page = () => Task.FromResult(HtmlReport.Of(Findings(Path.GetFileName(path), run, report, system, errors))),
        };
    }

    private static (FittedLaws Laws, double HeatCapacity) Load(string path) => File.Exists(path) ? FittedLawsFile.Read(File.ReadAllText(path), path)
        : throw new ThermoException($"There is no model '{path}': expected a file that thermo dynamics fit wrote.");

    private static void Draw(IAnsiConsole console, RollOut run, LawReport report, double seconds, List<RollErrors> errors)
    {
        Table table = AuditTables.One(report);
        table.AddRow("roll-out", "steps a second", Numbers.Brief((run.Balances.Count - 1) / seconds));
        table.AddRow("", "evaluations of the laws a step", Numbers.Brief(run.Iterations));
        table.AddRow("", "distances outside the data", $"{Numbers.Brief(100 * run.OutOfRangeShare)} %");
        foreach (RollErrors error in errors)
        {
            string all = string.Join(" ", new[] { error.Positions, error.Momenta, error.InternalEnergies }.Select(part =>
                Numbers.Significant(RollErrors.Total(part), 2)));
            table.AddRow(Plain.Cell(error.Model), "errors of q, p, u", all);
        }

        console.Write(table);
    }

    private static IEnumerable<string> Sentences(RollOut run, LawReport report)
    {
        foreach (string sentence in AuditSummary.Sentences(report, new AuditOptions()))
            yield return sentence;
        if (run.OutOfRangeShare > 0)
            yield return "Some distances lie outside those of the training data: there the laws are continued as lines, the model is a guess, and both " +
                "laws still hold.";
    }

    private static DynamicsFindings Findings(string model, RollOut run, LawReport report, PairSystem system, List<RollErrors> errors)
    {
        var curves = new LawCurves(["kinetic", "potential", "internal"]);
        for (int k = 0; k < run.Balances.Count; k++)
        {
            PairBalance balance = run.Balances[k];
            curves.Add(k * run.Trajectory.Step, balance.Energy - run.Balances[0].Energy, balance.Entropy - run.Balances[0].Entropy,
                [balance.Kinetic, balance.Potential, balance.Internal]);
        }

        int every = Math.Max(1, run.Balances.Count / Frames), d = run.Trajectory.States[0].Dimension;
        int[] frames = [.. Enumerable.Range(0, run.Balances.Count).Where(k => k % every == 0)];
        double[] Flat(PairState state) => [.. Enumerable.Range(0, state.Nodes).SelectMany(i =>
            new[] { state.Positions[i * d], d > 1 ? state.Positions[(i * d) + 1] : 0 })];
        return new DynamicsFindings
        {
            Subject = model,
            Subtitle = $"{run.Trajectory.States[0].Nodes} nodes, {system.Graph.Edges} edges, {run.Balances.Count - 1:N0} steps of " +
                $"{run.Trajectory.Step.ToString(CultureInfo.InvariantCulture)}",
            Sentences = [.. Sentences(run, report)],
            Laws = [AuditPageFindings.Series("", report, curves)],
            Errors = [.. errors.Select(error => error.ToCurve())],
            Lattice = new LatticeMotion(
                [.. Enumerable.Range(0, system.Graph.Edges).Select(e => (IReadOnlyList<int>)[system.Graph.From[e], system.Graph.To[e]])],
                [.. frames.Select(k => k * run.Trajectory.Step)],
                [.. frames.Select(k => (IReadOnlyList<double>)Flat(run.Trajectory.States[k]))],
                [.. frames.Select(k => (IReadOnlyList<double>)[.. Enumerable.Range(0, run.Trajectory.States[k].Nodes).Select(i =>
                    system.Temperature(run.Trajectory.States[k], i))])]),
        };
    }

    private static byte[] Csv(RollOut run)
    {
        int d = run.Trajectory.States[0].Dimension;
        var text = new StringBuilder("trajectory,t,node,");
        text.AppendJoin(',', "qp".SelectMany(part => Enumerable.Range(1, d).Select(axis => $"{part}{axis}"))).Append(",u\n");
        for (int k = 0; k < run.Trajectory.States.Count; k++)
        {
            PairState state = run.Trajectory.States[k];
            for (int i = 0; i < state.Nodes; i++)
            {
                text.Append(CultureInfo.InvariantCulture, $"0,{k * run.Trajectory.Step:R},{i}");
                foreach (double value in state.Positions.AsSpan(i * d, d))
                    text.Append(CultureInfo.InvariantCulture, $",{value:R}");
                foreach (double value in state.Momenta.AsSpan(i * d, d))
                    text.Append(CultureInfo.InvariantCulture, $",{value:R}");
                text.Append(CultureInfo.InvariantCulture, $",{state.InternalEnergies[i]:R}\n");
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Write(Utf8JsonWriter json, RollOut run, LawReport report, PairGraph graph, double seconds, List<RollErrors> errors)
    {
        json.WriteNumber("nodes", graph.Nodes);
        json.WriteNumber("edges", graph.Edges);
        json.WriteNumber("steps", run.Balances.Count - 1);
        json.WriteNumber("step", run.Trajectory.Step);
        json.WriteNumber("seconds", seconds);
        json.WriteNumber("stepsPerSecond", (run.Balances.Count - 1) / seconds);
        json.WriteNumber("iterations", run.Iterations);
        json.WriteNumber("clippedShare", run.ClippedShare);
        json.WriteNumber("outOfRangeShare", run.OutOfRangeShare);
        json.WriteNumber("energy", run.Balances[^1].Energy);
        json.WriteNumber("entropy", run.Balances[^1].Entropy);
        json.WriteNumber("leastEntropyStep", run.LeastEntropyStep);
        json.WriteStartObject("audit");
        AuditJson.Write(json, report);
        json.WriteEndObject();
        json.WriteStartArray("errors");
        foreach (RollErrors error in errors)
            error.Write(json);
        json.WriteEndArray();
        json.WriteStrings("status", run.Status.Names());
    }
}
