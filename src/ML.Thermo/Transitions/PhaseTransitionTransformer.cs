using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Measurement;

namespace ML.Thermo.Transitions;

/// <summary>A trained model with the row columns, and the transition that its training was.</summary>
/// <remarks>
/// <para>It is saved as a chain of ML.NET's own steps, and loaded by any process that has this package; the loaded chain gives the same
/// columns, and <see cref="ThermoCatalog.GetTransition(ITransformer)"/> the same transition. <see cref="ThermoCatalog.Restore"/> makes this
/// transformer of it again, with which prediction engines are twice as fast.</para></remarks>
[Maturity(Maturity.Paper, "training as a transition between states")]
[DebuggerDisplay("{Record}")]
public abstract class PhaseTransitionTransformer : ITransformer, IDisposable
{
    private readonly IReadOnlyList<ITransformer> _steps;
    private readonly RowNames _names;
    private readonly RowTransition _rows;
    private readonly TransformerChain<ITransformer> _chain;

    private protected PhaseTransitionTransformer(
        ITransformer model, IReadOnlyList<ITransformer> steps, PhaseTransitionRecord record, RowNames names, RowTransition rows)
    {
        (Model, _steps, Record, _names, _rows) = (model, steps, record, names, rows);
        _chain = new TransformerChain<ITransformer>([model, .. steps]);
    }

    /// <summary>The trainer's own product.</summary>
    public ITransformer Model { get; }

    /// <summary>Training, from Type I to Type II.</summary>
    public Transition Transition => Record.Transition;

    /// <summary>The transition with what it was measured on.</summary>
    public PhaseTransitionRecord Record { get; }

    bool ITransformer.IsRowToRowMapper => ((ITransformer)_chain).IsRowToRowMapper;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return Steps(inputSchema).Aggregate(inputSchema, (schema, step) => step.GetOutputSchema(schema));
    }

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Steps(input.Schema).Aggregate(input, (rows, step) => step.Transform(rows));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        IRowToRowMapper steps = ((ITransformer)_chain).GetRowToRowMapper(inputSchema);
        return _names.IsTarget ? steps : new RowMapper(
            Model.GetRowToRowMapper(inputSchema), _rows, _names.Score, _names.Features, _names.Added.Select(name => steps.OutputSchema[name]));
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)_chain).Save(ctx);

    /// <summary>Disposes the trained model where it is disposable.</summary>
    public void Dispose()
    {
        _chain.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>With a label, the model's steps for training and testing too (as the mapping of that label); without, those for scoring.</summary>
    private IEnumerable<ITransformer> Steps(DataViewSchema input) =>
        (input.GetColumnOrNull(_names.Label) is null ? [Model] : TrainedModel.Steps(Model)).Concat(_steps);
}

/// <summary>A trained model of a known type with the row columns, and the transition that its training was.</summary>
/// <typeparam name="TTransformer">What the wrapped trainer makes.</typeparam>
/// <example>The model takes ML.NET's explanations as it is:
/// <code>
/// var model = context.Thermo().PhaseTransition(context.Regression.Trainers.Sdca()).Fit(data);
/// var importance = context.Regression.PermutationFeatureImportance(model.Model, data);
/// </code>
/// </example>
[Maturity(Maturity.Paper, "training as a transition between states")]
public sealed class PhaseTransitionTransformer<TTransformer> : PhaseTransitionTransformer
    where TTransformer : class, ITransformer
{
    internal PhaseTransitionTransformer(
        TTransformer model, IReadOnlyList<ITransformer> steps, PhaseTransitionRecord record, RowNames names, RowTransition rows)
        : base(model, steps, record, names, rows) => Model = model;

    /// <summary>The trainer's own product, as it would be without the measurement.</summary>
    public new TTransformer Model { get; }
}
