using ML.Thermo.Activations;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Layers;

/// <summary>The linear models of ai.onnx.ml, whose parameters are attributes.</summary>
internal static class LinearModels
{
    public static void Describe(LayerDraft draft)
    {
        OnnxNode node = draft.Anchor;
        long outputs = Math.Max(1, node.OpType == "LinearRegressor"
            ? node.Integer("targets", 1)
            : node.Attribute("intercepts")?.ReadReals().Count ?? 1);
        double[] coefficients = Numbers(node, "coefficients");
        bool whole = coefficients.Length % outputs == 0 && coefficients.Length > 0;
        long[] shape = whole ? [outputs, coefficients.Length / outputs] : [coefficients.Length];
        WeightLayout? layout = whole ? new((int)outputs, (int)shape[1], 1, 1, shape[1], 1, 1, coefficients.Length) : null;
        Add(draft, ParameterRole.Weight, "coefficients", coefficients, shape, layout);
        double[] intercepts = Numbers(node, "intercepts");
        if (intercepts.Length > 0)
            Add(draft, ParameterRole.Bias, "intercepts", intercepts, [intercepts.Length], null);

        // A classifier's scores are its second output; its first is the winning label.
        string scores = node.OpType == "LinearClassifier" && node.Output(1).Length > 0 ? node.Output(1) : node.Output(0);
        (draft.Pre, draft.Post) = (scores, scores);
        string transform = node.Text("post_transform", "NONE");
        if (transform != "NONE")
            draft.Activation = new(
                transform, transform switch { "LOGISTIC" => Activation.Parse("sigmoid"), "PROBIT" => Activation.Parse("probit"), _ => null });
    }

    private static double[] Numbers(OnnxNode node, string attribute) => [.. (node.Attribute(attribute)?.ReadReals() ?? []).Select(value => (double)value)];

    private static void Add(LayerDraft draft, ParameterRole role, string attribute, double[] values, long[] shape, WeightLayout? layout)
    {
        string name = $"{(draft.Anchor.Name.Length > 0 ? draft.Anchor.Name : draft.Anchor.Output(0))}.{attribute}";
        ParameterRoot root = new(name, null, values.Length, isInitializer: false);
        draft.Add(new ParameterTensor(role, name, new ListedConstant(values, ElementType.Float, shape, root), layout));
    }
}
