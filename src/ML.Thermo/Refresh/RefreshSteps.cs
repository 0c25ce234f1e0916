using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using ML.Thermo.Schemas;
using ML.Thermo.Steps;
using ML.Thermo.Transitions;

namespace ML.Thermo.Refresh;

/// <summary>The steps of a saved pipeline around the one that watches: ML.NET saves and loads all of them by itself.</summary>
internal static class RefreshSteps
{
    /// <summary>Makes the steps.</summary>
    /// <param name="context">A context of our own.</param>
    /// <param name="watched">The steps before.</param>
    /// <param name="label">The label that scored rows will have, or null.</param>
    /// <param name="saved">The monitor.</param>
    /// <param name="options">Names of columns.</param>
    public static IReadOnlyList<ITransformer> Make(MLContext context, WatchedColumns watched, string? label, SavedMonitor saved, RefreshOptions options)
    {
        TransformsCatalog to = context.Transforms;
        List<ITransformer> steps = [.. watched.Steps];
        DataViewSchema schema = watched.Rows.Schema;
        foreach (IEstimator<ITransformer> target in WatchedColumns.Target(context, schema, label))
            Add(target);
        Add(to.Expression(RefreshMapping.State, $"x : \"{saved}\"", OneMapping.Column));
        Add(to.StatefulCustomMapping<PassageMapping.Nothing, PassageMapping.Output, Passage>(PassageMapping.Map, PassageMapping.Begin, PassageMapping.Contract));
        Add(to.CustomMapping<RefreshMapping.Input, RefreshMapping.Output>(RefreshMapping.Map, RefreshMapping.Contract));
        string[] computed = [RefreshMapping.Energy, RefreshMapping.DeltaEnergy, RefreshMapping.DeltaEntropy, RefreshMapping.Temperature, RefreshMapping.PValue, RefreshMapping.Refresh];
        foreach ((string name, string column) in options.OutputColumns.Zip(computed))
            Add(to.CopyColumns(name, column));
        Add(to.DropColumns([.. schema.Where(column => column.Name.StartsWith("__thermo_", StringComparison.Ordinal)).Select(column => column.Name).Distinct()]));
        return steps;

        void Add(IEstimator<ITransformer> estimator)
        {
            ITransformer step = estimator.Fit(new SchemaOnly(schema));
            schema = step.GetOutputSchema(schema);
            steps.Add(step);
        }
    }

    /// <summary>The last monitor in a model, in memory or loaded; null where there is none.</summary>
    public static SavedMonitor? In(ITransformer model) => model switch
    {
        RefreshTransformer own => own.Saved,
        IEnumerable<ITransformer> chain => chain.Reverse().Select(In).FirstOrDefault(saved => saved is not null),
        ExpressionTransformer constant => Text(constant) is { } text ? SavedMonitor.Parse(text) : null,
        _ => null,
    };

    /// <summary>Whether a step of a chain is a watching one: our transformer, or the chain that it was saved as.</summary>
    public static bool IsWatching(ITransformer step) =>
        step is RefreshTransformer || (step is IEnumerable<ITransformer> chain && chain.Any(inner => inner is ExpressionTransformer constant && Text(constant) is not null));

    /// <summary>Our constant is made of a column that nobody else has; others refuse rows of that column alone.</summary>
    private static string? Text(ExpressionTransformer constant)
    {
        var context = new MLContext(0);
        IDataView row = context.Data.LoadFromEnumerable([new OneMapping.One { Value = 1 }]);
        try
        {
            IDataView rows = constant.Transform(row);
            return rows.Schema.GetColumnOrNull(RefreshMapping.State) is null ? null : rows.GetColumn<string>(RefreshMapping.State).Single();
        }
        catch (Exception exception) when (exception is ArgumentOutOfRangeException or InvalidOperationException)
        {
            return null;
        }
    }
}
