using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ML.Thermo.Cli.Output;
using ML.Thermo.Loops;
using ML.Thermo.Report.Loops;
using Spectre.Console;

namespace ML.Thermo.Cli.Loops;

/// <summary><c>thermo collapse plan</c>: how many fresh rows a generation keep the data alive.</summary>
internal sealed class PlanCommand : Verb
{
    private readonly Option<long> _rows = new("--rows") { Description = "Rows of a generation.", HelpName = "N", Required = true };

    private readonly Option<double?> _temperature = new("--temperature")
    {
        Description = "Temperature of the sampler: below 1 sharpens (top-k, beam, confident labels), above 1 flattens (default: 1).",
        HelpName = "T",
    };

    private readonly Option<int?> _classes = new("--classes") { Description = "Number of categories, where nothing else is known of them.", HelpName = "K" };

    private readonly Option<string?> _reference = new("--reference")
    {
        Description = "A file of real rows (csv, tsv, jsonl); their --category is counted.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _category = new("--category") { Description = "The column of --reference to count.", HelpName = "COLUMN" };

    private readonly Option<double> _retain = new("--retain")
    {
        Description = "Part of the diversity to keep for ever.",
        HelpName = "R",
        DefaultValueFactory = _ => 0.95,
    };

    private readonly Option<string> _policy = new("--policy")
    {
        Description = "What is trained on: replace, accumulate or window:W generations.",
        HelpName = "POLICY",
        DefaultValueFactory = _ => "replace",
    };

    private readonly Option<double?> _available = new("--fresh-available")
    {
        Description = "Fresh rows a generation that can be had: says whether they are enough.",
        HelpName = "N",
    };

    public PlanCommand()
        : base("plan", "How many fresh rows a generation keep the data alive.")
    {
        Takes(_rows, _temperature, _classes, _reference, _category, _retain, _policy, _available);
        _category.CompletesColumns(_reference);
        _policy.Completes("replace", "accumulate");
    }

    public override IEnumerable<string> Reads(ParseResult parsed) => parsed.GetValue(_reference) is { } file ? [file] : [];

    public override async Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        string? reference = parsed.GetValue(_reference), category = parsed.GetValue(_category);
        if (reference is null != category is null)
            throw new UsageException(reference is null
                ? "--category names a column of --reference: give that file too."
                : "--reference is counted by a column: name it with --category.");
        if (reference is not null && parsed.GetValue(_classes) is not null)
            throw new UsageException("--classes and --reference both say what the categories are: give one of them.");
        if (parsed.GetValue(_temperature) is not (null or 1) and double t && reference is null && parsed.GetValue(_classes) is null)
            throw new UsageException($"--temperature {t} acts on categories: give them with --reference FILE --category COLUMN, or their number with "
                + "--classes.");
        LoopPlan plan = await session.Run(
            meter =>
            {
                double[]? shares = null;
                if (reference is not null)
                {
                    meter.Begin("reading the reference");
                    Dictionary<string, long> counts = GenerationFile.Count(reference, category!, null, meter, cancellation);
                    double rows = counts.Values.Sum();
                    shares = [.. counts.Values.OrderDescending().Select(count => count / rows)];
                    if (shares.Length < 2)
                        throw new UnusableDataException($"All rows of '{reference}' have one value in '{category}': expected at least two categories.");
                    if (shares.Length == rows)
                    {
                        throw new UnusableDataException($"Every row of '{reference}' has a value of its own in '{category}', as an id has (coverage 0): "
                            + "expected a column whose values repeat.");
                    }
                }

                meter.Begin("iterating the loop");
                return CollapseCommand.Checked(() => ClosedLoop.Plan(
                    new LoopPlanOptions
                    {
                        Rows = parsed.GetValue(_rows),
                        Temperature = parsed.GetValue(_temperature),
                        Classes = parsed.GetValue(_classes),
                        Reference = shares,
                        Retain = parsed.GetValue(_retain),
                        Policy = RefillPolicy.Parse(parsed.GetValue(_policy)!),
                        FreshAvailable = parsed.GetValue(_available),
                    },
                    cancellation));
            },
            cancellation);
        return new VerbResult { Json = json => Write(json, plan), Tables = console => console.Write(Rows(plan)), Prose = () => LoopSummary.Of(plan) };
    }

    private static Table Rows(LoopPlan plan)
    {
        Table table = Sheet.Create("need", "#fresh rows", "#share");
        double n = plan.Options.Rows;
        table.AddRow("against chance", Numbers.Brief(plan.ResamplingRows), LoopSummary.Percent(plan.ResamplingRows / n));
        if (plan.Options.Temperature is not null)
        {
            string need = $"against temperature {Numbers.Brief(plan.Options.Temperature.Value)}";
            table.AddRow(need, Numbers.Brief(plan.TemperatureShare * n), LoopSummary.Percent(plan.TemperatureShare));
        }

        string rounded = plan.CriticalRows is long rows ? rows.ToString("N0", CultureInfo.InvariantCulture) : "—";
        table.AddRow("both, rounded up", rounded, LoopSummary.Percent(plan.CriticalShare));
        return table;
    }

    private static void Write(Utf8JsonWriter json, LoopPlan plan)
    {
        json.WriteNumber("rows", plan.Options.Rows);
        json.WriteNumber("retain", plan.Options.Retain);
        json.WriteString("policy", plan.Options.Policy.ToString());
        json.WriteNumberOrNull("resamplingRows", plan.ResamplingRows);
        json.WriteNumberOrNull("temperature", plan.Options.Temperature ?? 1);
        json.WriteNumberOrNull("temperatureShare", plan.TemperatureShare);
        json.WriteString("temperatureRule", plan.TemperatureRule.ToString());
        json.WriteNumberOrNull("criticalShare", plan.CriticalShare);
        json.WriteNumberOrNull("criticalRows", plan.CriticalRows ?? double.NaN);
        json.WriteNumberOrNull("criticalRowsExact", plan.CriticalRowsExact);
        json.WriteNumberOrNull("freshWeight", plan.Weight?.Total ?? double.NaN);
        json.WriteNumberOrNull("freshRowWeight", plan.Weight?.Fresh ?? double.NaN);
        json.WriteNumberOrNull("generatedRowWeight", plan.Weight?.Generated ?? double.NaN);
        json.WriteNumberOrNull("retention", plan.FixedPoint?.Retention ?? double.NaN);
        json.WriteNumberOrNull("divergence", plan.FixedPoint?.Divergence ?? double.NaN);
        json.WriteNumberOrNull("spectralRadius", plan.FixedPoint?.SpectralRadius ?? double.NaN);
        json.WriteNumberOrNull("uniformStability", plan.UniformThresholds?.Stability ?? double.NaN);
        json.WriteNumberOrNull("uniformCoexistence", plan.UniformThresholds?.Coexistence ?? double.NaN);
        if (plan.Available is { } at)
        {
            json.WriteStartObject("freshAvailable");
            json.WriteNumber("rows", at.FreshRows);
            json.WriteNumber("resamplingRetention", at.Resampling);
            json.WriteNumberOrNull("temperatureRetention", at.Temperature);
            json.WriteBoolean("enough", at.Enough);
            json.WriteEndObject();
        }

        json.WriteStrings("summary", LoopSummary.Of(plan));
    }
}
