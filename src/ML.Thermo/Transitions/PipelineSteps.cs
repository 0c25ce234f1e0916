using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Steps;

namespace ML.Thermo.Transitions;

/// <summary>
/// The steps that follow a trained model in its pipeline: all of them ML.NET's own, so that ML.NET saves and loads them, around one
/// mapping of ours. The numbers of the rows travel as a text constant, those of the transition as the key values of a column.
/// </summary>
internal static class PipelineSteps
{
    /// <summary>The first key value of a transition column, by which it is known.</summary>
    public const string Mark = "ML.Thermo transition";

    /// <summary>Makes the steps.</summary>
    /// <param name="context">A context of our own: making components in the user's would change the numbers that his trainers draw.</param>
    /// <param name="schema">What the trained model delivers.</param>
    /// <param name="names">Names of columns.</param>
    /// <param name="rows">Computes the columns.</param>
    /// <param name="record">The transition.</param>
    public static IReadOnlyList<ITransformer> Make(
        MLContext context, DataViewSchema schema, RowNames names, RowTransition rows, PhaseTransitionRecord record)
    {
        var steps = new StepChain(context, schema);
        steps.AddOne();
        NamedValues state = rows.ToEntries();
        names.Write(state);
        steps.AddConstant(HiddenColumns.State, state.ToString());
        steps.AddConstant(HiddenColumns.Transition, Mark);
        string[] entries = [Mark, .. record.ToEntries().Pairs];
        IDataView keys = context.Data.LoadFromEnumerable(entries.Select(entry => new KeyText { Value = entry }));
        steps.Add(context.Transforms.Conversion.MapValueToKey(names.Transition, HiddenColumns.Transition, keyData: keys));
        steps.AddTarget(names.IsTarget ? names.Label : null);
        AddRowColumns(context.Transforms, steps, names, rows.ReadsFeatures);
        steps.AddCopies([(names.Energy, HiddenColumns.Energy), (names.Entropy, HiddenColumns.Entropy), (names.Temperature, HiddenColumns.Temperature)]);
        steps.DropHidden();
        return steps.Steps;
    }

    /// <summary>Energy, entropy and temperature, under the names that the mapping has for ever.</summary>
    private static void AddRowColumns(TransformsCatalog to, StepChain steps, RowNames names, bool readsFeatures)
    {
        bool isVector = steps.Schema[names.Score].Type is VectorDataViewType;
        steps.Add(to.CopyColumns(HiddenColumns.Score, names.Score));
        steps.Add(readsFeatures ? to.CopyColumns(HiddenColumns.Features, names.Features) : to.Concatenate(HiddenColumns.Features, HiddenColumns.One));
        steps.Add(isVector
            ? to.CustomMapping<VectorRowMapping.Input, RowMapping.Output>(VectorRowMapping.Map, VectorRowMapping.Contract)
            : to.CustomMapping<RowMapping.Input, RowMapping.Output>(RowMapping.Map, RowMapping.Contract));
    }

    private sealed class KeyText
    {
        public string Value { get; set; } = "";
    }
}
