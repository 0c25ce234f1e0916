using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Schemas;

namespace ML.Thermo.Steps;

/// <summary>The steps of a saved pipeline while it is made: each is fitted for what the one before it delivers, without a row.</summary>
/// <param name="context">A context of our own: making components in the user's would change the numbers that his trainers draw.</param>
/// <param name="schema">What the first step gets.</param>
/// <param name="steps">Steps that are there already, and deliver the schema.</param>
internal sealed class StepChain(MLContext context, DataViewSchema schema, params IEnumerable<ITransformer> steps)
{
    private readonly List<ITransformer> _steps = [.. steps];

    /// <summary>What the last step delivers.</summary>
    public DataViewSchema Schema { get; private set; } = schema;

    /// <summary>The steps so far.</summary>
    public IReadOnlyList<ITransformer> Steps => _steps;

    /// <summary>One step more.</summary>
    /// <param name="estimator">Makes the step.</param>
    /// <param name="data">What it is fitted on; null for no row at all.</param>
    public void Add(IEstimator<ITransformer> estimator, IDataView? data = null)
    {
        ITransformer step = estimator.Fit(data ?? new SchemaOnly(Schema));
        Schema = step.GetOutputSchema(Schema);
        _steps.Add(step);
    }

    /// <summary>A column of ones. Constants are made of a column that costs nothing: every reader of a score computes it anew.</summary>
    public void AddOne() => Add(context.Transforms.CustomMapping<OneMapping.Nothing, OneMapping.One>(OneMapping.Map, OneMapping.Contract));

    /// <summary>A column of one text, which has no quotes and no backslashes.</summary>
    public void AddConstant(string name, string text) => Add(context.Transforms.Expression(name, $"x : \"{text}\"", HiddenColumns.One));

    /// <summary>Copies of columns.</summary>
    public void AddCopies(IEnumerable<(string Name, string Source)> columns)
    {
        foreach ((string name, string source) in columns)
            Add(context.Transforms.CopyColumns(name, source));
    }

    /// <summary>The column <see cref="HiddenColumns.Target"/>: a label as a Single, or NaN without one.</summary>
    /// <param name="label">The label's name, or null.</param>
    public void AddTarget(string? label)
    {
        foreach (IEstimator<ITransformer> step in Target(context, Schema, label))
            Add(step);
    }

    /// <summary>Drops the columns whose names are hidden.</summary>
    public void DropHidden()
    {
        IEnumerable<string> names = Schema.Select(column => column.Name);
        Add(context.Transforms.DropColumns([.. names.Where(name => name.StartsWith(HiddenColumns.Prefix, StringComparison.Ordinal)).Distinct()]));
    }

    /// <summary>The steps that make <see cref="HiddenColumns.Target"/>.</summary>
    /// <param name="context">A context of our own.</param>
    /// <param name="schema">Where the label is.</param>
    /// <param name="label">Its name, or null.</param>
    public static IEnumerable<IEstimator<ITransformer>> Target(MLContext context, DataViewSchema schema, string? label)
    {
        TransformsCatalog to = context.Transforms;
        if (label is null)
            return [to.Expression(HiddenColumns.Target, "x : na(x)", HiddenColumns.One)];
        return schema.Demand("label", label, Columns.Label, Columns.IsLabel).Type switch
        {
            KeyDataViewType => Key(context, HiddenColumns.Target, label),
            BooleanDataViewType => [to.Conversion.ConvertType(HiddenColumns.Target, label, DataKind.Single)],
            _ => [to.CopyColumns(HiddenColumns.Target, label)],
        };
    }

    /// <summary>The steps that read a key as a number.</summary>
    public static IEnumerable<IEstimator<ITransformer>> Key(MLContext context, string name, string key)
    {
        TransformsCatalog to = context.Transforms;
        yield return to.CopyColumns(HiddenColumns.Key, key);
        yield return to.CustomMapping<KeyMapping.Key, KeyMapping.Target>(KeyMapping.Map, KeyMapping.Contract);
        if (name != HiddenColumns.Target)
            yield return to.CopyColumns(name, HiddenColumns.Target);
    }
}
