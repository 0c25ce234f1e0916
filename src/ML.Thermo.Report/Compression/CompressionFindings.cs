using ML.Thermo.Onnx.Compression;

namespace ML.Thermo.Report.Compression;

/// <summary>What a written file costs beside the original.</summary>
/// <param name="Before">The original.</param>
/// <param name="After">The compressed file as ONNX Runtime loads it.</param>
/// <param name="AfterAsFloats">The same with <c>session.disable_quant_qdq=1</c>: weights become floats when it is loaded.</param>
/// <param name="BatchRows">Rows of a run.</param>
[Maturity(Maturity.Estimator, "medians of times on this machine")]
public sealed record CompressionCosts(ModelCosts Before, ModelCosts After, ModelCosts AfterAsFloats, int BatchRows);

/// <summary>How a network was compressed, what was forecast, and what was measured.</summary>
[Maturity(Maturity.Estimator, "each part says its own")]
public sealed record CompressionFindings : Findings
{
    /// <summary>The network's name.</summary>
    public required string Subject { get; init; }

    /// <summary>The widths, with their plan, which must still be open.</summary>
    public required CompressedNetwork Network { get; init; }

    /// <summary>Bytes of the file that was written; null where none was.</summary>
    public long? Bytes { get; init; }

    /// <summary>The loss of the written file on rows that the plan had not, with an interval; null where no file was written.</summary>
    public MeasuredLoss? Measured { get; init; }

    /// <summary>Number of those rows.</summary>
    public int MeasuredRows { get; init; }

    /// <summary>Whether the rows were noise, because no data were given.</summary>
    public bool IsSynthetic { get; init; }

    /// <summary>Times and memory; null where no file was written.</summary>
    public CompressionCosts? Costs { get; init; }

    /// <summary>The findings in plain sentences, none of which claims more than was measured.</summary>
    public override IReadOnlyList<string> Summary => [.. CompressionSummary.Of(this)];

    internal override PageContent ToPage() => CompressionPage.Of(this);
}
