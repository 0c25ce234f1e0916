using System.CommandLine;
using System.Text.Json;
using ML.Thermo.Cli.Ising;
using ML.Thermo.Cli.Layers;
using ML.Thermo.Cli.Output;
using ML.Thermo.Cli.Transitions;
using ML.Thermo.Report;
using ML.Thermo.Transitions;
using Spectre.Console;

namespace ML.Thermo.Cli.Demo;

/// <summary><c>thermo demo</c>: temperatures of real data under three energies and three initialisations, and of a trained network.</summary>
internal sealed class DemoCommand : Verb
{
    /// <summary>The network and its data.</summary>
    public const string Network = "networks/digits-cnn.onnx", Inputs = "networks/digits.npz", Labels = "networks/digits-labels.npy";

    private readonly Option<string?> _folder = new("--data") { Description = "Folder with the data (default: what the program brings).", HelpName = "DIR" };

    private readonly Option<string?> _keep = new("--keep")
    { Description = "Write the data to DIR, so that the commands that are named can be run.", HelpName = "DIR" };

    public DemoCommand()
        : base("demo", "Temperatures of real data and of a trained network.") => Takes(_folder, _keep);

    public override ReportTargets Targets { get; } = new(html: "Write the network's report to FILE, to open in a browser.");

    public override IReadOnlyList<Verb> Parts { get; } = [new IsingCommand()];

    public override async Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        string? given = parsed.GetValue(_folder), kept = parsed.GetValue(_keep);
        if (given is not null && kept is not null)
            throw new UsageException("--keep writes the data that the program brings, and --data names others: give one of them.");
        using var brought = given is null ? new DemoFolder(kept) : null;
        string folder = given ?? brought!.Path;
        (List<DemoRow> rows, LayersResult network) = await session.Run(
            meter => (RunAll(folder, session, meter, cancellation), RunNetwork(folder, session, meter, cancellation)), cancellation);
        return new VerbResult
        {
            Json = json => Write(json, rows, network),
            Tables = console => Draw(console, rows, network),
            Prose = () => DemoSummary.Of(rows, network, given ?? kept),
            Page = () => Task.FromResult(HtmlReport.Of(network.Findings)),
            Holds = network,
        };
    }

    private static List<DemoRow> RunAll(string folder, Session session, Meter meter, CancellationToken cancellation)
    {
        var rows = new List<DemoRow>();
        foreach (DemoData data in DemoData.All)
        {
            foreach (string energy in data.Energies)
            {
                foreach ((string name, LawChoice law) in data.Laws)
                    rows.Add(new DemoRow(data, name,
                        new TransitionRun(data.Request(folder, energy, law), session.Seed, session.Draws, session.Note).Execute(meter, cancellation)));
            }
        }

        return rows;
    }

    private static LayersResult RunNetwork(string folder, Session session, Meter meter, CancellationToken cancellation)
    {
        var data = new DataRequest { File = Path.Combine(folder, Inputs), Labels = Path.Combine(folder, Labels), Draws = session.Draws };
        var request = new LayersRequest { Model = Path.Combine(folder, Network), Data = data, Seed = session.Seed };
        return new LayersRun(request, session.Note).Execute(meter, cancellation);
    }

    private static void Write(Utf8JsonWriter json, List<DemoRow> rows, LayersResult network)
    {
        json.WriteStartArray("transitions");
        foreach (DemoRow row in rows)
        {
            json.WriteStartObject();
            json.WriteString("data", row.Data.File);
            json.WriteString("initialisation", row.Law);
            TransitionJson.Write(json, row.Report);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("network");
        LayersJson.Write(json, network);
        json.WriteEndObject();
    }

    private static void Draw(IAnsiConsole console, List<DemoRow> rows, LayersResult network)
    {
        foreach (IGrouping<DemoData, DemoRow> group in rows.GroupBy(row => row.Data))
        {
            console.WriteLine();
            console.WriteProse($"{group.Key.File}: {group.Key.Description}", new Style(decoration: Decoration.Bold));
            Table table = Sheet.Create("loss", "init", "#E before", "#E after", "#ΔS", "#T", "#T_res", "status");
            foreach (DemoRow row in group)
            {
                table.AddRow(
                    row.Report.Request.Energy.Name,
                    row.Law,
                    Numbers.Value(row.Report.Before.Energy),
                    Numbers.Value(row.Report.After.Energy),
                    Numbers.Value(row.Transition.DeltaEntropy),
                    Numbers.Show(row.Transition.Temperature),
                    Numbers.Brief(row.Transition.ResolvedTemperature),
                    string.Join(' ', row.Transition.Status.Names()));
            }

            console.Write(table);
        }

        console.WriteLine();
        console.WriteProse(
            $"{Path.GetFileName(Network)}: which of ten digits a picture shows, by a trained network of {network.Graph.Layers.Count} layers, "
                + $"on {network.Findings.Signals!.Rows} pictures that it has not seen",
            new Style(decoration: Decoration.Bold));
        console.Write(TemperatureTables.Temperatures(network, network.Findings.Thermodynamics!, Terminal.ReadableWidth));
    }
}

/// <summary>One transition of the demonstration.</summary>
internal sealed record DemoRow(DemoData Data, string Law, TransitionResult Report)
{
    public Transition Transition => Report.Transition;
}
