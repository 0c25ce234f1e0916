using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using ML.Thermo.Steps;

namespace ML.Thermo.Transitions;

/// <summary>Finds transitions in models and schemas. After loading there are only ML.NET's own steps, one of which holds the record as its keys.</summary>
internal static class SavedTransitions
{
    /// <summary>The last record in a model, or null.</summary>
    public static PhaseTransitionRecord? In(ITransformer model) => model switch
    {
        PhaseTransitionTransformer own => own.Record,
        IEnumerable<ITransformer> chain => chain.Reverse().Select(In).FirstOrDefault(record => record is not null),
        ValueToKeyMappingTransformer keys => Keys(keys),
        _ => null,
    };

    /// <summary>The last record in a schema, or null.</summary>
    public static PhaseTransitionRecord? In(DataViewSchema schema)
    {
        foreach (DataViewSchema.Column column in schema.Reverse())
        {
            if (column.Type is not KeyDataViewType || !column.HasKeyValues())
                continue;
            if (column.Annotations.Schema["KeyValues"].Type is not VectorDataViewType { ItemType: TextDataViewType })
                continue;
            VBuffer<ReadOnlyMemory<char>> values = default;
            column.GetKeyValues(ref values);
            string[] entries = [.. values.DenseValues().Select(value => value.ToString())];
            if (entries.Length > 1 && entries[0] == PipelineSteps.Mark)
                return PhaseTransitionRecord.From(new NamedValues(entries[1..]));
        }

        return null;
    }

    /// <summary>A model without the steps that were added to it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="isAdded">Which other steps of a chain were added.</param>
    public static ITransformer Without(ITransformer model, Func<ITransformer, bool> isAdded)
    {
        if (model is PhaseTransitionTransformer own)
            return Without(own.Model, isAdded);
        if (model is not IEnumerable<ITransformer> chain)
            return model;
        ITransformer[] steps = [.. chain];
        return steps.Any(step => step is ValueToKeyMappingTransformer keys && Keys(keys) is not null)
            ? Without(steps[0], isAdded) // a saved model: what was trained, then our steps
            : new TransformerChain<ITransformer>([.. steps.Where(step => !isAdded(step)).Select(step => Without(step, isAdded))]);
    }

    /// <summary>A model with our own transformers in the place of the steps as which they were saved; itself where there are none.</summary>
    public static ITransformer Restore(ITransformer model, string? file)
    {
        if (model is not IEnumerable<ITransformer> chain)
            return model;
        ITransformer[] steps = [.. chain];
        foreach (Type mapping in steps.Select(step => step.GetType()).Where(type => type.IsGenericType))
        {
            Type row = mapping.GenericTypeArguments[0];
            if (row.IsAssignableTo(typeof(IRestorable)) && ((IRestorable)Activator.CreateInstance(row)!).Restore(steps, file) is { } restored)
                return restored;
        }

        ITransformer[] others = [.. steps.Select(step => Restore(step, file))];
        return others.AsSpan().SequenceEqual(steps) ? model : new TransformerChain<ITransformer>(others);
    }

    /// <summary>The transition that was saved as some steps; null where the first version of this package saved it.</summary>
    public static PhaseTransitionTransformer? Restored(IReadOnlyList<ITransformer> steps, string? file)
    {
        if (steps[1] is not CustomMappingTransformer<OneMapping.Nothing, OneMapping.One>)
            return null;
        var context = new MLContext(0); // the two steps behind the model make a constant, out of any row
        IDataView row = context.Data.LoadFromEnumerable([new OneMapping.One()]);
        IDataView constant = steps.Skip(1).Take(2).Aggregate(row, (rows, step) => step.Transform(rows));
        var state = NamedValues.Parse(constant.GetColumn<string>(HiddenColumns.State).Single());
        return RowNames.Read(state) is { } names && steps.Skip(1).Select(In).FirstOrDefault(record => record is not null) is { } record
            ? new PhaseTransitionTransformer<ITransformer>(Restore(steps[0], file), [.. steps.Skip(1)], record, names, RowTransition.From(state))
            : null;
    }

    /// <summary>Our mapping reads one text column with a name that nobody else has; others refuse a schema of that column alone.</summary>
    private static PhaseTransitionRecord? Keys(ValueToKeyMappingTransformer keys)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(HiddenColumns.Transition, TextDataViewType.Instance);
        try
        {
            return In(keys.GetOutputSchema(builder.ToSchema()));
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }
}
