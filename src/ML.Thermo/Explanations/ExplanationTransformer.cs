using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Schemas;

namespace ML.Thermo.Explanations;

/// <summary>Adds the columns of <see cref="ExplanationEstimator"/> to raw rows.</summary>
[Maturity(Maturity.Estimator)]
public sealed class ExplanationTransformer : ITransformer
{
    private readonly ModelExplainer _explainer;
    private readonly IReadOnlyList<string> _slots;
    private readonly ExplanationColumnOptions _names;

    internal ExplanationTransformer(ModelExplainer explainer, IReadOnlyList<string> slots, ExplanationColumnOptions names) =>
        (_explainer, _slots, _names) = (explainer, slots, names);

    bool ITransformer.IsRowToRowMapper => false;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column that the model uses is missing.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (string name in _explainer.FeatureColumnNames)
            inputSchema.Demand("feature", name, "a column of the model", _ => true);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        builder.AddColumns(Columns(_slots, _names));
        return builder.ToSchema();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column that the model uses is missing.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ExplainedView(input, GetOutputSchema(input.Schema), _explainer, _slots);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) =>
        throw new NotSupportedException("An explanation asks the model about many rows: it is no mapper of one row, and makes no prediction engine.");

    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException(
        "An explanation step is not saved, for it holds the model that it explains: save the model, load it, and make the step anew with "
        + "Thermo().Explanation(loaded, background). It gives the same numbers.");

    /// <summary>The columns that are added.</summary>
    internal static DataViewSchema Columns(IReadOnlyList<string> slots, ExplanationColumnOptions names)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        var texts = new VBuffer<ReadOnlyMemory<char>>(slots.Count, [.. slots.Select(slot => slot.AsMemory())]);
        var type = new VectorDataViewType(TextDataViewType.Instance, slots.Count);
        annotations.Add("SlotNames", type, (ref VBuffer<ReadOnlyMemory<char>> value) => texts.CopyTo(ref value));
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(names.ExplanationColumnName, new VectorDataViewType(NumberDataViewType.Single, slots.Count), annotations.ToAnnotations());
        builder.AddColumn(names.UnfaithfulnessColumnName, NumberDataViewType.Single);
        builder.AddColumn(names.EntropyColumnName, NumberDataViewType.Single);
        builder.AddColumn(names.EffectiveFeaturesColumnName, NumberDataViewType.Single);
        return builder.ToSchema();
    }
}
