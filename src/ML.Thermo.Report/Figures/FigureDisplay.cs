using ML.Thermo.Display;

namespace ML.Thermo.Report.Figures;

/// <summary>A figure as its picture.</summary>
internal sealed class FigureDisplay : HtmlDisplay<Figure>
{
    /// <inheritdoc/>
    public override string Html(Figure value) => value.ToSvg();
}
