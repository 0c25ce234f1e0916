using ML.Thermo.Onnx.Constants;
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
        Dictionary<int, RowRegion> normalizations = [];
        Dictionary<string, RowRegion> softmaxes = new(StringComparer.Ordinal);
        FindRows(scope, normalizations, softmaxes);
        bool[] inRegion = new bool[scope.Nodes.Count];
        foreach (int n in softmaxes.Values.SelectMany(region => region.Nodes))
            inRegion[n] = true;
        bool[] leads = LeadingToWeights(scope);
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
            LayerDraft? draft = normalizations.TryGetValue(i, out RowRegion? region) && !region.Nodes.Any(n => taken[n])
                ? Normalization(scope, region, taken)
                : scope.IsShapeSide(node) ? null
                : LayerMatch.Of(scope, node, out reason) ?? (
                    inRegion[i] ? null : LearnedTable.Of(scope, node, leads[i]) ?? Standalone(scope, i, taken));
            if (draft is null)
            {
                Skip(scope, node, reason ?? (inRegion[i] ? SkipReasons.LooseSoftmax : SkipReasons.Of(scope, node)));
                continue;
            }

            taken[i] = true;
            new LayerEpilogue(scope, draft, IsFree, n => taken[n] = true, softmaxes).Absorb();
            Drafts.Add(draft);
        }

        bool IsFree(int n) => !taken[n] && !scope.IsConstantSide(scope.Nodes[n]);
    }

    /// <summary>
    /// The nodes behind which weights come. Numbers that are added behind all weights, such as the anchors of a detector, were not learned.
    /// </summary>
    private static bool[] LeadingToWeights(Scope scope)
    {
        bool[] leads = new bool[scope.Nodes.Count], weighs = new bool[scope.Nodes.Count];
        for (int i = scope.Nodes.Count - 1; i >= 0; i--)
        {
            OnnxNode node = scope.Nodes[i];
            weighs[i] = LayerOperators.Of(node) is { HasWeight: true } && node.Inputs.Any(scope.IsConstant);
            leads[i] = node.Outputs.SelectMany(scope.ConsumersOf).Any(user => user > i && (weighs[user] || leads[user]));
        }

        return leads;
    }

    /// <summary>Normalisations by their first node, and softmaxes by what they read.</summary>
    private static void FindRows(Scope scope, Dictionary<int, RowRegion> normalizations, Dictionary<string, RowRegion> softmaxes)
    {
        HashSet<int> inside = [];
        for (int i = 0; i < scope.Nodes.Count; i++)
        {
            OnnxNode node = scope.Nodes[i];
            bool reduces = node.OpType.StartsWith("Reduce", StringComparison.Ordinal) && !inside.Contains(i);
            if (!reduces || scope.IsConstantSide(node) || scope.IsShapeSide(node) || RowRegion.Around(scope, i) is not { } region)
                continue;
            inside.UnionWith(region.Nodes);
            if (region.IsSoftmax)
                softmaxes.TryAdd(region.Input, region);
            else
                normalizations.TryAdd(region.Nodes[0], region);
        }
    }

    private static LayerDraft Normalization(Scope scope, RowRegion region, bool[] taken)
    {
        // The node behind the whole region names the layer best; it comes first, the others follow.
        LayerDraft draft = new(scope, LayerKind.Normalization, scope.Nodes[scope.ProducerOf(region.Output)], region.Input, region.Output)
        {
            OpType = region.OpType,
        };
        foreach (int n in region.Nodes)
        {
            taken[n] = true;
            if (scope.Nodes[n] != draft.Anchor)
                draft.Nodes.Add(scope.Nodes[n]);
        }

        foreach (string scale in region.Scales)
            draft.Add(ParameterRole.Scale, scale);
        foreach (string shift in region.Shifts)
            draft.Add(ParameterRole.Bias, shift);
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
