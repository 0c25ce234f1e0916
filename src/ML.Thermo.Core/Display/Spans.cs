using System.Globalization;
using System.Text;

namespace ML.Thermo.Display;

/// <summary>Points with their spread on one axis, as SVG: where two states lie, and how wide they are.</summary>
internal static class Spans
{
    private const int Width = 560, Left = 150, Right = 20, Line = 26, Ticks = 5;

    /// <summary>The picture.</summary>
    /// <param name="unit">What the axis counts.</param>
    /// <param name="spans">Name, middle, half width and colour; those that are not finite are left out.</param>
    public static string Svg(string unit, params (string Name, double Middle, double Half, string Colour)[] spans)
    {
        (string Name, double Middle, double Half, string Colour)[] shown = [.. spans.Where(s => double.IsFinite(s.Middle + s.Half))];
        if (shown.Length == 0)
            return "";
        double low = shown.Min(s => s.Middle - s.Half), high = shown.Max(s => s.Middle + s.Half);
        double air = high > low ? 0.05 * (high - low) : Math.Max(Math.Abs(high), 1);
        (low, high) = (low - air, high + air);
        double X(double x) => Left + ((x - low) / (high - low) * (Width - Left - Right));
        int floor = (shown.Length * Line) + 8, height = floor + 40;
        var svg = new StringBuilder(Invariant($"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"{HtmlTable.Text(unit)}\" "));
        svg.Append(Invariant($"width=\"{Width}\" height=\"{height}\" viewBox=\"0 0 {Width} {height}\" font-family=\"sans-serif\" font-size=\"12\">"));
        double step = Step((high - low) / Ticks);
        for (double i = Math.Ceiling(low / step); i * step <= high; i++)
        {
            svg.Append(Invariant($"<path d=\"M{X(i * step):F1} 6V{floor}\" stroke=\"#8884\"/>"));
            string label = ((i * step) + 0.0).ToString("G5", CultureInfo.InvariantCulture); // + 0.0: no −0
            svg.Append(Invariant($"<text x=\"{X(i * step):F1}\" y=\"{floor + 15}\" text-anchor=\"middle\" fill=\"currentColor\">{label}</text>"));
        }

        for (int i = 0; i < shown.Length; i++)
        {
            (string name, double middle, double half, string colour) = shown[i];
            int y = (i * Line) + 18;
            svg.Append(Invariant($"<text x=\"{Left - 10}\" y=\"{y + 4}\" text-anchor=\"end\" fill=\"currentColor\">{HtmlTable.Text(name)}</text>"));
            svg.Append(Invariant($"<path d=\"M{X(middle - half):F1} {y}H{X(middle + half):F1}\" "));
            svg.Append(Invariant($"stroke=\"{colour}\" stroke-width=\"6\" stroke-opacity=\"0.45\"/>"));
            svg.Append(Invariant($"<circle cx=\"{X(middle):F1}\" cy=\"{y}\" r=\"5\" fill=\"{colour}\"/>"));
        }

        return svg.Append(Invariant($"<text x=\"{(Left + Width - Right) / 2}\" y=\"{height - 6}\" text-anchor=\"middle\" fill=\"currentColor\">"))
            .Append(HtmlTable.Text(unit)).Append("</text></svg>").ToString();
    }

    private static double Step(double raw)
    {
        double scale = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        return scale * (raw / scale) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
