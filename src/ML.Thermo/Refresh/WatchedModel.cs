using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Steps;

namespace ML.Thermo.Refresh;

/// <summary>A model that carries a monitor, taken apart: what predicts, what makes the watched columns of a row, and the monitor.</summary>
internal sealed class WatchedModel
{
    private readonly ITransformer[] _steps, _watching;

    private WatchedModel(ITransformer[] steps, ITransformer[] watching, SavedMonitor saved) => (_steps, _watching, Saved) = (steps, watching, saved);

    /// <summary>What a monitor is made from.</summary>
    public SavedMonitor Saved { get; }

    /// <summary>The model as it was before it was watched.</summary>
    public ITransformer Model => new TransformerChain<ITransformer>(_steps);

    /// <summary>Takes a model apart; of several monitors the last.</summary>
    /// <param name="model">In memory, or loaded.</param>
    /// <returns>Null where it carries no monitor.</returns>
    public static WatchedModel? Of(ITransformer model)
    {
        var steps = new List<ITransformer>();
        return RefreshSteps.In(model) is { } saved && Find(model, steps) is { } watching ? new WatchedModel([.. steps], [.. watching], saved) : null;
    }

    /// <summary>The model and those steps behind it that make scores and inputs: nobody's window is touched.</summary>
    /// <param name="schema">Of the rows that come.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column that a step reads is missing or has the wrong type.</exception>
    public ITransformer Watching(DataViewSchema schema)
    {
        var chain = new List<ITransformer>(_steps);
        foreach (ITransformer step in chain)
            schema = step.GetOutputSchema(schema);
        foreach (ITransformer step in _watching)
        {
            schema = step.GetOutputSchema(schema);
            chain.Add(step);
            if (schema.GetColumnOrNull(HiddenColumns.Inputs) is not null)
                break;
        }

        return new TransformerChain<ITransformer>([.. chain]);
    }

    private static IEnumerable<ITransformer>? Find(ITransformer model, List<ITransformer> before)
    {
        if (RefreshSteps.IsWatching(model))
            return model is RefreshTransformer own ? own.Steps : (IEnumerable<ITransformer>)model;
        if (model is not IEnumerable<ITransformer> chain)
            return null;
        ITransformer[] steps = [.. chain];
        int last = Array.FindLastIndex(steps, step => RefreshSteps.In(step) is not null);
        before.AddRange(steps.Take(last));
        return last < 0 ? null : Find(steps[last], before);
    }
}
