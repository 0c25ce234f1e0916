using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Layers;

/// <summary>Goes through a graph and its bodies once, in order, and gives every node its place.</summary>
internal sealed class LayerFinder(OnnxModel model)
{
    private const int DeepestPath = 64;
    private const int BytesANodeInBodies = 4, FewNodesInBodies = 1 << 10, MostNodesInBodies = 1 << 17;
    private readonly int _mostNodesInBodies = Math.Clamp(model.Bytes.Length / BytesANodeInBodies, FewNodesInBodies, MostNodesInBodies);
    private readonly Dictionary<(string Domain, string Name, string Overload), OnnxFunction> _functions =
        model.Functions.DistinctBy(f => (f.Domain, f.Name, f.Overload)).ToDictionary(f => (f.Domain, f.Name, f.Overload));
    private int _depth;
    private int _nodesInBodies;

    public List<LayerDraft> Drafts { get; } = [];

    public List<SkippedNode> Skipped { get; } = [];

    public int ConstantNodes { get; private set; }

    public void Group(Scope scope)
    {
        bool[] taken = new bool[scope.Nodes.Count];
        Dictionary<int, NormalizationPattern> normalizations = FindNormalizations(scope);
        for (int i = 0; i < scope.Nodes.Count; i++)
        {
            OnnxNode node = scope.Nodes[i];
            if (taken[i])
                continue;
            if (scope.IsConstantSide(node))
            {
                ConstantNodes++;
                continue;
            }

            if (TryEnter(scope, node))
                continue;
            string? reason = null;
            LayerDraft? draft = normalizations.TryGetValue(i, out NormalizationPattern? pattern) && !pattern.Nodes.Any(n => taken[n])
                ? Normalization(scope, pattern, taken)
                : scope.IsShapeSide(node) ? null : LayerMatch.Of(scope, node, out reason) ?? Standalone(scope, i, taken);
            if (draft is null)
            {
                Skip(scope, node, reason ?? SkipReasons.Of(scope, node));
                continue;
            }

            taken[i] = true;
            new LayerEpilogue(scope, draft, IsFree, n => taken[n] = true).Absorb();
            Drafts.Add(draft);
        }

        bool IsFree(int n) => !taken[n] && !scope.IsConstantSide(scope.Nodes[n]);
    }

    private static Dictionary<int, NormalizationPattern> FindNormalizations(Scope scope)
    {
        Dictionary<int, NormalizationPattern> found = [];
        for (int i = 0; i < scope.Nodes.Count; i++)
        {
            if (scope.Nodes[i].OpType is "Sqrt" or "Pow" && NormalizationPattern.Match(scope, i) is { } pattern && scope.ProducerOf(pattern.Output) >= 0)
                found.TryAdd(pattern.Nodes[0], pattern);
        }

        return found;
    }

    private static LayerDraft Normalization(Scope scope, NormalizationPattern pattern, bool[] taken)
    {
        // The node behind the whole pattern names the layer best; it comes first, the others follow.
        LayerDraft draft = new(
            scope, LayerKind.Normalization, scope.Nodes[scope.ProducerOf(pattern.Output)], pattern.Input, pattern.Output) { OpType = pattern.OpType };
        foreach (int n in pattern.Nodes)
        {
            taken[n] = true;
            if (scope.Nodes[n] != draft.Anchor)
                draft.Nodes.Add(scope.Nodes[n]);
        }

        draft.Add(ParameterRole.Scale, pattern.Scale);
        draft.Add(ParameterRole.Bias, pattern.Shift);
        return draft;
    }

    /// <summary>An activation that no layer hands its tensor to alone.</summary>
    private static LayerDraft? Standalone(Scope scope, int index, bool[] taken)
    {
        OnnxNode node = scope.Nodes[index];
        string input = node.Inputs.FirstOrDefault(scope.IsActivation, "");
        if (input.Length == 0 || ElementwiseRegion.FindFrom(scope, n => !taken[n] && !scope.IsConstantSide(scope.Nodes[n]), input, index) is not { } found)
            return null;
        foreach (int n in found.Nodes)
            taken[n] = true;
        LayerDraft draft = new(scope, LayerKind.Activation, node, input, found.Output) { Pre = input };
        draft.Close([.. found.Nodes.Select(n => scope.Nodes[n])], found.Output, found.Activation);
        return draft;
    }

    /// <summary>Lists a node that has bodies or is a function of the model, and enters them.</summary>
    private bool TryEnter(Scope scope, OnnxNode node)
    {
        string name = node.Name.Length > 0 ? node.Name : node.Output(0);
        bool isCall = _functions.TryGetValue((node.Domain, node.OpType, node.Overload), out OnnxFunction? function);
        List<OnnxAttribute> bodies = [.. node.Attributes.Where(a => a.Graphs.Count > 0)];
        if (!isCall && bodies.Count == 0)
            return false;
        int size = isCall ? function!.Nodes.Count : bodies.Sum(b => b.Graphs.Sum(g => g.Nodes.Count));
        if (_depth >= DeepestPath || (_nodesInBodies += size) > _mostNodesInBodies)
        {
            Skip(scope, node, "control flow or calls too deep or too many to be entered");
            return true;
        }

        double? condition = node.OpType == "If" ? ConstantValues.TryScalar(scope.ConstantOf(node.Input(0))) : null;
        Skip(scope, node, isCall ? "a function of the model: its body was entered, its tensors cannot be made outputs"
            : condition is not null ? $"control flow with a constant condition: only its {(condition != 0 ? "then" : "else")}_branch was entered"
            : "control flow: its bodies were entered, their tensors cannot be made outputs");
        _depth++;
        if (isCall)
            Group(new Scope(function!, node, scope, $"{scope.Path}{name}/"));
        foreach (OnnxAttribute body in bodies)
        {
            if (condition is null || body.Name == (condition != 0 ? "then_branch" : "else_branch"))
                body.Graphs.ToList().ForEach(graph => Group(new Scope(graph, $"{scope.Path}{name}/{body.Name}/", scope)));
        }

        _depth--;
        return true;
    }

    private void Skip(Scope scope, OnnxNode node, string reason) => Skipped.Add(new(
        scope.Path + (node.Name.Length > 0 ? node.Name : node.Output(0)), node.Domain.Length > 0 ? $"{node.Domain}::{node.OpType}" : node.OpType, reason));
}
