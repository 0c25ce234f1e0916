using System.CommandLine;
using System.Text.Json;
using ML.Thermo.Cli.Output;
using ML.Thermo.Loops;
using ML.Thermo.Loops.Simulation;
using ML.Thermo.Report.Loops;
using Spectre.Console;

namespace ML.Thermo.Cli.Loops;

/// <summary><c>thermo collapse simulate</c>: loops of finitely many rows.</summary>
internal sealed class SimulateCommand : Verb
{
    private const int MostLines = 10;
    private const int MostClasses = 10_000_000;

    private readonly Option<int> _classes = new("--classes") { Description = "Number of categories.", HelpName = "K", Required = true };

    private readonly Option<double> _zipf = new("--zipf")
    {
        Description = "Zipf's exponent of their shares; 0 for equal ones.",
        HelpName = "S",
        DefaultValueFactory = _ => 0,
    };

    private readonly Option<long> _rows = new("--rows") { Description = "Rows of a generation.", HelpName = "N", Required = true };

    private readonly Option<double> _temperature = new("--temperature")
    {
        Description = "Temperature of the sampler.",
        HelpName = "T",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<double> _fresh = new("--fresh")
    {
        Description = "Share of fresh rows in a generation.",
        HelpName = "SHARE",
        DefaultValueFactory = _ => 0,
    };

    private readonly Option<int> _generations = new("--generations")
    {
        Description = "Generations to simulate; the first is real.",
        HelpName = "G",
        DefaultValueFactory = _ => 30,
    };

    private readonly Option<int> _runs = new("--runs") { Description = "Loops to simulate.", HelpName = "N", DefaultValueFactory = _ => 200 };

    private readonly Option<string> _policy = new("--policy")
    {
        Description = "What is trained on: replace, accumulate or window:W generations.",
        HelpName = "POLICY",
        DefaultValueFactory = _ => "replace",
    };

    public SimulateCommand()
        : base("simulate", "Loops of finitely many rows, drawn row by row.") =>
        Takes(_classes, _zipf, _rows, _temperature, _fresh, _generations, _runs, _policy);

    public override async Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        int classes = parsed.GetValue(_classes);
        if (classes < 2)
            throw new UsageException($"--classes {classes} has no diversity: expected at least 2.");
        if (classes > MostClasses)
            throw new UsageException($"--classes {classes} is too much to draw row by row: expected at most {MostClasses}.");
        var options = new LoopSimulationOptions
        {
            Fresh = CollapseCommand.Checked(() => LoopSimulationOptions.Zipf(classes, parsed.GetValue(_zipf))),
            Rows = parsed.GetValue(_rows),
            Temperature = parsed.GetValue(_temperature),
            FreshShare = parsed.GetValue(_fresh),
            Generations = parsed.GetValue(_generations),
            Runs = parsed.GetValue(_runs),
            Policy = CollapseCommand.Checked(() => RefillPolicy.Parse(parsed.GetValue(_policy)!)),
            Seed = session.Seed,
        };
        if (!(CategoricalLoop.Entropy([.. options.Fresh]) > 0))
            throw new UsageException($"--zipf {parsed.GetValue(_zipf)} leaves one category with all rows: expected a smaller exponent.");
        LoopSimulation simulation = await session.Run(
            meter =>
            {
                meter.Begin("simulating loops", "take fewer --runs or --generations");
                return CollapseCommand.Checked(() => LoopSimulation.Run(options, meter, cancellation));
            },
            cancellation);
        return new VerbResult { Json = json => Write(json, simulation), Tables = console => console.Write(Rows(simulation)), Prose = () => Words(simulation) };
    }

    private static Table Rows(LoopSimulation simulation)
    {
        Table table = Sheet.Create("#gen", "#entropy", "#5 %", "#median", "#95 %", "#Gini", "#categories");
        int step = (simulation.Generations.Count + MostLines - 1) / MostLines;
        foreach (SimulatedGeneration generation in simulation.Generations)
        {
            if ((generation.Generation - 1) % step != 0 && generation.Generation != simulation.Generations.Count)
                continue;
            table.AddRow(
                $"{generation.Generation}",
                Numbers.Show(generation.Entropy),
                Numbers.Significant(generation.EntropyQuantiles.Low, 3),
                Numbers.Significant(generation.EntropyQuantiles.Median, 3),
                Numbers.Significant(generation.EntropyQuantiles.High, 3),
                Numbers.Show(generation.GiniSimpson),
                Numbers.Significant(generation.Richness.Value, 3));
        }

        return table;
    }

    private static IEnumerable<string> Words(LoopSimulation simulation)
    {
        double start = CategoryEntropy(simulation), end = simulation.Generations[^1].Entropy.Value;
        yield return $"After {simulation.Generations.Count} generations {LoopSummary.Percent(end / start)} of the entropy of the fresh law is left, on the "
            + $"mean of {simulation.Options.Runs} loops.";
    }

    private static double CategoryEntropy(LoopSimulation simulation) => CategoricalLoop.Entropy([.. simulation.Options.Fresh]);

    private static void Write(Utf8JsonWriter json, LoopSimulation simulation)
    {
        json.WriteNumber("rows", simulation.Options.Rows);
        json.WriteNumber("freshRows", simulation.Options.FreshRows);
        json.WriteNumber("temperature", simulation.Options.Temperature);
        json.WriteString("policy", simulation.Options.Policy.ToString());
        json.WriteNumber("runs", simulation.Options.Runs);
        json.WriteNumber("freshEntropy", CategoryEntropy(simulation));
        json.WriteStartArray("generations");
        foreach (SimulatedGeneration generation in simulation.Generations)
        {
            json.WriteStartObject();
            json.WriteNumber("generation", generation.Generation);
            json.WriteEstimate("entropy", generation.Entropy);
            json.WriteNumber("entropyLow", generation.EntropyQuantiles.Low);
            json.WriteNumber("entropyMedian", generation.EntropyQuantiles.Median);
            json.WriteNumber("entropyHigh", generation.EntropyQuantiles.High);
            json.WriteEstimate("gini", generation.GiniSimpson);
            json.WriteEstimate("richness", generation.Richness);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
