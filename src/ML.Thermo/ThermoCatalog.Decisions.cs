using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Explanations;
using ML.Thermo.Forecasts;
using ML.Thermo.Loops;
using ML.Thermo.Loops.Guard;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Transitions;

namespace ML.Thermo;

/// <content>Decisions: more data, refresh, loops, explanations.</content>
public sealed partial class ThermoCatalog
{
    /// <summary>
    /// What twice as many rows would take off the loss, and what would remain with endless rows: from the gap between the losses of rows that a model had not
    /// and of those that it had, over the folds of a cross-validation.
    /// </summary>
    /// <remarks>Where the training loss is below a third of the other the model is not regular (neighbours, trees grown to the end, large networks): then
    /// half of the last doubling is given, and no floor. For cross-entropy at few rows the gain is about 1.5 times too high. Standard errors are not known
    /// (NaN).</remarks>
    /// <param name="data">The rows.</param>
    /// <param name="trainer">Any trainer, or a whole chain of estimators that ends in one; it is fitted once a fold, and twice more where the model is not
    /// regular.</param>
    /// <param name="folds">k ≥ 2.</param>
    /// <param name="labelColumnName">The name of the label column.</param>
    /// <param name="scoreColumnName">The name of the score column.</param>
    /// <param name="cancellation">Checked before each fit.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two folds, or a column is missing or has the wrong type.</exception>
    /// <exception cref="InvalidOperationException">The task has no loss of a single row.</exception>
    /// <exception cref="UnusableDataException">No row has a label and a score.</exception>
    public MoreDataForecast MoreData(
        IDataView data, IEstimator<ITransformer> trainer, int folds = 5, string labelColumnName = "Label", string scoreColumnName = "Score",
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        PhaseTransitionOptions options = new()
        {
            LabelColumnName = labelColumnName,
            ScoreColumnName = scoreColumnName,
            Cancellation = cancellation,
            Transition = new TransitionOptions { Seed = _seed },
        };
        return Forecasts.MoreData.Of(_context, data, trainer, folds, options);
    }

    /// <summary>
    /// Create <see cref="RefreshEstimator"/>, which learns the state of a trained model on scored rows and adds energy, drift and the time to
    /// refresh to the rows that come after.
    /// </summary>
    /// <param name="options">Columns, windows, error rates; null for the defaults.</param>
    /// <exception cref="ArgumentException">A column name is empty, or two output columns have one name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A window has fewer rows than the test needs.</exception>
    public RefreshEstimator Refresh(RefreshOptions? options = null) => new(options ?? new RefreshOptions());

    /// <summary>Create <see cref="FreshWeightEstimator"/>, which adds an example weight by which the fresh rows of a loop count more than generated
    /// ones.</summary>
    /// <param name="freshColumnName">The name of a Boolean column: true for a real row, false for one that a model made or labelled.</param>
    /// <param name="outputColumnName">The name of the weight, a <see cref="float"/> of mean one, for a trainer's <c>exampleWeightColumnName</c>.</param>
    public FreshWeightEstimator FreshWeight(string freshColumnName = "IsFresh", string outputColumnName = "Weight")
    {
        ArgumentException.ThrowIfNullOrEmpty(freshColumnName);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        return new FreshWeightEstimator(_context, freshColumnName, outputColumnName);
    }

    /// <summary>Judges a loop that retrains on its own output from the rows of two or more generations.</summary>
    /// <param name="data">All rows; each generation must be the whole training data of the next.</param>
    /// <param name="categoryColumnName">What diversity is counted in: text, a key, a Boolean or a whole number; a predicted label, for one.</param>
    /// <param name="generationColumnName">Which generation a row is of: ordered as numbers, or as they appear where they are not.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellation">Stops reading and simulating.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="UnusableDataException">There is one generation or one category only, or every row is a category of its own.</exception>
    public GuardFinding GuardLoop(
        IDataView data, string categoryColumnName, string generationColumnName = "Generation", LoopGuardOptions? options = null,
            CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(categoryColumnName);
        ArgumentException.ThrowIfNullOrEmpty(generationColumnName);
        return LoopGuard.Judge(GenerationReading.Read(data, categoryColumnName, generationColumnName, cancellation), options, cancellation);
    }

    /// <summary>Explains predictions of a model in its own raw columns: see <see cref="ModelExplainer"/>.</summary>
    /// <param name="model">Any model, or a whole chain with one, fitted or loaded.</param>
    /// <param name="background">Raw rows that say how far columns vary; at least 2, some hundred are plenty.</param>
    /// <param name="options">Output, class, columns, replicates; null for the defaults.</param>
    /// <exception cref="ArgumentException">The output is missing or no number, or a column cannot be varied.</exception>
    /// <exception cref="UnusableDataException">The background has too few rows.</exception>
    public ModelExplainer Explain(ITransformer model, IDataView background, ModelExplainOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(background);
        ModelExplainOptions chosen = options ?? new() { Explain = new() { Seed = _seed } };
        return new ModelExplainer(model, background, chosen);
    }

    /// <summary>Create <see cref="ExplanationEstimator"/>, which adds to every raw row why the model says so.</summary>
    /// <param name="model">Any model, or a whole chain with one, fitted or loaded.</param>
    /// <param name="background">Raw rows that say how far columns vary.</param>
    /// <param name="options">Output, class, columns, replicates; null for the defaults.</param>
    /// <param name="columns">Names of the columns; null for the defaults.</param>
    /// <exception cref="ArgumentException">The output is missing or no number, a column cannot be varied, or its features are words.</exception>
    /// <exception cref="UnusableDataException">The background has too few rows.</exception>
    public ExplanationEstimator Explanation(
        ITransformer model, IDataView background, ModelExplainOptions? options = null, ExplanationColumnOptions? columns = null) =>
        new(Explain(model, background, options), background, columns ?? new());

    /// <summary>A monitor with the reference that a model carries, for a service to observe what prediction engines say.</summary>
    /// <param name="model">A model with the product of <see cref="Refresh"/> in its chain, in memory or loaded; of several the last.</param>
    /// <param name="name">Publishes instruments under that name; null publishes none.</param>
    /// <param name="file">Keeps its state there and goes on from it, as <see cref="DriftMonitor.Open"/> does; null starts empty and keeps nothing.</param>
    /// <exception cref="ArgumentException">It carries none.</exception>
    /// <exception cref="UnusableDataException">The file is of a newer version, of another reference, or damaged.</exception>
    /// <exception cref="NotSupportedException">A newer version of this package wrote it.</exception>
    public DriftMonitor GetMonitor(ITransformer model, string? name = null, string? file = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        SavedMonitor saved = RefreshSteps.In(model)
            ?? throw new ArgumentException("This model carries no monitor: expected one with the product of Refresh in its chain.", nameof(model));
        return saved.NewMonitor(name, file);
    }
}
