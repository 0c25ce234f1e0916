using System.Net;
using ML.Thermo.Display;

namespace ML.Thermo.Report;

/// <summary>A page inside a notebook, in a frame of its own.</summary>
internal sealed class ReportDisplay : HtmlDisplay<HtmlReport>
{
    /// <inheritdoc/>
    public override string Html(HtmlReport value) =>
        $"<iframe title=\"{WebUtility.HtmlEncode(value.Title)}\" sandbox=\"allow-scripts\" style=\"width:100%;height:640px;border:1px solid #8888\" "
        + $"srcdoc=\"{WebUtility.HtmlEncode(value.ToHtml())}\"></iframe>";
}
