using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ML.Thermo.Cli.Output;
using ML.Thermo.Ising;
using ML.Thermo.Scans;
using Spectre.Console;

namespace ML.Thermo.Cli.Ising;

/// <summary><c>thermo demo ising</c>: a law of physics that learners find again, with every number beside its exact value.</summary>
internal sealed class IsingCommand : Verb
{
    private const string Source = "Kaufman 1949, Onsager 1944";

    private readonly Option<string> _sizes = new("--sizes")
    {
        Description = "Sizes of the lattices, even.",
        HelpName = "L,L,…",
        DefaultValueFactory = _ => "8,16,32",
    };

    private readonly Option<string> _temperatures = new("--temperatures")
    {
        Description = "Where they are sampled.",
        HelpName = "GRID",
        DefaultValueFactory = _ => "1..4:.1",
    };

    private readonly Option<int> _samples = new("--samples") { Description = "Samples a temperature.", HelpName = "N", DefaultValueFactory = _ => 400 };

    public IsingCommand()
        : base("ising", "Magnets, sampled and exact: where they change, and what learners find.") => Takes(_sizes, _temperatures, _samples);

    public override async Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        var request = new IsingRequest
        {
            Sizes = [.. parsed.GetValue(_sizes)!.Split(',').Select(Size)],
            Temperatures = ControlGrid.Parse("T", parsed.GetValue(_temperatures)!),
            Samples = parsed.GetValue(_samples) is >= LatticeMeasurement.Blocks and var samples ? samples
                : throw new UsageException($"--samples {parsed.GetValue(_samples)} is too few: expected at least {LatticeMeasurement.Blocks}, for the errors."),
            Seed = session.Seed,
        };
        IReadOnlyList<IsingFinding> findings = await session.Run(meter => new IsingRun(request, meter, cancellation).Execute(), cancellation);
        return new VerbResult
        {
            Json = json => Write(json, findings),
            Tables = console => Draw(console, findings),
            Prose = () => IsingSummary.Of(findings),
        };
    }

    private static int Size(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size is >= 2 and <= 64 && size % 2 == 0
        ? size
        : throw new UsageException($"--sizes {text} has no exact value to compare with: expected even numbers from 2 to 64.");

    private static void Draw(IAnsiConsole console, IReadOnlyList<IsingFinding> findings)
    {
        Table table = Sheet.Create("#L", "#T", "#u", "#exact", "#c", "#exact", "#|m|", "#infinite");
        foreach (IsingFinding finding in findings)
        {
            var exact = new ExactLattice(finding.Size);
            foreach (LatticeMeasurement at in Chosen(finding))
            {
                table.AddRow(
                    $"{finding.Size}",
                    Numbers.Brief(at.Temperature),
                    Numbers.Show(at.Energy),
                    Numbers.Brief(exact.Energy(at.Temperature)),
                    Numbers.Show(at.HeatCapacity),
                    Numbers.Brief(exact.HeatCapacity(at.Temperature)),
                    Numbers.Brief(at.Magnetisation.Value),
                    Numbers.Brief(InfiniteLattice.Magnetisation(at.Temperature)));
            }
        }

        console.Write(table);
        Table learned = Sheet.Create("#L", "#scan's peak", "#exact", "#first share", "#overlap with m", "#layer crosses");
        foreach (IsingFinding finding in findings)
        {
            learned.AddRow(
                $"{finding.Size}",
                Numbers.Show(finding.Peak),
                Numbers.Brief(new ExactLattice(finding.Size).PeakTemperature()),
                Numbers.Brief(finding.FirstShare),
                Numbers.Brief(finding.Overlap),
                Numbers.Brief(finding.Layer.Crossing));
        }

        console.Write(learned);
    }

    /// <summary>A cold, a critical and a hot temperature.</summary>
    private static IEnumerable<LatticeMeasurement> Chosen(IsingFinding finding) =>
        new[] { 2, InfiniteLattice.CriticalTemperature, 2.6 }.Select(t => finding.Measurements.MinBy(at => Math.Abs(at.Temperature - t))!).Distinct();

    private static void Write(Utf8JsonWriter json, IReadOnlyList<IsingFinding> findings)
    {
        json.WriteStartArray("numbers");
        foreach (IsingFinding finding in findings)
        {
            var exact = new ExactLattice(finding.Size);
            foreach (LatticeMeasurement at in finding.Measurements)
            {
                string where = string.Create(CultureInfo.InvariantCulture, $"L = {finding.Size}, T = {at.Temperature}");
                Number(json, $"u, {where}", exact.Energy(at.Temperature), at.Energy);
                Number(json, $"c, {where}", exact.HeatCapacity(at.Temperature), at.HeatCapacity);
            }

        }

        json.WriteEndArray();
        json.WriteStartArray("sizes");
        foreach (IsingFinding finding in findings)
        {
            json.WriteStartObject();
            json.WriteNumber("size", finding.Size);
            json.WriteEstimate("peak", finding.Peak);
            json.WriteNumber("firstShare", finding.FirstShare);
            json.WriteNumber("overlap", finding.Overlap);
            json.WriteNumberOrNull("bias", finding.Layer.Bias);
            json.WriteNumberOrNull("weight", finding.Layer.Weight);
            json.WriteNumberOrNull("crossing", finding.Layer.Crossing);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStrings("summary", IsingSummary.Of(findings));
    }

    private static void Number(Utf8JsonWriter json, string name, double expected, Estimate got)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteNumber("expected", expected);
        json.WriteNumberOrNull("got", got.Value);
        json.WriteNumberOrNull("tolerance", 4 * got.StandardError);
        json.WriteString("source", Source);
        json.WriteEndObject();
    }
}
