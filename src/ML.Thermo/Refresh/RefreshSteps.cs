using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using ML.Thermo.Steps;

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
        var steps = new StepChain(context, watched.Rows.Schema, watched.Steps);
        steps.AddTarget(label);
        steps.AddConstant(HiddenColumns.Monitor, saved.ToString());
        steps.Add(to.StatefulCustomMapping<WindowStateMapping.Nothing, WindowStateMapping.Output, WindowState>(
            WindowStateMapping.Map, WindowStateMapping.Begin, WindowStateMapping.Contract));
        steps.Add(to.CustomMapping<RefreshMapping.Input, RefreshMapping.Output>(RefreshMapping.Map, RefreshMapping.Contract));
        steps.AddCopies(options.OutputColumns.Zip(RefreshMapping.Columns));
        steps.DropHidden();
        return steps.Steps;
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
        step is RefreshTransformer
        || (step is IEnumerable<ITransformer> chain && chain.OfType<ExpressionTransformer>().Any(constant => Text(constant) is not null));

    /// <summary>Our constant is made of a column that nobody else has; others refuse rows of that column alone.</summary>
    private static string? Text(ExpressionTransformer constant)
    {
        var context = new MLContext(0);
        IDataView row = context.Data.LoadFromEnumerable([new OneMapping.One { Value = 1 }]);
        try
        {
            IDataView rows = constant.Transform(row);
            return rows.Schema.GetColumnOrNull(HiddenColumns.Monitor) is null ? null : rows.GetColumn<string>(HiddenColumns.Monitor).Single();
        }
        catch (Exception exception) when (exception is ArgumentOutOfRangeException or InvalidOperationException)
        {
            return null;
        }
    }
}
