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

    private HtmlReport(PageContent content) => _content = content;

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

    /// <summary>Writes the page to a file, in UTF-8.</summary>
    /// <param name="path">The file; one that exists is replaced when the page is complete.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => new OutputFile(path).Write(Encoding.UTF8.GetBytes(ToHtml()));

    /// <summary>The page.</summary>
    public string ToHtml()
    {
        // JSON's default encoder leaves no <, > or & in its strings: no name can end the script element that it stands in.
        var parts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["title"] = WebUtility.HtmlEncode(_content.Title),
            ["subtitle"] = WebUtility.HtmlEncode(_content.Subtitle),
            ["warnings"] = Paragraphs(_content.Warnings),
            ["summary"] = Paragraphs(_content.Summary),
            ["status"] = Paragraphs(_content.Status.Take(1).Select(_ => $"Status. {string.Join(' ', _content.Status)}")),
            ["style"] = Resource.Read("report.css"),
            ["data"] = JsonSerializer.Serialize(_content.Data, s_json),
            ["charts"] = Resource.Read("echarts.js"),
            ["page"] = Resource.Read("page.js"),
            ["script"] = string.Concat(_content.Scripts.Select(Resource.Read)),
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

    private static string Paragraphs(IEnumerable<string> sentences) =>
        string.Concat(sentences.Select(sentence => $"<p>{WebUtility.HtmlEncode(sentence)}</p>\n"));
}
