using System.Text.Json.Serialization;
using ML.Thermo.Numerics;
using ML.Thermo.Refresh.Binning;

namespace ML.Thermo.Refresh;

/// <summary>The drift of one input.</summary>
/// <param name="Input">Which.</param>
/// <param name="Effect">Its largest standardised shift, in standard deviations of one row.</param>
/// <param name="Significance">The same in standard errors: what the label-free rule sees of it.</param>
/// <param name="Distances">Of the bin counts.</param>
/// <param name="Unseen">Values of categories that the reference did not have.</param>
/// <param name="Missing">Missing values.</param>
/// <param name="PValue">Of any change of this input, by itself: its values, empty cells, unseen and rare categories; NaN with too few rows.</param>
/// <param name="AdjustedPValue">The same as one of all inputs: where rows are independent, at most the stated share of windows has any input below it.</param>
/// <param name="Fault">What is broken rather than moved.</param>
[Maturity(Maturity.Estimator)]
[JsonConverter(typeof(ResultJsonConverter))]
public sealed record InputDrift(DriftInput Input, double Effect, double Significance, BinDistances Distances, long Unseen, long Missing,
    double PValue, double AdjustedPValue, InputFault Fault)
{
    /// <summary>What stands in its bins; null where there are many categories.</summary>
    internal InputCounts? Counts { get; init; }
}

/// <summary>Counts of an input by bin, of reference and window.</summary>
/// <param name="Edges">Upper edges of all bins but the last; empty for categories, whose last bin is of those that the reference did not have.</param>
/// <param name="Reference">Rows of the reference.</param>
/// <param name="Window">Rows of the window.</param>
internal sealed record InputCounts(double[] Edges, long[] Reference, long[] Window);

/// <summary>What is broken about an input, rather than moved.</summary>
public enum InputFault
{
    /// <summary>Nothing that can be told from chance.</summary>
    None,

    /// <summary>More empty cells than in the reference.</summary>
    Missing,

    /// <summary>Categories that the reference did not have.</summary>
    Unseen,
}
