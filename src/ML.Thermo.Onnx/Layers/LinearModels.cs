using ML.Thermo.Activations;
using ML.Thermo.Onnx.Constants;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Layers;

/// <summary>The models and scalers of ai.onnx.ml, whose parameters are attributes.</summary>
internal static class LinearModels
{
    /// <summary>Gives a layer the numbers of its attributes, and its activation.</summary>
    public static void Describe(LayerDraft draft, IReadOnlyList<(string Attribute, ParameterRole Role)> numbers)
    {
        OnnxNode node = draft.Anchor;
        foreach ((string attribute, ParameterRole role) in numbers)
        {
            double[] values = [.. Numbers(node, attribute).Select(value => (double)value)];
            if (values.Length == 0)
                continue;
            long outputs = role == ParameterRole.Weight ? Outputs(node) : 1;
            bool isMatrix = role == ParameterRole.Weight && values.Length % outputs == 0;
            long[] shape = isMatrix ? [outputs, values.Length / outputs] : [values.Length];
            WeightLayout? layout = isMatrix ? new((int)outputs, (int)shape[1], 1, 1, shape[1], 1, 1, values.Length) : null;
            Add(draft, role, attribute, values, shape, layout);
        }

        if (draft.Kind != LayerKind.LinearModel)
            return;
        string scores = Scores(node);
        (draft.Pre, draft.Post) = (scores, scores);
        string transform = node.Text("post_transform", "NONE");
        if (transform == "NONE")
            return;
        Activation? function = transform switch { "LOGISTIC" => Activation.Parse("sigmoid"), "PROBIT" => Activation.Parse("probit"), _ => null };
        draft.Activation = new(transform, function);
    }

    /// <summary>How many labels a classifier names.</summary>
    private static long Classes(OnnxNode node) =>
        Math.Max(node.Attribute("classlabels_ints")?.ReadIntegers().Count ?? 0, node.Attribute("classlabels_strings")?.ReadTexts().Count ?? 0);

    /// <summary>
    /// W, b and the output of y = Wx + b (a classifier's scores, where there is a row for each class), row by row of W; null for a model that is not of that
    /// form.
    /// </summary>
    public static (float[] Weights, float[] Offsets, string Output)? Linear(OnnxNode node)
    {
        float[] coefficients = Numbers(node, "coefficients");
        long outputs = Outputs(node);
        if (node.OpType is "LinearRegressor" && coefficients.Length % outputs == 0)
            return (coefficients, Offsets(Numbers(node, "intercepts"), outputs), node.Output(0));
        if (node.OpType == "LinearClassifier" && outputs > 1 && coefficients.Length % outputs == 0 && Classes(node) == outputs && node.Output(1).Length > 0)
            return (coefficients, Offsets(Numbers(node, "intercepts"), outputs), node.Output(1));
        if (node.OpType != "SVMRegressor" || node.Text("kernel_type", "LINEAR") != "LINEAR" || node.Integer("one_class", 0) != 0)
            return null;
        float[] vectors = Numbers(node, "support_vectors");
        long count = node.Integer("n_supports", 0);
        if (count == 0 || vectors.Length == 0)
            return (coefficients, Offsets(Numbers(node, "rho"), 1), node.Output(0));
        if (coefficients.Length != count || vectors.Length % count != 0)
            return null;
        float[] sum = new float[vectors.Length / count];
        for (int i = 0; i < sum.Length; i++)
            sum[i] = (float)Enumerable.Range(0, (int)count).Sum(v => (double)coefficients[v] * vectors[(v * sum.Length) + i]);
        return (sum, Offsets(Numbers(node, "rho"), 1), node.Output(0));
    }

    private static float[] Offsets(float[] given, long outputs) => given.Length == outputs ? given : new float[outputs];

    private static long Outputs(OnnxNode node) => Math.Max(1, node.OpType switch
    {
        "LinearRegressor" => node.Integer("targets", 1),
        "SVMRegressor" or "SVMClassifier" => 1,
        _ => node.Attribute("intercepts")?.ReadReals().Count ?? 1,
    });

    /// <summary>A classifier's scores are its second output; its first is the winning label.</summary>
    private static string Scores(OnnxNode node) =>
        node.OpType.EndsWith("Classifier", StringComparison.Ordinal) && node.Output(1).Length > 0 ? node.Output(1) : node.Output(0);

    private static float[] Numbers(OnnxNode node, string attribute) => [.. node.Attribute(attribute)?.ReadReals() ?? []];

    private static void Add(LayerDraft draft, ParameterRole role, string attribute, double[] values, long[] shape, WeightLayout? layout)
    {
        string name = $"{(draft.Anchor.Name.Length > 0 ? draft.Anchor.Name : draft.Anchor.Output(0))}.{attribute}";
        ParameterRoot root = new(name, null, values.Length, isInitializer: false);
        draft.Add(new ParameterTensor(role, name, new ListedConstant(values, ElementType.Float, shape, root), layout));
    }
}
