using System.Net;
using System.Text;

namespace ML.Thermo.Display;

/// <summary>A table for notebooks: the first column is text, the others are numbers. Colours are the host's own, light or dark.</summary>
/// <param name="headings">One a column.</param>
internal sealed class HtmlTable(params string[] headings)
{
    private const string Cell = "padding:2px 10px;white-space:nowrap;text-align:";
    private readonly StringBuilder _rows = new();

    /// <summary>A text that markup cannot leave.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A line of text above or below a table.</summary>
    public static string Line(string text, bool isStrong = false) => $"<div style=\"margin:4px 0\">{(isStrong ? $"<b>{Text(text)}</b>" : Text(text))}</div>";

    /// <summary>Adds a row of texts.</summary>
    public HtmlTable Row(params string[] cells) => Markup([.. cells.Select(Text)]);

    /// <summary>Adds a row of cells that are HTML already.</summary>
    public HtmlTable Markup(params string[] cells)
    {
        _rows.Append("<tr>").AppendJoin("", cells.Select((cell, i) => $"<td style=\"{Cell}{Side(i)}\">{cell}</td>")).Append("</tr>");
        return this;
    }

    /// <summary>The table.</summary>
    public override string ToString() =>
        $"<table><thead><tr>{string.Concat(headings.Select((heading, i) => $"<th style=\"{Cell}{Side(i)}\">{Text(heading)}</th>"))}</tr></thead>"
        + $"<tbody>{_rows}</tbody></table>";

    private static string Side(int column) => column == 0 ? "left" : "right";
}
