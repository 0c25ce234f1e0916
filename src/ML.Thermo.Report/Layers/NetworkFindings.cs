using ML.Thermo.Activations;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Onnx.Weights;

namespace ML.Thermo.Report.Layers;

/// <summary>One layer with all that was found of it.</summary>
/// <param name="Layer">The layer.</param>
public sealed record LayerFindings(Layer Layer)
{
    /// <summary>What its weights tell; null where there are none that can be read.</summary>
    public WeightAnalysis? Weights { get; init; }

    /// <summary>Why there is no analysis of weights; null where there is one.</summary>
    public string? WeightsReason { get; init; }

    /// <summary>The law that its weights are compared with, or why there is none.</summary>
    public AssumedLaw? Assumed { get; init; }

    /// <summary>Its signal; null where nothing was run or it could not be watched.</summary>
    public LayerSignal? Signal { get; init; }

    /// <summary>Its own temperature; null where it was not redrawn alone.</summary>
    public LayerResult? Result { get; init; }

    /// <summary>The curvature of the loss in its weights; null where it was not asked for or nothing can be moved.</summary>
    public Sharpness? Sharpness { get; init; }

    /// <summary>The assumed law in the word of its scheme, such as <c>he</c>, or itself where it was given; null where there is none.</summary>
    internal string? Law => Assumed?.Law is not { } law ? null
        : Assumed.Note.Split(',', 2) is [var scheme, _] ? scheme
        : law.ToString();
}

/// <summary>What was found of an imported network: as much of it as was asked for.</summary>
public sealed record NetworkFindings : Findings
{
    /// <summary>The network; its model stays open while findings are read.</summary>
    public required LayerGraph Graph { get; init; }

    /// <summary>The layers asked for, in the graph's order.</summary>
    public required IReadOnlyList<LayerFindings> Layers { get; init; }

    /// <summary>What running the network showed; null where nothing was run.</summary>
    public NetworkSignals? Signals { get; init; }

    /// <summary>Temperatures; null where nothing was redrawn.</summary>
    public NetworkThermodynamics? Thermodynamics { get; init; }

    /// <summary>The curvature of the loss at the trained weights; null where it was not asked for.</summary>
    public NetworkSharpness? Sharpness { get; init; }

    /// <summary>Variance of the noise that the targets of a self-energy are taken to have, loss units; NaN for none.</summary>
    public double ResidualVariance { get; init; } = double.NaN;

    /// <summary>The network was run on noise and not on data.</summary>
    public bool IsSynthetic { get; init; }

    /// <summary>The findings in plain sentences, a paragraph a subject; none claims more than status and errors allow.</summary>
    public override IReadOnlyList<string> Summary => NetworkSummary.Of(this);

    internal override PageContent ToPage() => NetworkPage.Of(this);

    /// <summary>Type of the network by those activations and gates of all its layers that are known; null where there are none.</summary>
    public EngineType? EngineType => NetworkEngine.Of(Graph.Layers);

    /// <summary>Activations and gates that act unit by unit, each once.</summary>
    public IReadOnlyList<Activation> KnownActivations => NetworkEngine.Functions(Graph.Layers);

    /// <summary>Operators of the activations that have no engine, such as a softmax, each once.</summary>
    public IReadOnlyList<string> OtherActivations => NetworkEngine.Others(Graph.Layers);

    /// <summary>Why the run ended early; null where it did not.</summary>
    public NonFiniteActivationException? NonFinite { get; init; }
}
