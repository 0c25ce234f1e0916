using ML.Thermo.Onnx.Comparison;
using ML.Thermo.Onnx.Layers;

namespace ML.Thermo.Report.Layers;

/// <summary>What was found of two networks side by side.</summary>
[Maturity(Maturity.Estimator, "each number names its own")]
public sealed record ComparisonFindings : Findings
{
    /// <summary>The first network; its model stays open while findings are read.</summary>
    public required LayerGraph First { get; init; }

    /// <summary>The second network, likewise.</summary>
    public required LayerGraph Second { get; init; }

    /// <summary>What changed of the layers that answer to each other.</summary>
    public required NetworkComparison Found { get; init; }

    /// <summary>Rows that both ran; 0 where nothing was run.</summary>
    public long Rows { get; init; }

    /// <summary>Whether those rows are noise.</summary>
    public bool IsSynthetic { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Summary => [.. ComparisonSummary.Of(Found)];

    internal override PageContent ToPage() => ComparisonPage.Of(this);
}
