using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Measurement;
using ML.Thermo.Transitions;

namespace ML.Thermo.Langevin;

/// <summary>The thermodynamic record of a training in a heat bath.</summary>
/// <remarks>
/// It belongs to the model in memory, which is ML.NET's own and is saved without it.</remarks>
[Maturity(Maturity.Estimator)]
[JsonConverter(typeof(ResultJsonConverter))]
public sealed record TrainingRecord
{
    private static readonly ConditionalWeakTable<object, TrainingRecord> Records = [];

    /// <summary>The loss: <c>mse</c>, <c>mae</c> or <c>ce</c>.</summary>
    public required string EnergyName { get; init; }

    /// <summary>n, rows that were trained on.</summary>
    public required int Rows { get; init; }

    /// <summary>Rows left out because a label, a feature or a weight is missing.</summary>
    public required long SkippedRows { get; init; }

    /// <summary>η, parameter units squared per loss unit.</summary>
    public required double StepSize { get; init; }

    /// <summary>The start (epoch 0) and every epoch: E(t), S(t), T(t), the bath's temperature and the gradient's norm.</summary>
    public required IReadOnlyList<TrainingEpoch> Epochs { get; init; }

    /// <summary>What was measured after the warm-up, and whether it was equilibrium.</summary>
    public required Equilibrium Equilibrium { get; init; }

    /// <summary>
    /// Weights and then the bias of each linear output of the model, in the features' own units: one output, or one a class, about their mean over the classes.
    /// </summary>
    public required IReadOnlyList<IReadOnlyList<double>> Parameters { get; init; }

    /// <summary>One line: the energy, the bath, and whether it was equilibrium.</summary>
    public override string ToString() =>
        $"{EnergyName} of {Rows} rows: E {Equilibrium.Energy} at T {Equilibrium.BathTemperature:G4}, λ {Equilibrium.LearningCoefficient.Value} "
        + $"({string.Join(", ", Equilibrium.Status.Names())})";

    /// <summary>Attaches the record to a model, for as long as the model lives.</summary>
    internal void AttachTo(IPredictionTransformer<object> trained)
    {
        Records.AddOrUpdate(trained.Model, this);
        HiddenOutputs.Tell(trained.Model, [.. Parameters.Select(output => output.ToArray())]);
    }

    /// <summary>The last record in a model, or null.</summary>
    internal static TrainingRecord? In(ITransformer model) => TrainedModel.Steps(model).Reverse()
        .Select(step => step switch
        {
            PhaseTransitionTransformer wrapper => In(wrapper.Model),
            IPredictionTransformer<object> { Model: var parameters } when Records.TryGetValue(parameters, out TrainingRecord? record) => record,
            _ => null,
        })
        .FirstOrDefault(record => record is not null);
}
