using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using ML.Thermo.Energies;
using ML.Thermo.Langevin;
using ML.Thermo.Transitions;

namespace ML.Thermo;

/// <content>Transitions: wrapped trainers, what a training left, what a model carries.</content>
public sealed partial class ThermoCatalog
{
    /// <summary>The record of a training in a heat bath.</summary>
    /// <param name="model">The model as training left it in memory, or a chain with one; of several the last.</param>
    /// <exception cref="ArgumentException">It carries none: another trainer made it, or it was loaded from a file.</exception>
    public TrainingRecord GetTraining(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return TrainingRecord.In(model)
            ?? throw new ArgumentException(
                "This model carries no record of training: expected one that a Langevin trainer fitted in this process.", nameof(model));
    }

    /// <summary>
    /// Create <see cref="ObservedTrainer{TTransformer}"/>, which reports every pass of one of ML.NET's own trainers while it trains.
    /// </summary>
    /// <typeparam name="TTransformer">What the trainer makes.</typeparam>
    /// <param name="trainer">Makes the trainer with the loss that it is given:
    /// <c>loss => context.Regression.Trainers.OnlineGradientDescent(lossFunction: loss)</c>.</param>
    /// <param name="loss">The loss to train by.</param>
    /// <param name="observer">Receives every epoch, on a thread that trains; the gradient's norm is NaN.</param>
    /// <param name="labelColumnName">The name of the label column: <see cref="float"/> or <see cref="bool"/>.</param>
    /// <param name="featureColumnName">The name of the feature column: a known-sized vector of <see cref="float"/>.</param>
    /// <param name="cancellation">Stops training at the next row.</param>
    /// <example>
    /// <code>
    /// var trainer = context.Thermo().Observe(
    ///     loss => context.Regression.Trainers.OnlineGradientDescent(lossFunction: loss),
    ///     new SquaredLoss(), epoch => Console.WriteLine($"{epoch.Epoch}: {epoch.Energy}"));
    /// </code>
    /// </example>
    public ObservedTrainer<TTransformer> Observe<TTransformer>(
        Func<ObservedLoss, IEstimator<TTransformer>> trainer,
        IScalarLoss loss,
        Action<TrainingEpoch> observer,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        CancellationToken cancellation = default)
        where TTransformer : ITransformer
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(observer);
        ArgumentException.ThrowIfNullOrEmpty(labelColumnName);
        ArgumentException.ThrowIfNullOrEmpty(featureColumnName);
        var observed = new ObservedLoss(loss, observer, cancellation);
        return new ObservedTrainer<TTransformer>(trainer(observed), observed, labelColumnName, featureColumnName, cancellation);
    }

    /// <summary>
    /// Create <see cref="PhaseTransitionEstimator{TTransformer}"/>, which trains <paramref name="trainer"/> unchanged and adds energy, entropy and temperature
    /// to every row.
    /// </summary>
    /// <typeparam name="TTransformer">What the trainer makes.</typeparam>
    /// <param name="trainer">Any trainer, or a whole chain of estimators that ends in one.</param>
    /// <param name="labelColumnName">The name of the label column: <see cref="float"/>, <see cref="bool"/> or a <see cref="uint"/> key.</param>
    /// <param name="featureColumnName">The name of the feature column: a known-sized vector of <see cref="float"/>.</param>
    /// <param name="initialState">What stands for the model before training; null for <see cref="InitialState.Auto"/>.</param>
    /// <param name="energy">The loss; null takes cross-entropy for classifiers and the mean squared error otherwise.</param>
    /// <param name="typeIIRows">What is measured on which rows; null for <see cref="TypeIIRows.Twin"/>, which trains once more.</param>
    /// <example>
    /// <code>
    /// var trainer = context.Regression.Trainers.OnlineGradientDescent();
    /// var model = context.Thermo().PhaseTransition(trainer).Fit(data); // data: a label and Features
    /// Console.WriteLine(model.Transition);
    /// </code>
    /// </example>
    public PhaseTransitionEstimator<TTransformer> PhaseTransition<TTransformer>(
        IEstimator<TTransformer> trainer,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        InitialState? initialState = null,
        Energy? energy = null,
        TypeIIRows? typeIIRows = null)
        where TTransformer : class, ITransformer =>
        PhaseTransition(trainer, new PhaseTransitionOptions
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            InitialState = initialState ?? InitialState.Auto,
            Energy = energy,
            TypeIIRows = typeIIRows ?? TypeIIRows.Twin,
            Transition = new TransitionOptions { Seed = _seed },
        });

    /// <summary>Create <see cref="PhaseTransitionEstimator{TTransformer}"/> with advanced options.</summary>
    /// <typeparam name="TTransformer">What the trainer makes.</typeparam>
    /// <param name="trainer">Any trainer, or a whole chain of estimators that ends in one.</param>
    /// <param name="options">Columns, initial state, energy, rows of the Type II state.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">A column name is empty, or an output column would hide another one.</exception>
    /// <example>
    /// <code>
    /// var options = new PhaseTransitionOptions { LabelColumnName = "Price", TypeIIRows = TypeIIRows.HeldOut(0.2) };
    /// var model = context.Thermo().PhaseTransition(trainer, options).Fit(data);
    /// </code>
    /// </example>
    public PhaseTransitionEstimator<TTransformer> PhaseTransition<TTransformer>(IEstimator<TTransformer> trainer, PhaseTransitionOptions options)
        where TTransformer : class, ITransformer
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(options);
        return new PhaseTransitionEstimator<TTransformer>(_context, trainer, options);
    }

    /// <summary>The transition that a model carries, in memory or loaded.</summary>
    /// <param name="model">A model, or a chain with one; of several transitions the last.</param>
    /// <exception cref="ArgumentException">It carries none.</exception>
    /// <exception cref="NotSupportedException">A newer version of this package wrote it.</exception>
    public Transition GetTransition(ITransformer model) => GetRecord(model).Transition;

    /// <summary>The transition that a scored data view carries.</summary>
    /// <param name="schema">The schema of scored data; of several transitions the last.</param>
    /// <exception cref="ArgumentException">It carries none.</exception>
    /// <exception cref="NotSupportedException">A newer version of this package wrote it.</exception>
    public Transition GetTransition(DataViewSchema schema) => GetRecord(schema).Transition;

    /// <summary>The transition that a model carries, with what it was measured on.</summary>
    /// <param name="model">A model, or a chain with one; of several transitions the last.</param>
    /// <exception cref="ArgumentException">It carries none.</exception>
    /// <exception cref="NotSupportedException">A newer version of this package wrote it.</exception>
    public PhaseTransitionRecord GetRecord(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return SavedTransitions.In(model)
            ?? throw new ArgumentException(
                "This model carries no transition: expected one that PhaseTransition trained, or a chain with one.", nameof(model));
    }

    /// <summary>The transition that a scored data view carries, with what it was measured on.</summary>
    /// <param name="schema">The schema of scored data; of several transitions the last.</param>
    /// <exception cref="ArgumentException">It carries none.</exception>
    /// <exception cref="NotSupportedException">A newer version of this package wrote it.</exception>
    public PhaseTransitionRecord GetRecord(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return SavedTransitions.In(schema)
            ?? throw new ArgumentException(
                "This schema carries no transition: expected that of data scored by a model that PhaseTransition trained.", nameof(schema));
    }
}
