using static ML.Thermo.Onnx.Layers.LayerKind;
using static ML.Thermo.Onnx.Layers.UnitPlace;

namespace ML.Thermo.Onnx.Layers;

/// <summary>The operators that layers are built around. All that is known of one stands in its row.</summary>
internal static class LayerOperators
{
    /// <summary>The operator as which linear models are written anew.</summary>
    public const string Gemm = "Gemm";

    /// <summary>The others whose inputs a compression follows.</summary>
    public const string MatMul = "MatMul", Conv = "Conv";

    private static readonly string[] LstmGates = ["Sigmoid", "Tanh", "Tanh"], GruGates = ["Sigmoid", "Tanh"], RnnGates = ["Tanh"];

    private static readonly (string, ParameterRole)[] Linear = [("coefficients", ParameterRole.Weight), ("intercepts", ParameterRole.Bias)];

    private static readonly (string, ParameterRole)[] SupportVectors =
        [("coefficients", ParameterRole.Weight), ("support_vectors", ParameterRole.Weight), ("rho", ParameterRole.Bias)];

    private static readonly Dictionary<string, LayerOperator> Known = new LayerOperator[]
    {
        new(Conv, Convolution, "xWB", Channels) { Layout = WeightLayouts.Convolution },
        new("FusedConv", Convolution, "xWBx", Channels) { Layout = WeightLayouts.Convolution, FusesActivation = true },
        new("NhwcFusedConv", Convolution, "xWBx") { Layout = WeightLayouts.Convolution, FusesActivation = true },
        new("DeformConv", Convolution, "xWxBx", Channels) { Layout = WeightLayouts.Convolution },
        new("QLinearConv", Convolution, "xszWszszB", Channels)
        {
            Layout = WeightLayouts.Convolution, Codes = [new(3, 4, 5)], ScalesByRow = true, ResultStep = 6,
        },
        new("ConvInteger", Convolution, "xWzz", Channels) { Layout = WeightLayouts.Convolution, Codes = [new(1, -1, 3)], ScalesByRow = true,
            SumsInSteps = true },
        new("ConvTranspose", TransposedConvolution, "xWB", Channels) { Layout = WeightLayouts.Transposed },
        new(MatMul, Dense, "DD") { Layout = WeightLayouts.Product },
        new("FusedMatMul", Dense, "DD") { Layout = WeightLayouts.Gemm },
        new("Einsum", Dense, "DD") { Layout = WeightLayouts.Einsum },
        new(Gemm, Dense, "DDB") { Layout = WeightLayouts.Gemm },
        new("FusedGemm", Dense, "DDB") { Layout = WeightLayouts.Gemm, FusesActivation = true },
        new("MatMulInteger", Dense, "DDzz") { Layout = WeightLayouts.Product, Codes = [new(0, -1, 2), new(1, -1, 3)], SumsInSteps = true },
        new("QLinearMatMul", Dense, "DszDszsz") { Layout = WeightLayouts.Product, Codes = [new(0, 1, 2), new(3, 4, 5)], ResultStep = 6 },
        new("QGemm", Dense, "DszDszBsz") { Layout = WeightLayouts.Gemm, Codes = [new(0, 1, 2), new(3, 4, 5)], ResultStep = 7 },
        new("DynamicQuantizeMatMul", Dense, "xWszB") { Layout = WeightLayouts.Product, Codes = [new(1, 2, 3)] },
        new("MatMulIntegerToFloat", Dense, "xWsszzB") { Layout = WeightLayouts.Product, Codes = [new(0, 2, 4), new(1, 3, 5)] },
        new("MatMulNBits", Dense, "xWsz.B") { Layout = WeightLayouts.Rows, HasBlockCodes = true },
        new("LSTM", Recurrent, "xWRBxxxP") { Layout = WeightLayouts.Gates(4), Gates = LstmGates },
        new("GRU", Recurrent, "xWRB") { Layout = WeightLayouts.Gates(3), Gates = GruGates },
        new("RNN", Recurrent, "xWRB") { Layout = WeightLayouts.Gates(1), Gates = RnnGates },
        new("DynamicQuantizeLSTM", Recurrent, "xWRBxxxPszsz")
        {
            Layout = WeightLayouts.TransposedGates, Codes = [new(1, 8, 9), new(2, 10, 11)], Gates = LstmGates,
        },
        new("com.microsoft::Attention", Attention, "xWB") { Layout = WeightLayouts.Projections },
        new("QAttention", Attention, "xWBss.zz") { Layout = WeightLayouts.Projections, Codes = [new(1, 4, 7)] },
        new("PackedAttention", Attention, "xWB") { Layout = WeightLayouts.Projections },
        new("LongformerAttention", Attention, "xWB") { Layout = WeightLayouts.Projections },
        new("Attention", Attention, "xxx"),
        new("MultiHeadAttention", Attention, "xxxB"),
        new("PackedMultiHeadAttention", Attention, "xxxB"),
        new("GroupQueryAttention", Attention, "xxx"),
        new("BatchNormalization", Normalization, "xGBMV", Channels),
        new("InstanceNormalization", Normalization, "xGB", Channels),
        new("LayerNormalization", Normalization, "xGB"),
        new("GroupNormalization", Normalization, "xGB", Channels),
        new("GroupNorm", Normalization, "xGB"),
        new("RMSNormalization", Normalization, "xG"),
        new("SimplifiedLayerNormalization", Normalization, "xG"),
        new("SkipLayerNormalization", Normalization, "xxGBB"),
        new("SkipSimplifiedLayerNormalization", Normalization, "xxGB"),
        new("LpNormalization", Normalization, "x", AsInput),
        new("MeanVarianceNormalization", Normalization, "x", AsInput),
        new("LRN", Normalization, "x", AsInput),
        new("Gather", Embedding, "W.") { Layout = WeightLayouts.Table, Picks = [(1, 0)] },
        new("EmbedLayerNormalization", Embedding, "..WWWGB") { Layout = WeightLayouts.Table, Picks = [(0, 2), (1, 4)] },
        new("Add", Residual, "xx", AsInput),
        new("Sum", Residual, "xx", AsInput),
        new("QLinearAdd", Residual, "xszxszsz", AsInput) { ResultStep = 6 },
        new("LinearClassifier", LinearModel, "x") { Numbers = Linear },
        new("LinearRegressor", LinearModel, "x") { Numbers = Linear },
        new("SVMClassifier", LinearModel, "x") { Numbers = SupportVectors },
        new("SVMRegressor", LinearModel, "x") { Numbers = SupportVectors },
        new("Scaler", Normalization, "x", AsInput) { Numbers = [("scale", ParameterRole.Scale), ("offset", ParameterRole.RunningMean)] },
    }.ToDictionary(row => row.Name, StringComparer.Ordinal);

    /// <summary>All rows.</summary>
    public static IReadOnlyCollection<LayerOperator> All => Known.Values;

    /// <summary>The row of a node's operator, or null.</summary>
    public static LayerOperator? Of(Reading.OnnxNode node) =>
        !Operators.AreKnown(node.Domain) ? null
        : node.Domain.Length > 0 && Known.TryGetValue($"{node.Domain}::{node.OpType}", out LayerOperator? own) ? own
        : Known.GetValueOrDefault(node.OpType);
}
