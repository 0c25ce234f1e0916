using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Schemas;

namespace ML.Thermo.Explanations;

/// <summary>Adds to every row why the model says so: the effects of its features, and how faithful and how simple they are.</summary>
/// <remarks>
/// <para>To create this estimator, use <see cref="ThermoCatalog.Explanation"/>. Its rows are raw ones, as the model takes them.</para>
/// <list type="table">
/// <listheader><term>Output column</term><description>Type and meaning</description></listheader>
/// <item><term><c>Explanation</c></term><description>Vector of Single with the features as slot names: effect of each, in the
/// output's unit.</description></item>
/// <item><term><c>Unfaithfulness</c></term><description>Single: U of the chosen stand-in, 0 to 1.</description></item>
/// <item><term><c>InterpretationEntropy</c></term><description>Single: S of the chosen stand-in, 0 to 1; NaN where nothing moves.</description></item>
/// <item><term><c>EffectiveFeatures</c></term><description>Single: how many features it amounts to; NaN where nothing moves.</description></item>
/// </list>
/// <para><b>Estimator characteristics.</b> Fitting looks at the first row. Transforming scores some hundred rows for each one, in batches, where one of the
/// columns is read. Not exportable to ONNX, and not savable: save the model, and explain after loading, with the same numbers.</para></remarks>
[Maturity(Maturity.Estimator)]
public sealed class ExplanationEstimator : IEstimator<ExplanationTransformer>
{
    private readonly ModelExplainer _explainer;
    private readonly IReadOnlyList<string> _slots;
    private readonly ExplanationColumnOptions _names;

    internal ExplanationEstimator(ModelExplainer explainer, IDataView background, ExplanationColumnOptions names)
    {
        if (names.All.Any(string.IsNullOrEmpty) || names.All.Distinct(StringComparer.Ordinal).Count() < names.All.Length)
            throw new ArgumentException($"The columns are named '{string.Join("', '", names.All)}': expected four different names.", nameof(names));
        (_explainer, _slots, _names) = (explainer, explainer.Slots(background), names);
    }

    /// <summary>Checks the columns; nothing is learnt.</summary>
    /// <param name="input">Raw rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column that the model uses is missing.</exception>
    public ExplanationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var transformer = new ExplanationTransformer(_explainer, _slots, _names);
        _ = transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column that the model uses is missing.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (string name in _explainer.FeatureColumnNames)
            inputSchema.Demand("feature", name, "a column of the model", _ => true);
        return Shapes.With(inputSchema, Shapes.Of(ExplanationTransformer.Columns(_slots, _names)));
    }
}
