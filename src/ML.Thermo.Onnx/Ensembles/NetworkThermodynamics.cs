using ML.Thermo.Activations;
using ML.Thermo.Display;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Transitions;

namespace ML.Thermo.Onnx.Ensembles;

/// <summary>Training of a network or of one of its layers, seen from an ensemble of redrawn parameters.</summary>
[Maturity(Maturity.Paper, "temperature of a transition")]
public record EnsembleResult
{
    /// <summary>From the redrawn to the trained state.</summary>
    public required Transition Transition { get; init; }

    /// <summary>The energies behind the redrawn state, loss units; as many as draws were made.</summary>
    public required double[] Energies { get; init; }

    /// <summary>What was assumed of each stored tensor.</summary>
    public required IReadOnlyList<AssumedLaw> Assumed { get; init; }
}

/// <summary>One layer: its own temperature and its engine.</summary>
[Maturity(Maturity.Paper, "local temperature of a layer")]
public sealed record LayerResult : EnsembleResult
{
    /// <summary>The layer.</summary>
    public required Layer Layer { get; init; }

    /// <summary>The layer as a heat engine in the network's bath.</summary>
    public required LayerEngine Engine { get; init; }
}

/// <summary>The thermodynamics of an imported network.</summary>
/// <remarks>
/// Temperatures are relative to the assumed initialisation (<see cref="EnsembleResult.Assumed"/>): a trained network does not carry its own.</remarks>
[Maturity(Maturity.Paper, "one global and many local temperatures; definitions are reconstructions")]
[TypeFormatterSource(typeof(NetworkDisplay))]
public sealed record NetworkThermodynamics
{
    /// <summary>The energy, with the trained network's losses.</summary>
    public required NetworkEnergy Energy { get; init; }

    /// <summary>Type II state of the trained network.</summary>
    public required State Trained { get; init; }

    /// <summary>All layers redrawn.</summary>
    public required EnsembleResult Network { get; init; }

    /// <summary>Each layer redrawn alone, in the graph's order.</summary>
    public required IReadOnlyList<LayerResult> Layers { get; init; }

    /// <summary>Layers that were not redrawn alone, with the reason.</summary>
    public required IReadOnlyList<(Layer Layer, string Reason)> Skipped { get; init; }

    /// <summary>Type of the network by the activations and gates of its layers: homogeneous if all are, null where there are none.</summary>
    public required EngineType? EngineType { get; init; }

    /// <summary>Activations that are not known as functions of one unit and did not count for <see cref="EngineType"/>.</summary>
    public required IReadOnlyList<string> UnknownActivations { get; init; }

    /// <summary>
    /// ΔE − Σ ΔE_l over all layers with parameters, loss units, of either sign: what the layers' redraws do together beyond what they
    /// do alone. Its error is that of the draws, and of the rows where the trained state is of their losses. NaN where a layer was left out by choice.
    /// </summary>
    public required Estimate InteractionEnergy { get; init; }
}
