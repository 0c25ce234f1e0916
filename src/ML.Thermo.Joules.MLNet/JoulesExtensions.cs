using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using ML.Thermo.Joules.Metering;

namespace ML.Thermo.Joules.MLNet;

/// <summary>Adds metered training to the catalog: <c>mlContext.Thermo().Metered(trainer)</c>.</summary>
public static class JoulesExtensions
{
    /// <summary>Create <see cref="MeteredEstimator"/>, which trains another estimator unchanged and keeps in the model what that cost.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="trainer">Any estimator. Inside PhaseTransition it is the training alone that is metered, and J/nat follows:
    /// <c>thermo.PhaseTransition(thermo.Metered(trainer))</c>.</param>
    /// <param name="machine">The machine to measure on; null for the one that all windows share.</param>
    /// <exception cref="ArgumentNullException">There is no trainer.</exception>
    public static MeteredEstimator Metered(this ThermoCatalog catalog, IEstimator<ITransformer> trainer, JouleMachine? machine = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(trainer);
        return new MeteredEstimator(trainer, machine);
    }

    /// <summary>What the training of a model cost, in memory or loaded.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">A model, or a chain with one; of several records the last.</param>
    /// <exception cref="ArgumentException">It carries none.</exception>
    /// <exception cref="NotSupportedException">A newer version of this package wrote it.</exception>
    public static TrainingJoules GetJoules(this ThermoCatalog catalog, ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        return JouleSteps.In(model) ?? throw new ArgumentException("This model carries no joules: expected one that Metered trained, or a chain with one.",
            nameof(model));
    }

    /// <summary>Whether a model carries what its training cost.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">A model, or a chain with one.</param>
    /// <param name="joules">The record, where there is one.</param>
    /// <exception cref="NotSupportedException">A newer version of this package wrote it.</exception>
    public static bool TryGetJoules(this ThermoCatalog catalog, ITransformer model, [NotNullWhen(true)] out TrainingJoules? joules)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        joules = JouleSteps.In(model);
        return joules is not null;
    }

    /// <summary>J/ΔS: what a nat of certainty cost, from the joules and the transition that one model carries.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">The product of <c>PhaseTransition(Metered(trainer))</c>, in memory or loaded, or a chain with it.</param>
    /// <exception cref="ArgumentException">It lacks the joules or the transition.</exception>
    public static JouleQuantity GetJoulesPerNat(this ThermoCatalog catalog, ITransformer model) =>
        GetJoules(catalog, model).Total.Per(catalog.GetTransition(model).DeltaEntropy, "ΔS");

    /// <summary>J/ΔE: what a unit of loss removed cost, from the joules and the transition that one model carries.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">The product of <c>PhaseTransition(Metered(trainer))</c>, in memory or loaded, or a chain with it.</param>
    /// <exception cref="ArgumentException">It lacks the joules or the transition.</exception>
    public static JouleQuantity GetJoulesPerUnitOfLoss(this ThermoCatalog catalog, ITransformer model) =>
        GetJoules(catalog, model).Total.Per(catalog.GetTransition(model).DeltaEnergy, "ΔE");
}
