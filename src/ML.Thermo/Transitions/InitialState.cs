using ML.Thermo.Initialization;

namespace ML.Thermo.Transitions;

/// <summary>What stands for the untrained model, as it was found or chosen.</summary>
public enum InitialStateKind
{
    /// <summary>Parameters drawn from a law.</summary>
    ParameterLaw,

    /// <summary>Models trained on permuted labels.</summary>
    PermutedLabels,

    /// <summary>Predictions drawn without regard to the row.</summary>
    LabelMarginal,
}

/// <summary>The choice of the Type I state: what stands for the model before training.</summary>
[Maturity(Maturity.Paper, "parameters drawn from an initialisation law; the states without such a law are analogies, and carry Analogy")]
public abstract record InitialState
{
    private protected InitialState()
    {
    }

    /// <summary><see cref="ParameterLaw(InitializationScheme, InitializationLaw?)"/> with N(0, 1) weights where the model's parameters are public
    /// and its output is linear in them (up to 256 features; several classes: up to 512 weights),
    /// else <see cref="LabelMarginal"/>. The transition says which.</summary>
    public static InitialState Auto { get; } = new AutomaticState();

    /// <summary>
    /// Predictions drawn, for each row anew, from the marginal law of the training label; for cross-entropy a drawn class is the prediction
    /// that the trained model makes for a training row of that class. Cheap, for any trainer. Analogy.
    /// </summary>
    public static InitialState LabelMarginal { get; } = new MarginalState();

    /// <summary>The trainer's own models after the link between features and label was cut by permuting the labels. For any trainer. Analogy.</summary>
    /// <param name="refits">Number of models trained, ≥ 2; each costs as much as training.</param>
    /// <remarks>A trainer that draws random numbers draws more of them, so that training it once more afterwards, as the next fold of a
    /// cross-validation does, gives other (equally good) weights than without the refits.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two refits.</exception>
    public static InitialState PermutedLabels(int refits = 20)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(refits, 2);
        return new PermutedState(refits);
    }

    /// <summary>Independent parameters drawn from a law, for models whose output is linear in public parameters.</summary>
    /// <param name="weights">The law of every weight; fan-in is the number of features, fan-out 1.</param>
    /// <param name="bias">The law of the bias; null for the constant 0.</param>
    public static ParameterLawState ParameterLaw(InitializationScheme weights, InitializationLaw? bias = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return new ParameterLawState(weights, bias ?? InitializationLaw.Constant(0));
    }

    /// <summary>Independent parameters drawn from a law, for models whose output is linear in public parameters.</summary>
    /// <param name="weights">The law of every weight, as <c>normal:0,1</c>, <c>uniform:-1,1</c>, <c>he</c>, <c>glorot</c> or <c>lecun</c>.</param>
    /// <param name="bias">The law of the bias, in the same form; null for the constant 0.</param>
    /// <exception cref="InvalidLawException">A text is not a law.</exception>
    public static ParameterLawState ParameterLaw(string weights, string? bias = null) =>
        ParameterLaw(InitializationScheme.Parse(weights), bias is null ? null : InitializationScheme.Parse(bias).For(1));
}

/// <summary>A law of the parameters of a linear model.</summary>
[Maturity(Maturity.Paper)]
public sealed record ParameterLawState : InitialState
{
    private readonly Dictionary<string, InitializationLaw> _exceptions = new(StringComparer.Ordinal);

    internal ParameterLawState(InitializationScheme weights, InitializationLaw bias) => (Weights, Bias) = (weights, bias);

    /// <summary>The law of every weight that is no exception.</summary>
    public InitializationScheme Weights { get; }

    /// <summary>The law of the bias.</summary>
    public InitializationLaw Bias { get; }

    /// <summary>The same with another law for one feature (mixed initialisation).</summary>
    /// <param name="slot">Name of the feature: its slot name, or x1, x2, … where the features have no names.</param>
    /// <param name="law">Its law.</param>
    public ParameterLawState Except(string slot, InitializationLaw law)
    {
        ArgumentException.ThrowIfNullOrEmpty(slot);
        ArgumentNullException.ThrowIfNull(law);
        var other = new ParameterLawState(Weights, Bias);
        foreach ((string name, InitializationLaw known) in _exceptions)
            other._exceptions[name] = known;
        other._exceptions[slot] = law;
        return other;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"weights {Weights}{string.Concat(_exceptions.Select(exception => $", {exception.Key} {exception.Value}"))}, bias {Bias}";

    /// <summary>The law of d weights and the bias, for one output.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An exception names no feature.</exception>
    internal ParameterLaw For(IReadOnlyList<string> slots)
    {
        foreach (string name in _exceptions.Keys)
        {
            if (slots.Contains(name, StringComparer.Ordinal))
                continue;
            string known = string.Join(", ", slots.Take(20));
            throw new ArgumentOutOfRangeException(
                nameof(slots), $"The initial state has a law for the feature '{name}', which does not exist: expected one of {known}.");
        }

        InitializationLaw common = Weights.For(slots.Count);
        return new ParameterLaw([.. slots.Select(slot => _exceptions.GetValueOrDefault(slot, common)), Bias]);
    }
}

internal sealed record AutomaticState : InitialState;

internal sealed record MarginalState : InitialState;

internal sealed record PermutedState(int Refits) : InitialState;
