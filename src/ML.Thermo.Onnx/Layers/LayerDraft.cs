using ML.Thermo.Onnx.Constants;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Layers;

/// <summary>A layer in the making.</summary>
internal sealed class LayerDraft(Scope scope, LayerKind kind, OnnxNode anchor, string input, string output)
{
    public Scope Scope => scope;

    public LayerKind Kind => kind;

    public OnnxNode Anchor => anchor;

    /// <summary>The operator that the layer is, also where several spell it.</summary>
    public string OpType { get; init; } = anchor.OpType;

    public List<OnnxNode> Nodes { get; } = [anchor];

    public List<ParameterTensor> Parameters { get; } = [];

    public string Key { get; } = output;

    public string Input { get; } = input;

    public string Pre { get; set; } = output;

    public string Post { get; set; } = output;

    public LayerActivation? Activation { get; set; }

    /// <summary>What is added to attention scores, or chooses among them, for the sake of padding; empty where nothing is.</summary>
    public string Mask { get; set; } = "";

    public IReadOnlyList<LayerActivation> Gates { get; set; } = [];

    public BatchNormalizationFold? BatchNormalization { get; set; }

    public OutputQuantization? OutputQuantization { get; set; }

    /// <summary>Notes a constant input; other inputs and omitted ones are passed over.</summary>
    public ParameterTensor? Add(ParameterRole role, string tensor, WeightLayout? layout = null)
    {
        if (scope.ConstantOf(tensor) is not { } constant)
            return null;
        return Add(new ParameterTensor(role, tensor, constant, layout));
    }

    /// <summary>Gives codes of weights the size of their step, where a product behind the layer tells it.</summary>
    public void MeasureIn(ParameterTensor step)
    {
        for (int i = 0; i < Parameters.Count; i++)
            Parameters[i] = Parameters[i].Role == ParameterRole.Weight ? Parameters[i].MeasuredIn(step) : Parameters[i];
    }

    public ParameterTensor Add(ParameterTensor parameter)
    {
        Parameters.Add(parameter);
        return parameter;
    }

    /// <summary>Notes the four tensors of a batch normalisation as the layer's; fails where one of them is no constant.</summary>
    public bool TryAddBatchNormalization(OnnxNode node)
    {
        if (Enumerable.Range(1, 4).Any(i => !scope.IsConstant(node.Input(i))))
            return false;
        BatchNormalization = new(
            Add(ParameterRole.Scale, node.Input(1))!,
            Add(ParameterRole.Bias, node.Input(2))!,
            Add(ParameterRole.RunningMean, node.Input(3))!,
            Add(ParameterRole.RunningVariance, node.Input(4))!,
            node.Real("epsilon", 1e-5));
        return true;
    }

    /// <summary>Moves both ends of the layer behind a node that it takes in.</summary>
    public void Advance(OnnxNode node, string output)
    {
        Nodes.Add(node);
        (Pre, Post) = (output, output);
    }

    /// <summary>Ends the layer with an activation.</summary>
    public void Close(IReadOnlyList<OnnxNode> nodes, string output, LayerActivation activation)
    {
        Nodes.AddRange(nodes.Where(node => node != anchor));
        foreach (OnnxNode node in nodes.Where(node => node.OpType == "PRelu"))
            Add(ParameterRole.Slope, node.Input(1));
        Post = output;
        Activation = activation;
    }
}
