using ML.Thermo.Energies;
using ML.Thermo.Schemas;

namespace ML.Thermo.Transitions;

/// <summary>The choices behind a phase transition.</summary>
[Maturity(Maturity.Estimator)]
public sealed record PhaseTransitionOptions
{
    /// <summary>Name of the label column, as the trainer has it: a Single, a Boolean or a UInt32 key where the trainer reads it.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>Name of the feature column, a known-size vector of Single. A trained model that knows its own goes before.</summary>
    public string FeatureColumnName { get; init; } = "Features";

    /// <summary>Name of the trained model's score column, a Single or a vector of Single.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>Name of the output column of the row's energy E_I(x) − E_II(x), Single, loss units.</summary>
    public string EnergyColumnName { get; init; } = "Energy";

    /// <summary>Name of the output column of the row's entropy ½ ln(1 + V_I(x)/V), Single, nats.</summary>
    public string EntropyColumnName { get; init; } = "Entropy";

    /// <summary>Name of the output column of the row's temperature, Single, loss units per nat.</summary>
    public string TemperatureColumnName { get; init; } = "Temperature";

    /// <summary>Name of the output column whose key values hold the whole transition, <c>name=value</c> by <c>name=value</c>.</summary>
    public string TransitionColumnName { get; init; } = "Transition";

    /// <summary>The loss; null takes cross-entropy for classifiers and the mean squared error otherwise.</summary>
    public Energy? Energy { get; init; }

    /// <summary>What stands for the model before training.</summary>
    public InitialState InitialState { get; init; } = InitialState.Auto;

    /// <summary>The rows of the Type II state, on which the untrained state is measured too.</summary>
    public TypeIIRows TypeIIRows { get; init; } = TypeIIRows.Twin;

    /// <summary>What the loss of a row is measured against; <see cref="RowTarget.Auto"/> is the prediction.</summary>
    public RowTarget RowTarget { get; init; } = RowTarget.Auto;

    /// <summary>Seed, draws and entropies of the two states; the seed also chooses held-out rows and permutations.</summary>
    public TransitionOptions Transition { get; init; } = new();

    /// <summary>Stops the measurement; what a trainer does is its own affair.</summary>
    public CancellationToken Cancellation { get; init; }

    internal string[] OutputColumns => [EnergyColumnName, EntropyColumnName, TemperatureColumnName, TransitionColumnName];

    internal PhaseTransitionOptions Checked()
    {
        string[] inputs = [LabelColumnName, FeatureColumnName, ScoreColumnName], outputs = OutputColumns;
        foreach (string name in inputs.Concat(outputs))
            ArgumentException.ThrowIfNullOrEmpty(name, nameof(PhaseTransitionOptions));
        if (outputs.Distinct(StringComparer.Ordinal).Count() < outputs.Length)
            throw new ArgumentException($"The output columns {string.Join(", ", outputs)} need different names.", nameof(PhaseTransitionOptions));
        return outputs.Intersect(inputs).FirstOrDefault() is not { } hidden ? this : throw new ArgumentException(
            $"The output column '{hidden}' would hide the model's label, features or score: expected another name.", nameof(PhaseTransitionOptions));
    }
}
