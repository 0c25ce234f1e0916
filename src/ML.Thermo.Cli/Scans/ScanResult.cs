using ML.Thermo.Cli.Output;
using ML.Thermo.Report;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Scans;
using ML.Thermo.Scans;
using Spectre.Console;

namespace ML.Thermo.Cli.Scans;

/// <summary>A scan with the names of its outcomes.</summary>
/// <param name="Report">What was found.</param>
/// <param name="Outcomes">Names, or null where outcomes have none.</param>
internal sealed record ScanResult(ScanReport Report, IReadOnlyList<string>? Outcomes)
{
    private const int MostLines = 24;

    /// <summary>Tokens of every output of a language model; null where there is none or outputs end by themselves.</summary>
    public int? Tokens { get; init; }

    /// <summary>Some outputs at each value, by its number; null where there are none.</summary>
    public IReadOnlyDictionary<int, List<string>>? Texts { get; init; }

    /// <summary>In every form that it can be asked for.</summary>
    /// <param name="subject">What was scanned, for the page's title.</param>
    public VerbResult ToVerbResult(string subject) => new()
    {
        Json = json => ScanJson.Write(json, this),
        Tables = Draw,
        Prose = () => ScanSummary.Of(Report, Outcomes).Concat(Samples()),
        Page = () => Task.FromResult(HtmlReport.Of(new ScanFindings
        {
            Subject = subject,
            Report = Report,
            Outcomes = Outcomes,
            Texts = Texts?.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<string>)pair.Value),
        })),
        Csv = () => FieldWriters.Csv(ScanFields.Splits(Report.Grid), Report.Splits),
    };

    /// <summary>What was said on both sides of the highest peak.</summary>
    private IEnumerable<string> Samples()
    {
        if (Texts is not { Count: > 0 } || Report.Transitions is not [var peak, ..])
            yield break;
        ScanSplit split = Report.Splits[peak.Split];
        foreach (int k in new[] { split.Left, split.Right })
        {
            if (!Texts.TryGetValue(k, out List<string>? here))
                continue;
            string said = string.Join(" | ", here.Select(text => text.ReplaceLineEndings(" ")));
            yield return $"At {Report.Grid.Name} = {Numbers.Show(Report.Grid.Values[k])}: {said}";
        }
    }

    private void Draw(IAnsiConsole console)
    {
        IReadOnlyList<Field<ScanSplit>> fields = ScanFields.Splits(Report.Grid);
        int[] summits = [.. Report.Transitions.Select(peak => peak.Split)];
        int step = (Report.Splits.Count + MostLines - 1) / MostLines;
        IEnumerable<string> headings = fields.Where(field => field.In.HasFlag(Shown.Console)).Select(field => $"#{field.Heading}");
        Table table = Sheet.Create([.. headings, ""]);
        for (int s = 0; s < Report.Splits.Count; s++)
        {
            if (s % step == 0 || summits.Contains(s))
                table.AddRow([.. Sheet.Row(fields, Report.Splits[s]), summits.Contains(s) ? "[bold]peak[/]" : ""]);
        }

        console.Write(table);
        if (step > 1)
            console.WriteLine($"one split in {step} of {Report.Splits.Count}, and the peaks; --csv has all");
    }
}
