using System.CommandLine;
using System.Text.Json;
using ML.Thermo.Cli.Output;
using ML.Thermo.Cli.Tables;
using ML.Thermo.Cli.Transitions;
using ML.Thermo.Energies;
using Spectre.Console;

namespace ML.Thermo.Cli.Demonstration;

/// <summary><c>thermo demo</c>: temperatures of real data under three energies and three initialisations.</summary>
internal sealed class DemoCommand
{
    private static readonly (string Name, string Init, Func<IReadOnlyList<string>, string[]> Exceptions)[] s_laws =
    [
        ("normal", "normal:0,1", _ => []),
        ("uniform", "uniform:-1,1", _ => []),
        ("mixed", "normal:0,1", features => [.. features.Where((_, j) => j % 2 == 1).Select(feature => $"{feature}=uniform:-1,1")]),
    ];

    private static readonly DemoData[] s_data =
    [
        new("diabetes.csv", "Progression of diabetes a year on, from ten measurements of 442 patients", null, ["mse", "mae"]),
        new("breast-cancer.csv", "Benign or malignant, from five measurements of 569 tumours", ["mean_texture", "mean_smoothness", "mean_compactness", "mean_symmetry", "mean_fractal_dimension"], ["mse", "mae", "ce"]),
    ];

    private readonly Option<string?> _folder = new("--data") { Description = "Folder with the data (default: test/data of the checkout).", HelpName = "DIR" };

    public DemoCommand() => Definition = new Command("demo", "Temperatures of real data under three losses and three initialisations.") { _folder };

    public Command Definition { get; }

    public async Task<bool> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        string folder = parsed.GetValue(_folder) ?? CheckoutData() ?? throw new ThermoException("There is no folder test/data at or above the current folder or the program: give the folder with --data DIR.");
        List<DemoRow> rows = await session.Run(meter => RunAll(folder, session, meter, cancellation));
        session.Publish("demo", json => Write(json, rows), console => Draw(console, rows), () => DemoExplanation.Of(rows));
        return true;
    }

    private static List<DemoRow> RunAll(string folder, Session session, Meter meter, CancellationToken cancellation)
    {
        var rows = new List<DemoRow>();
        foreach (DemoData data in s_data)
        {
            foreach (string energy in data.Energies)
            {
                foreach ((string name, string init, Func<IReadOnlyList<string>, string[]> exceptions) in s_laws)
                {
                    TransitionRequest request = data.Request(folder, energy);
                    request = request with { Law = LawChoice.Parse(init, exceptions(TableReader.Read(request.Table, null, cancellation).Data.FeatureNames), "normal:0,1") };
                    rows.Add(new DemoRow(data, name, new TransitionRun(request, session.Seed, session.Draws, session.Note).Execute(meter, cancellation)));
                }
            }
        }

        return rows;
    }

    private static void Write(Utf8JsonWriter json, List<DemoRow> rows)
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
    }

    private static void Draw(IAnsiConsole console, List<DemoRow> rows)
    {
        foreach (IGrouping<DemoData, DemoRow> group in rows.GroupBy(row => row.Data))
        {
            console.WriteLine();
            console.WriteLine(Prose.Wrap($"{group.Key.File}: {group.Key.Description}"), new Style(decoration: Decoration.Bold));
            Table table = Sheet.Create("loss", "init", "#untrained", "#trained", "#T", "#T_res", "#T_diff", "status");
            foreach (DemoRow row in group)
            {
                Transition transition = row.Report.Transition;
                table.AddRow(
                    row.Report.Request.Energy.Name,
                    row.Law,
                    Numbers.Brief(row.Report.Before.Energy.Value),
                    Numbers.Brief(row.Report.After.Energy.Value),
                    Numbers.Show(transition.Temperature),
                    Numbers.Brief(transition.ResolvedTemperature),
                    Numbers.Brief(row.Report.DifferentialTemperature.Value),
                    string.Join(' ', transition.Status.Names()));
            }

            console.Write(table);
        }
    }

    /// <summary>test/data at or above the current folder, else above the program.</summary>
    private static string? CheckoutData()
    {
        foreach (string start in new[] { Environment.CurrentDirectory, AppContext.BaseDirectory })
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                string data = Path.Combine(folder.FullName, "test", "data");
                if (File.Exists(Path.Combine(data, s_data[0].File)))
                    return data;
            }
        }

        return null;
    }
}

/// <summary>A shipped data set as the demonstration uses it.</summary>
/// <param name="File">Its name in the folder of the data.</param>
/// <param name="Description">What is learned from what.</param>
/// <param name="Features">Columns to learn from; null for all.</param>
/// <param name="Energies">Losses that its label allows.</param>
internal sealed record DemoData(string File, string Description, string[]? Features, string[] Energies)
{
    /// <summary>As <c>thermo transition FILE --label target --standardize</c>.</summary>
    public TransitionRequest Request(string folder, string energy) => new()
    {
        Table = new TableRequest(Path.Combine(folder, File), "target", Features, []),
        Energy = Energy.Parse(energy),
        Law = LawChoice.Parse(LawChoice.Default, [], null),
        Standardize = true,
    };
}

/// <summary>One transition of the demonstration.</summary>
internal sealed record DemoRow(DemoData Data, string Law, TransitionReport Report);
