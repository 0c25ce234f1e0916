using System.Text.Json.Serialization;
using ML.Thermo.Entropies;
using ML.Thermo.Steps;

namespace ML.Thermo.Transitions;

/// <summary>A trained model's transition, and what it was measured on.</summary>
[Maturity(Maturity.Paper, "training as a transition between two states")]
[JsonConverter(typeof(ResultJsonConverter))]
public sealed record PhaseTransitionRecord
{
    private const int Format = 2;

    /// <summary>Training, from Type I to Type II.</summary>
    public required Transition Transition { get; init; }

    /// <summary>What stood for the model before training.</summary>
    public required InitialStateKind InitialState { get; init; }

    /// <summary>The initial state in words: the laws, or the number of refits.</summary>
    public required string InitialStateDetail { get; init; }

    /// <summary>The loss: <c>mse</c>, <c>mae</c> or <c>ce</c>.</summary>
    public required string EnergyName { get; init; }

    /// <summary>n, labelled rows that the delivered model was trained on.</summary>
    public required long TrainingRows { get; init; }

    /// <summary>Rows behind the Type II state.</summary>
    public required long TypeIIRows { get; init; }

    /// <summary>Whether the measured model has not seen the rows of the Type II state.</summary>
    public required bool IsHeldOut { get; init; }

    /// <summary>Labelled rows that a twin was trained on, which is measured in the place of the delivered model; 0 where that is measured itself.</summary>
    public long TwinRows { get; init; }

    /// <summary>How often the trainer was run: once, once more for a twin, and once for every refit on permuted labels.</summary>
    public int Trainings { get; init; } = 1;

    /// <summary>Rows left out of the measurement because a label, a needed feature or the score is missing.</summary>
    public required long SkippedRows { get; init; }

    /// <summary>m, number of fresh points over which the Type II energy is averaged.</summary>
    public required long FreshPoints { get; init; }

    /// <summary>V, variance of the trained loss of one point, loss units squared: the resolution of the row columns.</summary>
    public required double PointVariance { get; init; }

    /// <summary>One line: the transition, and what it was measured on.</summary>
    public override string ToString() =>
        $"{Transition}; {EnergyName} of {TypeIIRows} {(IsHeldOut ? "held-out" : "training")} rows{(TwinRows > 0 ? $" by a twin of {TwinRows}" : "")}, "
        + $"trained on {TrainingRows}; {InitialState}: {InitialStateDetail}";

    internal NamedValues ToEntries()
    {
        var entries = new NamedValues
        {
            ["format"] = $"{Format}",
            ["initialState"] = InitialState.ToString(),
            ["initialStateDetail"] = InitialStateDetail,
            ["energy"] = EnergyName,
            ["trainingRows"] = $"{TrainingRows}",
            ["typeIIRows"] = $"{TypeIIRows}",
            ["isHeldOut"] = $"{IsHeldOut}",
            ["twinRows"] = $"{TwinRows}",
            ["trainings"] = $"{Trainings}",
            ["skippedRows"] = $"{SkippedRows}",
            ["freshPoints"] = $"{FreshPoints}",
        };
        entries.Set("pointVariance", PointVariance);
        entries.Set("deltaEnergy", Transition.DeltaEnergy.Value);
        entries.Set("deltaEntropy", Transition.DeltaEntropy.Value);
        entries.Set("temperature", Transition.Temperature.Value);
        entries.Set("beta", Transition.Beta.Value);
        entries["status"] = string.Join(',', Transition.Status.Names());
        Write(entries, "typeI", Transition.From);
        Write(entries, "typeII", Transition.To);
        if (Transition.RowErrors is { } rows)
            entries.Set("rowErrors", rows.ToArray());
        return entries;
    }

    /// <summary>Reads what <see cref="ToEntries"/> wrote.</summary>
    /// <exception cref="NotSupportedException">A newer version wrote it.</exception>
    /// <exception cref="FormatException">It is damaged.</exception>
    internal static PhaseTransitionRecord From(NamedValues entries)
    {
        entries.CheckFormat("The model's transition", Format);

        var initial = entries.Name<InitialStateKind>("initialState");
        State untrained = State(entries, "typeI") with { IsErrorOfRows = initial == InitialStateKind.LabelMarginal };
        return new PhaseTransitionRecord
        {
            Transition = new Transition(
                untrained, State(entries, "typeII"), entries.Has("rowErrors") ? RowErrors.Of(entries.Numbers("rowErrors")) : null),
            InitialState = initial,
            InitialStateDetail = entries["initialStateDetail"],
            EnergyName = entries["energy"],
            TrainingRows = entries.Integer("trainingRows"),
            TypeIIRows = entries.Integer("typeIIRows"),
            IsHeldOut = bool.Parse(entries["isHeldOut"]),
            TwinRows = entries.Has("twinRows") ? entries.Integer("twinRows") : 0,
            Trainings = entries.Has("trainings") ? (int)entries.Integer("trainings") : 1,
            SkippedRows = entries.Integer("skippedRows"),
            FreshPoints = entries.Integer("freshPoints"),
            PointVariance = entries.Number("pointVariance"),
        };
    }

    private static void Write(NamedValues entries, string name, State state)
    {
        entries[$"{name}.kind"] = state.Kind.ToString();
        entries.Set($"{name}.energy", state.Energy.Value);
        entries.Set($"{name}.energyStandardError", state.Energy.StandardError);
        entries.Set($"{name}.variance", state.Variance.Value);
        entries.Set($"{name}.varianceStandardError", state.Variance.StandardError);
        entries.Set($"{name}.thirdCumulant", state.ThirdCumulant);
        entries.Set($"{name}.entropy", state.Entropy.Value);
        entries.Set($"{name}.entropyStandardError", state.Entropy.StandardError);
        entries.Set($"{name}.entropyBias", state.Entropy.Bias);
        entries[$"{name}.entropyMethod"] = state.Entropy.Method.ToString();
        entries[$"{name}.entropyStatus"] = string.Join(',', state.Entropy.Status.Names());
        entries.Set($"{name}.groundEnergy", state.GroundEnergy);
        entries.Set($"{name}.energyEntropyCovariance", state.EnergyEntropyCovariance);
        entries[$"{name}.sampleSize"] = $"{state.SampleSize}";
        entries[$"{name}.status"] = string.Join(',', state.Status.Names());
    }

    private static State State(NamedValues entries, string name) => new()
    {
        Kind = entries.Name<StateKind>($"{name}.kind"),
        Energy = new Estimate(entries.Number($"{name}.energy"), entries.Number($"{name}.energyStandardError")),
        Variance = new Estimate(entries.Number($"{name}.variance"), entries.Number($"{name}.varianceStandardError")),
        ThirdCumulant = entries.Number($"{name}.thirdCumulant"),
        Entropy = new EntropyEstimate(
            entries.Number($"{name}.entropy"),
            entries.Number($"{name}.entropyStandardError"),
            new EntropyMethod(entries[$"{name}.entropyMethod"]),
            entries.Name<Status>($"{name}.entropyStatus"))
        { Bias = entries.Number($"{name}.entropyBias") },
        GroundEnergy = entries.Number($"{name}.groundEnergy"),
        EnergyEntropyCovariance = entries.Number($"{name}.energyEntropyCovariance"),
        SampleSize = entries.Integer($"{name}.sampleSize"),
        Status = entries.Name<Status>($"{name}.status"),
    };
}
