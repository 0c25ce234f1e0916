using ML.Thermo.Transitions;

namespace ML.Thermo.Linear;

/// <summary>The same training from an initialisation that is wider or narrower.</summary>
/// <param name="Factor">What the spread of every parameter's law was multiplied by, about its mean; &gt; 0.</param>
/// <param name="Transition">The training from there.</param>
[Maturity(Maturity.Paper, "temperature depends on the initialisation; the pole is reconstructed")]
public sealed record ScaledTransition(double Factor, Transition Transition);

/// <summary>How a temperature depends on the scale of the initialisation.</summary>
[Maturity(Maturity.Paper, "temperature depends on the initialisation")]
public static class ScaledTransitions
{
    private const double WidestFactor = 16;
    private const int Factors = 33, DrawsOfAFactor = 1024;

    /// <summary>The training from 33 scales of the initialisation, from 1/16 to 16 in equal ratios; the ground state is found once.</summary>
    /// <param name="system">The model with its data.</param>
    /// <param name="trained">Where every transition leads: the trained state, which does not depend on the initialisation.</param>
    /// <param name="options">Seed, entropy, and draws, of which a scale takes at most 1024; null for the defaults.</param>
    /// <param name="progress">Receives the fraction done.</param>
    /// <param name="cancellation">Stops between scales and between draws.</param>
    /// <returns>In ascending order of the factor; nothing where no parameter is random.</returns>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public static IReadOnlyList<ScaledTransition> OverScales(
        this LinearSystem system, State trained, TransitionOptions? options = null, IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(trained);
        if (system.Law.Variances.All(variance => variance == 0))
            return [];
        options = (options ?? new TransitionOptions()).For(trained);
        TransitionOptions brief = options with { Draws = Math.Min(options.Draws, DrawsOfAFactor) };
        var scales = new List<ScaledTransition>();
        for (int i = 0; i < Factors; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            double factor = Math.Pow(WidestFactor, (2.0 * i / (Factors - 1)) - 1);
            State untrained = system.EnsembleOf(system.Law.Scale(factor)).ToState(brief, null, cancellation);
            scales.Add(new ScaledTransition(factor, new Transition(untrained, trained)));
            progress?.Report((i + 1.0) / Factors);
        }

        return scales;
    }
}
