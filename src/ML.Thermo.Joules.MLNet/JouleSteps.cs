using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace ML.Thermo.Joules.MLNet;

/// <summary>
/// The steps that carry a record behind a model: all of them ML.NET's own, so that a saved model loads in a process that has never heard of us.
/// The record is the key values of a column that nobody needs to read.
/// </summary>
internal static class JouleSteps
{
    /// <summary>The column with the record.</summary>
    public const string Column = "Joules";

    /// <summary>The first key value, by which it is known.</summary>
    private const string Mark = "ML.Thermo joules";

    private const string Text = "__thermo_joules";

    /// <summary>Our own: components made in the user's context would change the numbers that his trainers draw.</summary>
    private static readonly MLContext s_context = new(0);

    /// <summary>Makes the steps.</summary>
    /// <param name="input">What the model is given.</param>
    /// <param name="output">What it delivers.</param>
    /// <param name="record">What training cost.</param>
    public static IReadOnlyList<ITransformer> Make(DataViewSchema input, DataViewSchema output, TrainingJoules record)
    {
        if (Carrier(input, output) is not { } carrier)
            return [];
        string[] entries = [Mark, .. record.ToEntries()];
        IDataView keys = new TextView(entries);
        var steps = new List<ITransformer>();
        var rows = new TextView(output);
        Add(s_context.Transforms.Conversion.ConvertType(Text, carrier, DataKind.String));
        Add(s_context.Transforms.Conversion.MapValueToKey(Column, Text, keyData: keys));
        Add(s_context.Transforms.DropColumns(Text));
        return steps;

        void Add(IEstimator<ITransformer> step)
        {
            ITransformer made = step.Fit(rows);
            rows = new TextView(made.GetOutputSchema(rows.Schema));
            steps.Add(made);
        }
    }

    /// <summary>The last record in a model, or null.</summary>
    public static TrainingJoules? In(ITransformer model) => model switch
    {
        Transitions.PhaseTransitionTransformer { Model: var trained } => In(trained),
        RecordStep step => step.Record,
        IEnumerable<ITransformer> chain => chain.Reverse().Select(In).FirstOrDefault(record => record is not null),
        ValueToKeyMappingTransformer keys => Keys(keys),
        _ => null,
    };

    /// <summary>A column that is there whenever the model is used: its own product, a single number where there is one.</summary>
    private static string? Carrier(DataViewSchema input, DataViewSchema output) => output
        .Where(column => !column.IsHidden && CanBeText(column.Type))
        .OrderBy(column => input.GetColumnOrNull(column.Name) is null ? 0 : 1).ThenBy(column => column.Type is VectorDataViewType ? 1 : 0).ThenBy(column =>
            column.Name == "Score" ? 0 : 1)
        .Select(column => column.Name).FirstOrDefault();

    private static bool CanBeText(DataViewType type) =>
        type is NumberDataViewType or BooleanDataViewType or VectorDataViewType { IsKnownSize: true, ItemType: NumberDataViewType or BooleanDataViewType };

    /// <summary>Our mapping reads one text column with a name that nobody else has; others refuse a schema of that column alone.</summary>
    private static TrainingJoules? Keys(ValueToKeyMappingTransformer keys)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(Text, TextDataViewType.Instance);
        DataViewSchema schema;
        try
        {
            schema = keys.GetOutputSchema(builder.ToSchema());
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }

        if (schema.GetColumnOrNull(Column) is not { } column || !column.HasKeyValues())
            return null;
        VBuffer<ReadOnlyMemory<char>> values = default;
        column.GetKeyValues(ref values);
        string[] entries = [.. values.DenseValues().Select(value => value.ToString())];
        return entries.Length > 1 && entries[0] == Mark ? TrainingJoules.From(entries[1..]) : null;
    }
}
