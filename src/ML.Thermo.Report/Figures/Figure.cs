using System.Globalization;
using System.Net;
using System.Text;
using ML.Thermo.Display;

namespace ML.Thermo.Report.Figures;

/// <summary>A small picture of curves, points and levels as SVG, for notebooks and documents: no script, no file, no package.</summary>
/// <remarks>
/// <para>Series are told apart by colour and by dash or mark. Numbers that are not finite, or not positive on a logarithmic axis, leave a gap.</para></remarks>
/// <param name="title">What the picture shows.</param>
/// <param name="across">Name and unit of the horizontal axis.</param>
/// <param name="up">Name and unit of the vertical axis.</param>
[Maturity(Maturity.Estimator, "a picture of numbers, exact to a tenth of a pixel")]
[TypeFormatterSource(typeof(FigureDisplay))]
public sealed class Figure(string title, string across, string up)
{
    private const int Left = 72, Right = 16, Top = 34, Bottom = 46, LegendLine = 18;

    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#6b6b6b", "#e69f00"];
    private static readonly string[] Dashes = ["", "7 4", "2 3", "10 3 2 3", "1 5", "12 6"];

    private readonly List<Series> _series = [];

    private enum Shape { Line, Points, Vertical, Horizontal }

    /// <summary>Whether equal ratios are equal distances across.</summary>
    public bool LogarithmicAcross { get; init; }

    /// <summary>Whether equal ratios are equal distances upwards.</summary>
    public bool LogarithmicUp { get; init; }

    /// <summary>Adds a curve.</summary>
    /// <param name="name">Its name in the legend.</param>
    /// <param name="points">Its points from left to right.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public Figure Line(string name, IEnumerable<(double X, double Y)> points) => Add(Shape.Line, name, points);

    /// <summary>Adds points.</summary>
    /// <param name="name">Their name in the legend.</param>
    /// <param name="points">The points.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public Figure Points(string name, IEnumerable<(double X, double Y)> points) => Add(Shape.Points, name, points);

    /// <summary>Adds a vertical line.</summary>
    /// <param name="name">Its name in the legend.</param>
    /// <param name="x">Where it stands.</param>
    /// <exception cref="ArgumentNullException">The name is null.</exception>
    public Figure Vertical(string name, double x) => Add(Shape.Vertical, name, [(x, double.NaN)]);

    /// <summary>Adds a level.</summary>
    /// <param name="name">Its name in the legend.</param>
    /// <param name="y">Its height.</param>
    /// <exception cref="ArgumentNullException">The name is null.</exception>
    public Figure Horizontal(string name, double y) => Add(Shape.Horizontal, name, [(double.NaN, y)]);

    /// <summary>The picture as one SVG element.</summary>
    /// <param name="width">Pixels across; ≥ 200.</param>
    /// <param name="height">Pixels upwards, without the legend; ≥ 120.</param>
    /// <exception cref="ArgumentOutOfRangeException">The picture would be too small to read.</exception>
    public string ToSvg(int width = 720, int height = 340)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 200);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 120);
        var horizontal = Axis.Around(_series.SelectMany(s => s.Points, (_, p) => p.X), LogarithmicAcross);
        var vertical = Axis.Around(_series.SelectMany(s => s.Points, (_, p) => p.Y), LogarithmicUp);
        double X(double x) => Left + (horizontal.Place(x) * (width - Left - Right));
        double Y(double y) => height - Bottom - (vertical.Place(y) * (height - Top - Bottom));
        int right = width - Right, floor = height - Bottom, full = height + (_series.Count * LegendLine) + 6;

        var svg = new StringBuilder();
        svg.Append(Invariant($"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"{Text(title)}\" "));
        svg.Append(Invariant($"width=\"{width}\" height=\"{full}\" viewBox=\"0 0 {width} {full}\" font-family=\"sans-serif\" font-size=\"12\">\n"));
        svg.Append(Invariant($"<rect width=\"{width}\" height=\"{full}\" fill=\"#fff\"/>\n"));
        svg.Append(Invariant($"<text x=\"{Left}\" y=\"20\" font-size=\"14\" font-weight=\"bold\" fill=\"#222\">{Text(title)}</text>\n"));
        foreach ((double value, string label) in horizontal.Ticks())
        {
            svg.Append(Invariant($"<path d=\"M{X(value):F1} {Top}V{floor}\" stroke=\"#e4e4e4\"/>"));
            svg.Append(Invariant($"<text x=\"{X(value):F1}\" y=\"{floor + 16}\" text-anchor=\"middle\" fill=\"#444\">{label}</text>\n"));
        }

        foreach ((double value, string label) in vertical.Ticks())
        {
            svg.Append(Invariant($"<path d=\"M{Left} {Y(value):F1}H{right}\" stroke=\"#e4e4e4\"/>"));
            svg.Append(Invariant($"<text x=\"{Left - 6}\" y=\"{Y(value) + 4:F1}\" text-anchor=\"end\" fill=\"#444\">{label}</text>\n"));
        }

        svg.Append(Invariant($"<text x=\"{(Left + right) / 2}\" y=\"{height - 10}\" text-anchor=\"middle\" fill=\"#222\">{Text(across)}</text>\n"));
        svg.Append(Invariant($"<text transform=\"translate(14 {(Top + floor) / 2}) rotate(-90)\" text-anchor=\"middle\" fill=\"#222\">{Text(up)}</text>\n"));
        for (int i = 0; i < _series.Count; i++)
        {
            (Shape shape, string name, (double X, double Y)[] points) = _series[i];
            string dash = shape == Shape.Points ? "" : Dashes[i % Dashes.Length];
            string pen = $"fill=\"none\" stroke=\"{Colours[i % Colours.Length]}\" stroke-width=\"2\" stroke-dasharray=\"{dash}\"";
            int y = height + 8 + (i * LegendLine);
            string drawn = shape switch
            {
                Shape.Vertical => Invariant($"M{X(points[0].X):F1} {Top}V{floor}"),
                Shape.Horizontal => Invariant($"M{Left} {Y(points[0].Y):F1}H{right}"),
                Shape.Points => string.Concat(points.Select(p => (X: X(p.X), Y: Y(p.Y))).Where(p => double.IsFinite(p.X + p.Y)).Select(p => Mark(p.X, p.Y))),
                _ => Curve(points.Select(p => (X(p.X), Y(p.Y)))),
            };
            string key = shape == Shape.Points ? Mark(Left + 14, y - 4) : Invariant($"M{Left} {y - 4}h28");
            svg.Append(Invariant($"<path d=\"{drawn}{key}\" {pen}/><text x=\"{Left + 36}\" y=\"{y}\" fill=\"#222\">{Text(name)}</text>\n"));
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static string Mark(double x, double y) => Invariant($"M{x - 3:F1} {y - 3:F1}l6 6m0 -6l-6 6");

    /// <summary>A polyline that starts anew behind every gap.</summary>
    private static string Curve(IEnumerable<(double X, double Y)> points)
    {
        var path = new StringBuilder();
        bool isDrawing = false;
        foreach ((double x, double y) in points)
        {
            bool hasPlace = double.IsFinite(x + y);
            if (hasPlace)
                path.Append(Invariant($"{(isDrawing ? 'L' : 'M')}{x:F1} {y:F1}"));
            isDrawing = hasPlace;
        }

        return path.ToString();
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private Figure Add(Shape shape, string name, IEnumerable<(double X, double Y)> points)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(points);
        _series.Add(new(shape, name, [.. points]));
        return this;
    }

    private sealed record Series(Shape Kind, string Name, (double X, double Y)[] Points);
}
