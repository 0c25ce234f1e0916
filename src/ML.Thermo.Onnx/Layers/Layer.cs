using System.Diagnostics;
using ML.Thermo.Activations;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Layers;

/// <summary>The non-linear end of a layer.</summary>
/// <param name="Operator">The ONNX operator; for an activation that is written out, the operators it is made of, joined by +.</param>
/// <param name="Function">φ as the engines know it, or null where it does not act unit by unit (softmax) or is not known by name.
/// A PReLU whose slopes differ between channels is given with their mean.</param>
[Maturity(Maturity.Paper, "work efficiency depends mainly on the activation function")]
public sealed record LayerActivation(string Operator, Activation? Function)
{
    /// <inheritdoc/>
    public override string ToString() => Function?.Name ?? Operator;
}

/// <summary>
/// One layer of an imported network: the operation that carries its parameters, what follows it up to and with its activation, and
/// the names of the tensors where it can be looked at.</summary>
[Maturity(Maturity.Estimator, "grouping follows the structure of the graph, which need not be the author's division into layers")]
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Layer
{
    internal Layer(int index, string name, string path, LayerDraft draft)
    {
        Index = index;
        Name = name;
        Path = path;
        Key = path + draft.Key;
        Kind = draft.Kind;
        OpType = draft.OpType;
        Nodes = draft.Nodes;
        Input = draft.Input;
        Pre = draft.Pre;
        Post = draft.Post;
        Activation = draft.Activation;
        Mask = draft.Mask;
        Gates = draft.Gates;
        Parameters = draft.Parameters;
        BatchNormalization = draft.BatchNormalization;
        OutputQuantization = draft.OutputQuantization;
    }

    /// <summary>Position in the graph's order, from 0.</summary>
    public int Index { get; }

    /// <summary>Unique: the path and the tensor that the layer's first operation makes.</summary>
    public string Key { get; }

    /// <summary>A readable, unique name: from the exporter's notes, else the node's name, else its weights' name, else its tensor's.</summary>
    public string Name { get; }

    /// <summary>Empty in the main graph; else the nodes that lead to the body it is in, such as <c>If_3/then_branch/</c>. Tensors in bodies cannot be
    /// made outputs.</summary>
    public string Path { get; }

    /// <summary>What it does.</summary>
    public LayerKind Kind { get; }

    /// <summary>The operator that carries the parameters, such as <c>Conv</c>; for a normalisation that is written out, the one it amounts to.</summary>
    public string OpType { get; }

    /// <summary>All nodes that belong to it, the one that carries the parameters first.</summary>
    public IReadOnlyList<OnnxNode> Nodes { get; }

    /// <summary>The tensor of activations that it reads first.</summary>
    public string Input { get; }

    /// <summary>The tensor before the activation; the same as <see cref="Post"/> where there is none.</summary>
    public string Pre { get; }

    /// <summary>The tensor after the activation.</summary>
    public string Post { get; }

    /// <summary>For attention scores: the tensor behind <see cref="Pre"/> that masks padded places, and what follows from data in it; else empty.</summary>
    public string Mask { get; }

    /// <summary>The activation, or null for a linear layer.</summary>
    public LayerActivation? Activation { get; }

    /// <summary>The activations of the gates inside a recurrent layer.</summary>
    public IReadOnlyList<LayerActivation> Gates { get; }

    /// <summary>Its constant tensors, each with what it is for.</summary>
    public IReadOnlyList<ParameterTensor> Parameters { get; }

    /// <summary>Batch normalisation that can be folded into the weights, or null.</summary>
    public BatchNormalizationFold? BatchNormalization { get; }

    /// <summary>Scale and zero point of <see cref="Post"/> where that tensor holds codes, or null.</summary>
    public OutputQuantization? OutputQuantization { get; }

    /// <summary>Number of learned numbers, those it shares with other layers included.</summary>
    public long ParameterCount => Parameters.Where(p => p.IsLearned).SelectMany(p => p.Roots).Distinct().Sum(root => root.Count);

    /// <summary>The tensor that multiplies what comes from below, or null.</summary>
    public ParameterTensor? Weight => Parameters.FirstOrDefault(p => p.Role == ParameterRole.Weight);

    /// <summary>Terms that one output sums over; 0 where there is no weight or its layout is not followed.</summary>
    public long FanIn => Kind == LayerKind.Embedding ? 1 : Weight?.Layout?.FanIn ?? 0;

    /// <summary>Terms that one input takes part in; 0 where there is no weight or its layout is not followed.</summary>
    public long FanOut => Weight?.Layout?.FanOut ?? 0;

    /// <inheritdoc/>
    public override string ToString() => $"{Index} {Name}: {OpType}{(Activation is null ? "" : $" → {Activation}")}, {ParameterCount} parameters";
}

/// <summary>What the codes of a quantised tensor stand for: value = scale · (code − zero point).</summary>
/// <param name="Scale">The size of one step.</param>
/// <param name="ZeroPoint">The code of zero.</param>
[Maturity(Maturity.Theorem, "the definition of linear quantisation")]
public sealed record OutputQuantization(double Scale, double ZeroPoint);

/// <summary>A node that belongs to no layer.</summary>
/// <param name="Node">Its name, or that of its first output, with the path that leads to it.</param>
/// <param name="OpType">Its operator, with the domain where that is not ONNX's own.</param>
/// <param name="Reason">Why.</param>
public sealed record SkippedNode(string Node, string OpType, string Reason);
