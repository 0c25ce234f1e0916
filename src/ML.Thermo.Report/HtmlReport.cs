using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using ML.Thermo.Display;
using ML.Thermo.Files;

namespace ML.Thermo.Report;

/// <summary>
/// Findings as one HTML file that opens from disk in any browser and asks the network for nothing: a summary in plain language, charts to
/// hover and click, sortable tables, light and dark, fit for a telephone, a wide screen and paper.</summary>
/// <remarks>
/// Every number is in the page at full precision, as JSON in <c>&lt;script id="findings"&gt;</c>. Charts: Apache ECharts, inside the file.</remarks>
[Maturity(Maturity.Theorem, "a rendering of numbers; it makes none of its own")]
[TypeFormatterSource(typeof(ReportDisplay))]
public sealed class HtmlReport
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private readonly PageContent _content;
    private readonly Provenance? _provenance;

    private HtmlReport(PageContent content, Provenance? provenance = null) => (_content, _provenance) = (content, provenance);

    /// <summary>The page's title.</summary>
    public string Title => _content.Title;

    /// <summary>The page of what was found.</summary>
    /// <param name="findings">Of the training of a model, of a network (whose model must still be open), of a stream of data, of a closed loop.</param>
    /// <exception cref="ArgumentNullException">There are no findings.</exception>
    public static HtmlReport Of(Findings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        return new(findings.ToPage());
    }

    /// <summary>The same page, which says where it comes from.</summary>
    /// <param name="provenance">Command, seed, time, files.</param>
    /// <exception cref="ArgumentNullException">There is none.</exception>
    public HtmlReport With(Provenance provenance)
    {
        ArgumentNullException.ThrowIfNull(provenance);
        return new(_content, provenance);
    }

    /// <summary>Writes the page to a file, in UTF-8.</summary>
    /// <param name="path">The file; one that exists is replaced when the page is complete.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => new OutputFile(path).Write(Encoding.UTF8.GetBytes(ToHtml()));

    /// <summary>The page.</summary>
    public string ToHtml() => ToHtml(PageDelivery.File);

    /// <summary>The page.</summary>
    /// <param name="delivery">How style and scripts come to it.</param>
    internal string ToHtml(PageDelivery delivery)
    {
        (string verdict, IReadOnlyList<string> summary) = Verdict();
        // JSON's default encoder leaves no <, > or & in its strings: no name can end the script element that it stands in.
        var parts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["title"] = WebUtility.HtmlEncode(_content.Title),
            ["subtitle"] = WebUtility.HtmlEncode(_content.Subtitle),
            ["warnings"] = Paragraphs(_content.Warnings),
            ["verdict"] = WebUtility.HtmlEncode(verdict),
            ["tone"] = _content.Tone switch { VerdictTone.Good => "good", VerdictTone.Bad => "bad", _ => "open" },
            ["provenance"] = ProvenanceLines(),
            ["summary"] = Paragraphs(summary),
            ["hidden"] = summary.Count + _content.Status.Count == 0 ? " hidden" : "",
            ["status"] = Paragraphs(_content.Status.Take(1).Select(_ => $"Status. {string.Join(' ', _content.Status)}")),
            ["policy"] = delivery.Policy,
            ["style"] = delivery.Style,
            ["data"] = JsonSerializer.Serialize(_content.Data, s_json),
            ["scripts"] = delivery.Scripts(_content.Scripts),
            ["origin"] = delivery.Origin,
            ["version"] = Resource.Version,
            ["echarts"] = Resource.EChartsVersion,
        };
        var html = new StringBuilder();
        string template = Resource.Read("report.html");
        int at = 0;
        for (int open = template.IndexOf("{{", StringComparison.Ordinal); open >= 0; open = template.IndexOf("{{", at, StringComparison.Ordinal))
        {
            int close = template.IndexOf("}}", open, StringComparison.Ordinal);
            html.Append(template, at, open - at).Append(parts[template[(open + 2)..close]]);
            at = close + 2;
        }

        return html.Append(template, at, template.Length - at).ToString();
    }

    /// <summary>The answer, and what is left of the summary where it was its first sentence.</summary>
    private (string Verdict, IReadOnlyList<string> Summary) Verdict()
    {
        if (_content.Verdict is { } given)
            return (given, _content.Summary);
        if (_content.Summary.Count == 0)
            return ("", []);
        string first = _content.Summary[0];
        int end = Enumerable.Range(0, Math.Max(0, first.Length - 2)).FirstOrDefault(
            i => first[i] == '.' && first[i + 1] == ' ' && (char.IsUpper(first[i + 2]) || char.IsDigit(first[i + 2]) || first[i + 2] == '\''), -1);
        return end < 0
            ? (first, [.. _content.Summary.Skip(1)])
            : (first[..(end + 1)], [first[(end + 2)..], .. _content.Summary.Skip(1)]);
    }

    private string ProvenanceLines()
    {
        var lines = new List<(string Name, string Value)>(_content.Settings);
        string box = "";
        if (_provenance is { } known)
        {
            lines.AddRange(known.Files.Select(file => (file.Name, Invariant($"{file.Bytes:N0} bytes, sha256 {file.Sha256[..12]}…"))));
            if (known.Seed is { } seed)
                lines.Add(("seed", seed.ToString(CultureInfo.InvariantCulture)));
            if (known.Made is { } made)
                lines.Add(("made", made.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)));
            if (known.Version.Length > 0)
                lines.Add(("version", known.Version));
            if (known.Command.Length > 0)
            {
                string words = string.Join(' ', known.Command.Split(' ').Select(word => $"<i>{WebUtility.HtmlEncode(word)}</i>"));
                box = $"<div class=\"reproduce\"><span>Reproduce</span><code>{words}</code></div>\n";
            }
        }

        string list = string.Concat(lines.Select(line =>
            $"<div><dt>{WebUtility.HtmlEncode(line.Name)}</dt><dd>{WebUtility.HtmlEncode(line.Value)}</dd></div>"));
        return (lines.Count == 0 ? "" : $"<dl class=\"provenance\">{list}</dl>\n") + box;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Paragraphs(IEnumerable<string> sentences) =>
        string.Concat(sentences.Select(sentence => $"<p>{WebUtility.HtmlEncode(sentence)}</p>\n"));
}
