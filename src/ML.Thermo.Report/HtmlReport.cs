using System.Net;
using System.Text;
using System.Text.Json;
using ML.Thermo.Report.Dynamics;
using ML.Thermo.Report.Layers;
using ML.Thermo.Report.Refresh;
using ML.Thermo.Report.Transitions;

namespace ML.Thermo.Report;

/// <summary>
/// Findings as one HTML file that opens from disk in any browser and asks the network for nothing: a summary in plain language, charts to
/// hover and click, sortable tables, light and dark, fit for a telephone, a wide screen and paper.
/// </summary>
/// <remarks>
/// Every number is in the page at full precision, as JSON in <c>&lt;script id="findings"&gt;</c>. Charts: Apache ECharts, inside the file.
/// Maturity: theorem (a rendering of numbers; it makes none of its own).
/// </remarks>
public sealed class HtmlReport
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private readonly PageContent _content;

    private HtmlReport(PageContent content) => _content = content;

    /// <summary>The page's title.</summary>
    public string Title => _content.Title;

    /// <summary>A network as a vertical engine, layer by layer.</summary>
    /// <param name="findings">What was found; its model must still be open.</param>
    public static HtmlReport Of(NetworkFindings findings) => new(NetworkPage.Of(findings));

    /// <summary>The training of a linear model, or any passage between two states.</summary>
    /// <param name="findings">What was found.</param>
    public static HtmlReport Of(TransitionFindings findings) => new(TransitionPage.Of(findings));

    /// <summary>A stream of data against its reference, window by window.</summary>
    /// <param name="findings">What was found.</param>
    public static HtmlReport Of(DriftFindings findings) => new(DriftPage.Of(findings));

    /// <summary>Trajectories under the two laws, learned pair laws, a lattice in motion.</summary>
    /// <param name="findings">What was found.</param>
    public static HtmlReport Of(DynamicsFindings findings) => new(DynamicsPage.Of(findings));

    /// <summary>Writes the page to a file, in UTF-8.</summary>
    /// <param name="path">The file; one that exists is written over.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => File.WriteAllText(path, ToHtml(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));

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
