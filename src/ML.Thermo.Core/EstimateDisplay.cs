using ML.Thermo.Display;

namespace ML.Thermo;

/// <summary>A number with its error, as text: a notebook's own view would show both at sixteen digits.</summary>
internal sealed class EstimateDisplay : HtmlDisplay<Estimate>
{
    /// <inheritdoc/>
    public override string Html(Estimate value) => $"<span>{HtmlTable.Text(value.ToString())}</span>";
}
