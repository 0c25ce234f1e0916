using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using ML.Thermo.Schemas;
using ML.Thermo.Steps;

namespace ML.Thermo.Transitions;

/// <summary>
/// The steps that follow a trained model in its pipeline: all of them ML.NET's own, so that ML.NET saves and loads them, around one
/// mapping of ours. The numbers of the rows travel as a text constant, those of the transition as the key values of a column.
/// </summary>
internal sealed class PipelineSteps
{
    /// <summary>The first key value of a transition column, by which it is known.</summary>
    public const string Mark = "ML.Thermo transition";

    public const string Transition = "__thermo_transition";

    private readonly MLContext _context;
    private readonly List<ITransformer> _steps = [];
    private readonly RowNames _names;
    private readonly bool _isVector;
    private DataViewSchema _schema;

    private PipelineSteps(MLContext context, DataViewSchema schema, RowNames names)
    {
        (_context, _schema, _names) = (context, schema, names);
        _isVector = schema[names.Score].Type is VectorDataViewType;
    }

    /// <summary>Makes the steps.</summary>
    /// <param name="context">A context of our own: making components in the user's would change the numbers that his trainers draw.</param>
    /// <param name="schema">What the trained model delivers.</param>
    /// <param name="names">Names of columns.</param>
    /// <param name="rows">Computes the columns.</param>
    /// <param name="record">The transition.</param>
    public static IReadOnlyList<ITransformer> Make(
        MLContext context, DataViewSchema schema, RowNames names, RowTransition rows, PhaseTransitionRecord record)
    {
        var steps = new PipelineSteps(context, schema, names);
        TransformsCatalog to = context.Transforms;
        // Constants are made of a column that costs nothing: every reader of the score computes it anew.
        steps.Add(to.CustomMapping<OneMapping.Nothing, OneMapping.One>(OneMapping.Map, OneMapping.Contract));
        NamedValues state = rows.ToEntries();
        names.Write(state);
        steps.Constant(RowMapping.State, state.ToString());
        steps.Constant(Transition, Mark);
        string[] entries = [Mark, .. record.ToEntries().Pairs];
        IDataView keys = context.Data.LoadFromEnumerable(entries.Select(entry => new KeyText { Value = entry }));
        steps.Add(to.Conversion.MapValueToKey(names.Transition, Transition, keyData: keys));
        steps.Target();
        steps.Columns(rows.ReadsFeatures);
        steps.Add(to.CopyColumns(names.Energy, RowMapping.Energy));
        steps.Add(to.CopyColumns(names.Entropy, RowMapping.Entropy));
        steps.Add(to.CopyColumns(names.Temperature, RowMapping.Temperature));
        steps.Add(to.DropColumns([.. steps._schema.Where(column => column.Name.StartsWith("__thermo_", StringComparison.Ordinal)).Select(column => column.Name).Distinct()]));
        return steps._steps;
    }

    private void Constant(string name, string text) => Add(_context.Transforms.Expression(name, $"x : \"{text}\"", OneMapping.Column));

    /// <summary>Energy, entropy and temperature, under the names that the mapping has for ever.</summary>
    private void Columns(bool readsFeatures)
    {
        TransformsCatalog to = _context.Transforms;
        Add(to.CopyColumns(RowMapping.Score, _names.Score));
        Add(readsFeatures ? to.CopyColumns(RowMapping.Features, _names.Features) : to.Concatenate(RowMapping.Features, OneMapping.Column));
        Add(_isVector
            ? to.CustomMapping<VectorRowMapping.Input, RowMapping.Output>(VectorRowMapping.Map, VectorRowMapping.Contract)
            : to.CustomMapping<RowMapping.Input, RowMapping.Output>(RowMapping.Map, RowMapping.Contract));
    }

    private void Target()
    {
        if (!_names.IsTarget)
        {
            Add(_context.Transforms.Expression(RowMapping.Target, "x : na(x)", OneMapping.Column));
            return;
        }

        string label = _names.Label;
        DataViewType type = _schema.Demand("label", label, Schemas.Columns.Label, Schemas.Columns.IsLabel).Type;
        if (type is KeyDataViewType)
        {
            Add(_context.Transforms.CopyColumns(KeyMapping.Column, label));
            Add(_context.Transforms.CustomMapping<KeyMapping.Key, KeyMapping.Target>(KeyMapping.Map, KeyMapping.Contract));
        }
        else if (type is BooleanDataViewType)
        {
            Add(_context.Transforms.Conversion.ConvertType(RowMapping.Target, label, DataKind.Single));
        }
        else
        {
            Add(_context.Transforms.CopyColumns(RowMapping.Target, label));
        }
    }

    private void Add(IEstimator<ITransformer> estimator)
    {
        ITransformer step = estimator.Fit(new SchemaOnly(_schema));
        _schema = step.GetOutputSchema(_schema);
        _steps.Add(step);
    }

    private sealed class KeyText
    {
        public string Value { get; set; } = "";
    }
}
