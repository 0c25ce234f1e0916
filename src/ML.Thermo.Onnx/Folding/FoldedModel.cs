using System.Globalization;
using ML.Thermo.Onnx.Constants;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Folding;

/// <summary>
/// A network with inputs settled, decided branches in place of their conditions, linear models as products with weights of their own, and only
/// the inputs that its outputs need.
/// </summary>
/// <remarks>The numbers that the network computes stay the same. Tensors of decided branches keep their names where those are free.</remarks>
public sealed class FoldedModel
{
    private const int MostPasses = 64;

    private FoldedModel(OnnxModel model, IReadOnlyList<string> notes) => (Model, Notes) = (model, notes);

    /// <summary>The network; the one that was given where nothing was to be folded.</summary>
    public OnnxModel Model { get; }

    /// <summary>What was left out, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Folds a model. The one given must outlive the result where its weights lie in files beside it.</summary>
    /// <param name="model">The network.</param>
    /// <param name="options">What is settled; null for nothing.</param>
    /// <exception cref="ThermoException">An input or output does not exist, a value does not fit its input, or no output is left.</exception>
    public static FoldedModel Of(OnnxModel model, FoldingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new();
        OnnxModel folded = Settle(model, options.Set);
        for (int pass = 0; pass < MostPasses; pass++)
        {
            GraphRewrite rewrite = new(folded);
            Scope scope = new(folded.Graph);
            for (int i = 0; i < scope.Nodes.Count; i++)
            {
                OnnxNode node = scope.Nodes[i];
                if (node.OpType == "If" && ConstantValues.TryScalar(scope.ConstantOf(node.Input(0))) is { } condition)
                    BranchInlining.Inline(rewrite, folded, i, node, condition != 0 ? "then_branch" : "else_branch");
                else if (folded.OperatorSet >= LinearModelRewrite.OldestOperatorSet && LinearModelRewrite.Of(node, scope) is { } made)
                    rewrite.Replace(i, made.Nodes, made.Initializers);
            }

            if (!rewrite.IsNeeded)
                break;
            folded = rewrite.ToModel();
        }

        return Choose(folded, options.Outputs);
    }

    private static OnnxModel Settle(OnnxModel model, IReadOnlyDictionary<string, string> set)
    {
        if (set.Count == 0)
            return model;
        GraphRewrite rewrite = new(model);
        foreach ((string name, string text) in set)
        {
            OnnxValue input = model.Graph.Inputs.FirstOrDefault(i => i.Name == name)
                ?? throw new ThermoException($"'{model.Name}' has no input '{name}': expected {string.Join(", ", model.Graph.Inputs)}.");
            rewrite.DropInput(name);
            rewrite.DropInitializer(name);
            rewrite.Add(Tensor(input, text));
        }

        return rewrite.ToModel();
    }

    private static WireMessage Tensor(OnnxValue input, string text)
    {
        WireMessage tensor = new();
        long[] shape = [.. (input.Shape ?? []).Select(extent => extent.Value ?? 1)];
        long count = Shape.Count(shape, $"Input {input}");
        if (count > 1 << 20)
            throw new ThermoException($"Input {input} has {count} numbers, too many to be set to one value.");
        foreach (long extent in shape)
            tensor.Number(1, extent);
        tensor.Number(2, (long)input.ElementType).Text(8, input.Name);
        for (long i = 0; i < count; i++)
        {
            if (input.ElementType == ElementType.Text)
                tensor.Text(6, text);
            else if (input.ElementType == ElementType.Float)
                tensor.Single(4, (float)Number(input, text));
            else if (input.ElementType == ElementType.Double)
                tensor.Double(10, Number(input, text));
            else
                _ = input.ElementType == ElementType.Int64 ? tensor.Number(7, Whole(input, text)) : tensor.Number(5, Whole(input, text));
        }

        return tensor;
    }

    private static long Whole(OnnxValue input, string text) => input.ElementType switch
    {
        ElementType.Float16 => BitConverter.HalfToUInt16Bits((Half)Number(input, text)),
        ElementType.UInt32 or ElementType.UInt64 or ElementType.BFloat16 =>
            throw new ThermoException($"Input {input} cannot be set: its type is not supported."),
        _ when Number(input, text) is var number && number == Math.Truncate(number) => (long)number,
        _ => throw new ThermoException($"Input {input} takes whole numbers, not '{text}'."),
    };

    private static double Number(OnnxValue input, string text) => text.ToLowerInvariant() switch
    {
        "true" => 1,
        "false" => 0,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number
            : throw new ThermoException($"Input {input} takes numbers, not '{text}'."),
    };

    /// <summary>Keeps the outputs asked for; of others those that need no text. Inputs that nothing needs any more go.</summary>
    private static FoldedModel Choose(OnnxModel model, IReadOnlyList<string> wanted)
    {
        if (wanted.FirstOrDefault(name => model.Graph.Outputs.All(output => output.Name != name)) is { } unknown)
            throw new ThermoException(
                $"'{model.Name}' has no output '{unknown}': expected {string.Join(", ", model.Graph.Outputs.Select(o => $"'{o.Name}'"))}.");
        GraphRewrite rewrite = new(model);
        HashSet<string> constants = [.. model.Graph.Initializers.Select(t => t.Name)];
        string[] texts = [.. model.Graph.Inputs.Where(i => i.ElementType == ElementType.Text && !constants.Contains(i.Name)).Select(i => i.Name)];
        List<OnnxValue> kept = [.. model.Graph.Outputs.Where(output => wanted.Count == 0 || wanted.Contains(output.Name))];
        List<string> notes = [];
        if (texts.Length > 0 && wanted.Count == 0)
        {
            List<OnnxValue> without = [.. kept.Where(output => !rewrite.Needed([output.Name]).Inputs.Overlaps(texts))];
            if (without.Count > 0 && without.Count < kept.Count)
            {
                string gone = string.Join(", ", kept.Except(without).Select(output => $"'{output.Name}'"));
                notes.Add($"Left out: {gone}, which need the text of {string.Join(", ", texts.Select(text => $"'{text}'"))}.");
                kept = without;
            }
        }

        (HashSet<int> nodes, HashSet<string> inputs) = rewrite.Needed([.. kept.Select(output => output.Name)]);
        bool prunes = kept.Count < model.Graph.Outputs.Count;
        string[] unused = [.. model.Graph.Inputs.Select(i => i.Name).Where(name => !inputs.Contains(name) && !constants.Contains(name))];
        if (!prunes && unused.Length == 0)
            return new(model, notes);
        foreach (OnnxValue output in model.Graph.Outputs.Except(kept))
            rewrite.DropOutput(output.Name);
        foreach (string name in unused)
            rewrite.DropInput(name);
        if (unused.Length > 0 && !prunes)
            notes.Add($"Left out: {string.Join(", ", unused.Select(name => $"input '{name}'"))}, which nothing reads.");
        for (int i = 0; i < model.Graph.Nodes.Count; i++)
            if (!nodes.Contains(i))
                rewrite.Replace(i, [], []);
        return new(rewrite.ToModel(), notes);
    }
}
